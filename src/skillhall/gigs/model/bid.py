"""A bid: what somebody would do a project for. Without a price it is an application."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

from skillhall.gigs.model.refusals import BidMoved

VALID: Final = timedelta(days=30)


class BidState(StrEnum):
    """Where a bid stands."""

    PENDING = "pending"
    SHORTLISTED = "shortlisted"
    INTERVIEWING = "interviewing"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


STANDING: Final = (BidState.PENDING, BidState.SHORTLISTED, BidState.INTERVIEWING)
PLACED_AGAIN: Final = (BidState.WITHDRAWN, BidState.EXPIRED)
ARROWS: Final[dict[BidState, frozenset[BidState]]] = {
    BidState.PENDING: frozenset(
        {BidState.SHORTLISTED, BidState.INTERVIEWING, BidState.ACCEPTED, BidState.REJECTED, BidState.WITHDRAWN, BidState.EXPIRED}
    ),
    BidState.SHORTLISTED: frozenset(
        {BidState.PENDING, BidState.INTERVIEWING, BidState.ACCEPTED, BidState.REJECTED, BidState.WITHDRAWN, BidState.EXPIRED}
    ),
    BidState.INTERVIEWING: frozenset({BidState.SHORTLISTED, BidState.ACCEPTED, BidState.REJECTED, BidState.EXPIRED}),
    BidState.ACCEPTED: frozenset({BidState.PENDING}),
    BidState.REJECTED: frozenset({BidState.PENDING}),
    BidState.WITHDRAWN: frozenset({BidState.PENDING}),
    BidState.EXPIRED: frozenset({BidState.PENDING}),
}
"""Where each state leads. Back to pending lead an agreement that nobody signed, and a bid placed again."""
LEGACY: Final[dict[str, str]] = {BidState.PENDING: "applied", BidState.INTERVIEWING: "interviewing"}
_ALIASES: Final[dict[str, BidState]] = {
    "applied": BidState.PENDING,
    "submitted": BidState.PENDING,
    "interview": BidState.INTERVIEWING,
    "declined": BidState.REJECTED,
}


class Priced(Struct, frozen=True, kw_only=True):
    """For what price, all of it or an hour, and in how many days; without a price it is an application."""

    amount: int | None = None
    hourly_rate: int | None = None
    delivery_days: int | None = None


class Bid(Struct, frozen=True, kw_only=True):
    """One bid as stored. `amount` for all of it, or `hourly_rate`, in minor units of the project's asset; neither: an application."""

    id: UUID
    project_id: UUID
    account_id: UUID
    profile_id: UUID
    amount: int | None
    hourly_rate: int | None
    delivery_days: int | None
    proposal: str
    state: BidState
    valid_until: datetime
    created_at: datetime
    decided_at: datetime | None

    @property
    def price(self) -> int | None:
        """What was asked, for all of it or for an hour."""
        return self.hourly_rate if self.amount is None else self.amount

    def check_state(self, verb: str, *allowed: BidState) -> None:
        """Refuse the verb (a participle: "withdrawn") unless the bid stands in one of these states."""
        if self.state not in allowed:
            raise BidMoved(status=self.state, verb=verb)


def sources(state: BidState) -> list[BidState]:
    """Return the states from which this one may be reached."""
    return [origin for origin, targets in ARROWS.items() if state in targets]


def bid_state(word: str) -> BidState | None:
    """Return the state a client means, in any letter case and with any source's word, or nothing."""
    plain = word.strip().lower().replace("-", "_").replace(" ", "_")
    try:
        return BidState(plain)
    except ValueError:
        return _ALIASES.get(plain)
