"""A refund: money on its way back to where it came from, or gone back already. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.kernel.ids import derived
from skillhall.ledger.api import Leg, Lines, refund, release, resold, settle, unbought
from skillhall.payments.ports import RefundFacts, account_of

Why = Literal["asked", "released", "surplus", "dashboard"]


class State(StrEnum):
    """Where a refund stands. `pending`: nothing was sent yet; `unknown`: the provider has not said what became of it."""

    PENDING = "pending"
    SENT = "sent"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


UNDER_WAY: Final = frozenset({State.PENDING, State.SENT, State.UNKNOWN})
"""It may be out already, or will be: nobody else may have its money."""
_SAID: Final = {"processing": State.SENT, "succeeded": State.SUCCEEDED, "failed": State.FAILED, "unknown": State.UNKNOWN}
SILENCE: Final = timedelta(seconds=60)
"""Who says nothing for so long is asked."""
PATIENCE: Final = timedelta(hours=1)
"""Who has said that it takes a while is asked again after so long."""


class Refund(Struct, frozen=True, kw_only=True):
    """A row. `why`: somebody asked, held money was released, nobody had a use for it, or the provider did it by itself (`dashboard`).

    Until it has gone, the money waits in the hold `hold_id`, or `credits` do of which it is the price. One that failed and was sent again
    is `replaced_by` another.
    """

    id: UUID
    payment_id: UUID
    amount: int
    asset: str
    why: Why
    provider: str
    created_at: datetime
    updated_at: datetime
    state: State = State.PENDING
    reason: str = ""
    by_id: UUID | None = None
    hold_id: UUID | None = None
    credits: int = 0
    ref: str | None = None
    failure: str = ""
    sent_at: datetime | None = None
    succeeded_at: datetime | None = None
    replaced_by: UUID | None = None

    @property
    def account(self) -> str:
        """The provider's account in the books."""
        return account_of(self.provider)


class WrongNewsError(Exception):
    """The provider says what cannot be: another amount, another currency, a payment that we do not know."""


class TooEarlyError(Exception):
    """News that can be applied only after other news: the payment has not come in yet, or a refund is still under way."""


def hold_of(refund_id: UUID) -> UUID:
    """Return the hold in which the money of a refund waits."""
    return derived("refund", refund_id)


def opening_of(refund_id: UUID) -> UUID:
    """Return the transfer that filled the hold of a refund somebody asked for."""
    return derived("refund_open", refund_id)


def told(one: Refund, facts: RefundFacts, now: datetime, *, is_certain: bool) -> Refund:
    """Return the refund after what the provider said of it; the same when that is old news.

    It may fail after it succeeded. It succeeds after it failed only if that is how it stands now (`is_certain`), not in a late message.
    """
    said = _SAID[facts.state]
    is_news = (
        one.state in UNDER_WAY
        or (one.state is State.SUCCEEDED and said is State.FAILED)
        or (one.state is State.FAILED and said is State.SUCCEEDED and is_certain)
    )
    if not is_news or (said is one.state and facts.ref in {"", one.ref}):
        return one
    if said is State.SUCCEEDED and (facts.amount, facts.asset) != (one.amount, one.asset):
        raise WrongNewsError(f"refund {one.id} of {one.amount} {one.asset} came out as {facts.amount} {facts.asset}")
    return replace(
        one, state=said, ref=facts.ref or one.ref, failure=facts.failure if said is State.FAILED else "", updated_at=now,
        succeeded_at=now if said is State.SUCCEEDED else None,
    )  # fmt: skip


def may_be_resent(one: Refund, wall: datetime, safe_seconds: int) -> bool:
    """Return whether the same call may be made again: it is not decided, and the provider still knows its key."""
    return one.state in UNDER_WAY and (one.sent_at is None or wall < one.sent_at + timedelta(seconds=safe_seconds))


def gone(one: Refund) -> Lines:
    """Return the lines of a refund that has reached the payer."""
    if one.hold_id is None:
        raise ValueError(f"refund {one.id} never waited")
    if one.credits:
        return unbought(one.hold_id, one.credits, one.amount, asset=one.asset, provider=one.account)
    return refund(one.hold_id, one.account, one.amount)


def undone(one: Refund, legs: Iterable[Leg]) -> tuple[str, Lines] | None:
    """Return kind and lines that put the money of a failed refund back where `legs` had it from; nothing when it has to wait for staff.

    Bought credits, a sale and earnings are again what they were. What was held for the payer is the payer's: it stays aside.
    """
    if one.hold_id is None:
        return None
    taken = {leg.kind: leg for leg in legs if leg.amount < 0}
    if "wallet" in taken:
        return "release", release(one.hold_id)
    if "sales" in taken:
        return "refund_undone", resold(one.hold_id, one.amount, _amount(taken, "tax"))
    if "earnings" in taken:
        return "settle", settle(one.hold_id, taken["earnings"].owner, one.amount, fee=_amount(taken, "platform_fee"))
    return None


def _amount(taken: dict[str, Leg], kind: str) -> int:
    return -taken[kind].amount if kind in taken else 0
