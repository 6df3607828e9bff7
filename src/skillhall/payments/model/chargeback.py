"""A chargeback: the payer's bank has taken the money back, and may give it back. Pure."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Leg
from skillhall.payments.model.payment import Payment
from skillhall.payments.ports import ChargebackFacts


class State(StrEnum):
    """Where a chargeback stands. `under_review`: the bank has our evidence."""

    OPEN = "open"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


FINAL: Final = frozenset({State.WON, State.LOST})


class Chargeback(Struct, frozen=True, kw_only=True):
    """A row. `waiting` of the amount was taken out of refunds that had failed; `excess` is more than the payment still had."""

    id: UUID
    payment_id: UUID
    provider: str
    ref: str
    amount: int
    asset: str
    state: State
    opened_at: datetime
    updated_at: datetime
    waiting: int = 0
    excess: int = 0
    fee: int = 0
    reason: str = ""
    answer_by: datetime | None = None
    closed_at: datetime | None = None

    @property
    def subject(self) -> Subject:
        """How the books and the audit know it."""
        return Subject("chargeback", self.id)

    @property
    def counted(self) -> int:
        """How much of it is the payment's."""
        return self.amount - self.excess


def transfer_of(chargeback_id: UUID) -> UUID:
    """Return the transfer that took the money."""
    return derived("chargeback", chargeback_id)


def told(one: Chargeback, facts: ChargebackFacts, now: datetime) -> Chargeback:
    """Return the chargeback after what the provider said of it; the same when that is old news. What the bank has decided stays."""
    said = State(facts.state)
    if one.state in FINAL or said is one.state or (said is State.OPEN and one.state is State.UNDER_REVIEW):
        return one
    return replace(one, state=said, updated_at=now, closed_at=now if said in FINAL else None)


def borne(legs: Iterable[Leg], one: Chargeback, payment: Payment) -> tuple[list[Leg], tuple[UUID, int] | None]:
    """Return the legs to be reinstated when it is won, and who gets what an open hold bore, less the fee on it.

    A payout that was called back counts as the earnings it came from; what waiting refunds bore is left out, for it is the payer's again.
    """
    sums: dict[tuple[UUID, str, str], int] = {}
    for leg in legs:
        kind = "earnings" if leg.kind == "held" and leg.owner == payment.payee_id else leg.kind
        sums[leg.owner, kind, leg.asset] = sums.get((leg.owner, kind, leg.asset), 0) + leg.amount
    for key in sums:
        if key[1] == payment.account:
            sums[key] -= one.waiting
        elif key[1] == "held":
            sums[key] += one.waiting
    left = [Leg(owner, kind, asset, amount) for (owner, kind, asset), amount in sums.items() if amount]
    held = -sum(leg.amount for leg in left if leg.kind == "held")
    if not held or payment.payee_id is None:
        return left, None
    return left, (payment.payee_id, payment.fee * held // payment.amount)
