"""A payout: earnings on their way to a bank or a PayPal address, and what each piece of news makes of it. Pure."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.kernel.ids import derived
from skillhall.ledger.api import Lines, clawed_work, refund, repaid, settle
from skillhall.payments.ports import PayoutFacts, account_of

Kind = Literal["bank_transfer", "paypal"]
Schedule = Literal["manual", "daily", "weekly", "monthly"]
Kyc = Literal["none", "pending", "verified", "rejected"]
PAYOUT: Final = "payout"
LONGEST_PAUSE: Final = timedelta(hours=12)


class State(StrEnum):
    """Where a payout stands. `pending`: nothing was sent yet; `unknown`: the provider has not said what became of it."""

    PENDING = "pending"
    PROCESSING = "processing"
    UNKNOWN = "unknown"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


UNDERWAY: Final = frozenset({State.PROCESSING, State.UNKNOWN})
"""It may be out already: nobody else may have its money."""
OPEN: Final = UNDERWAY | {State.PENDING}
"""Its money waits in its hold."""


class PayoutAccount(Struct, frozen=True, kw_only=True):
    """Where a member's earnings go, in one currency, and whether staff knows who the member is.

    Nothing goes there before `payable_from`: None for the first destination, later some days after it has changed.
    """

    account_id: UUID
    kind: Kind
    provider: str
    destination: str
    label: str
    asset: str
    schedule: Schedule
    created_at: datetime
    updated_at: datetime
    kyc: Kyc = "none"
    note: str = ""
    documents: list[UUID] = []
    asked_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: UUID | None = None
    reason: str = ""
    next_payout_at: datetime | None = None
    payable_from: datetime | None = None

    @property
    def goes_to(self) -> tuple[str, str, str]:
        """Whom it is: two that differ in this are two destinations."""
        return self.kind, self.provider, self.destination

    def changed(self, before: "PayoutAccount", wait: timedelta) -> "PayoutAccount":
        """Return what `before` has become by taking on what is said here; another destination waits so long."""
        payable_from = before.payable_from if self.goes_to == before.goes_to else self.updated_at + wait
        return replace(
            before, kind=self.kind, provider=self.provider, destination=self.destination, label=self.label, asset=self.asset,
            schedule=self.schedule, updated_at=self.updated_at, payable_from=payable_from,
        )  # fmt: skip

    def timed(self, now: datetime) -> "PayoutAccount":
        """Return it with the next time it is paid out by itself."""
        since = max(now, self.payable_from or now)
        return replace(self, next_payout_at=next_payout(self.schedule, since) if self.kyc == "verified" else None)


class Payout(Struct, frozen=True, kw_only=True):
    """A row. The money waits in the hold `hold_id` while it is open; the key of the call is `id`, so another try is another payout."""

    id: UUID
    account_id: UUID
    amount: int
    asset: str
    kind: Kind
    provider: str
    destination: str
    label: str
    is_automatic: bool
    requested_at: datetime
    updated_at: datetime
    state: State = State.PENDING
    ref: str | None = None
    failure: str = ""
    why: str = ""
    is_short: bool = False
    checks: int = 0
    sent_at: datetime | None = None
    paid_at: datetime | None = None

    @property
    def hold_id(self) -> UUID:
        """The hold in which the money waits."""
        return derived(PAYOUT, self.id)

    @property
    def given_back(self) -> Lines:
        """What brings the money in the hold back to the earnings it came from. Kind "settle"."""
        return settle(self.hold_id, self.account_id, self.amount)

    def is_undecided(self, wall: datetime, decide_after: timedelta) -> bool:
        """Return whether its outcome has been open for so long that people decide."""
        return self.state in UNDERWAY and self.sent_at is not None and wall - self.sent_at >= decide_after

    @property
    def pause(self) -> timedelta:
        """How long to wait before the provider is asked again: twice as long each time."""
        return min(timedelta(minutes=2 ** min(self.checks, 10)), LONGEST_PAUSE)


class Booking(Struct, frozen=True):
    """What the books have to say of it: a kind of transfer and its lines. `verb` makes the transfer's id, once per payout."""

    verb: Literal["done", "back", "returned", "late"]
    kind: str
    lines: Lines


class Step(Struct, frozen=True, kw_only=True):
    """What news has made of a payout. `must_ask`: the news contradicts what is known, so only the provider itself can tell."""

    after: Payout
    booking: Booking | None = None
    must_ask: bool = False


def folded(before: Payout, facts: PayoutFacts, now: datetime, wall: datetime, *, is_proof: bool) -> Step:
    """Return what this news makes of a payout, whatever came before it and however often.

    A failure after it was paid is a return. "Paid" after it failed moves money only with proof: an answer to our asking, a statement.
    """
    known = replace(before, ref=facts.ref or before.ref, updated_at=now, sent_at=before.sent_at or wall)
    if facts.state == "paid":
        return _paid(known, now, is_proof=is_proof) or Step(after=before, must_ask=before.state in {State.FAILED, State.CANCELLED})
    if facts.state in {"failed", "returned"}:
        return _given_back(known, facts) or Step(after=before)
    if before.state not in OPEN:
        return Step(after=before)
    return Step(after=replace(known, state=State(facts.state), checks=before.checks + 1))


def differs(payout: Payout, facts: PayoutFacts) -> bool:
    """Return whether the provider speaks of another amount or currency than we asked for; none at all is no difference."""
    return (facts.amount or payout.amount, facts.asset or payout.asset) != (payout.amount, payout.asset)


def next_payout(schedule: Schedule, now: datetime) -> datetime | None:
    """Return the next UTC midnight that `schedule` names: any, a Monday's, the first of a month; None for `manual`."""
    today = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    match schedule:
        case "daily":
            return today + timedelta(days=1)
        case "weekly":
            return today + timedelta(days=7 - today.weekday())
        case "monthly":
            return (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        case "manual":
            return None


def _paid(payout: Payout, now: datetime, *, is_proof: bool) -> Step | None:
    account = account_of(payout.provider)
    after = replace(payout, state=State.PAID, failure="", paid_at=now, is_short=False)
    if payout.state in OPEN:
        return Step(after=after, booking=Booking("done", "payout_done", refund(payout.hold_id, account)))
    if payout.state in {State.FAILED, State.CANCELLED} and is_proof:
        lines = clawed_work(payout.account_id, payout.amount, 0, asset=payout.asset, provider=account)
        return Step(after=after, booking=Booking("late", "clawback", lines))
    return None


def _given_back(payout: Payout, facts: PayoutFacts) -> Step | None:
    if payout.state in OPEN:
        after = replace(payout, state=State(facts.state), failure=facts.failure, is_short=False)
        return Step(after=after, booking=Booking("back", "settle", payout.given_back))
    if payout.state is State.PAID:
        lines = repaid(payout.account_id, payout.amount, asset=payout.asset, provider=account_of(payout.provider))
        after = replace(payout, state=State.RETURNED, failure=facts.failure)
        return Step(after=after, booking=Booking("returned", "payout_returned", lines))
    return None
