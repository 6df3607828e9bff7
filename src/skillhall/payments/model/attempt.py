"""One call to a provider that could charge somebody: noted before it goes out, and asked after when no answer came. Pure."""

from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from skillhall.payments.ports import PaymentFacts

Verb = Literal["create", "confirm"]
AttemptState = Literal["prepared", "sent", "succeeded", "failed", "unknown"]
UNANSWERED: Final = frozenset({"prepared", "sent", "unknown"})
_FIRST_PAUSE: Final = timedelta(seconds=15)
_LONGEST_PAUSE: Final = timedelta(hours=1)


class Attempt(Struct, frozen=True, kw_only=True):
    """A row. Its id is the provider's idempotency key; all its times are wall time. `token` is the method to charge."""

    id: UUID
    payment_id: UUID
    verb: Verb
    state: AttemptState
    token: str | None = None
    is_charging: bool = False
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    next_check_at: datetime | None = None
    checks: int = 0
    error: str = ""

    def is_stale(self, wall: datetime, unknown_after: timedelta) -> bool:
        """Whether no answer came for so long that it has to be asked for."""
        return self.state == "unknown" or (self.sent_at is not None and self.sent_at + unknown_after <= wall)

    def is_undecided(self, wall: datetime, decide_after: timedelta) -> bool:
        """Whether it is unknown for so long that people decide."""
        return self.state == "unknown" and self.sent_at is not None and self.sent_at + decide_after <= wall

    def may_be_resent(self, wall: datetime, safe_seconds: int) -> bool:
        """Whether the same key is still the same call to the provider."""
        return self.sent_at is not None and wall < self.sent_at + timedelta(seconds=safe_seconds)

    def has_arrived(self, facts: PaymentFacts | None) -> bool:
        """Whether what the provider says of the payment shows that this call reached it."""
        return facts is not None and not (self.is_charging and facts.state == "created")

    def next_check(self, wall: datetime) -> datetime:
        """Return when to ask again, later each time."""
        return wall + min(_FIRST_PAUSE * 2 ** min(self.checks, 10), _LONGEST_PAUSE)


def outcome_of(facts: PaymentFacts) -> AttemptState:
    """Return how an attempt ended."""
    return facts.state if facts.state == "failed" or facts.state == "unknown" else "succeeded"  # noqa: PLR1714 - so that types narrow


def looks_like_a_card(text: str) -> bool:
    """Return whether somebody has sent the number of a card where a token belongs (Luhn)."""
    digits = text.replace(" ", "").replace("-", "")
    if not digits.isascii() or not digits.isdigit() or not 12 <= len(digits) <= 19:  # noqa: PLR2004 - the lengths of card numbers
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
