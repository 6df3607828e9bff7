"""Adopt disputes that come in bulk: an import, the demo community."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.disputes.model import verbs
from skillhall.disputes.model.case import Case, Dispute, DisputeRules, State, hours
from skillhall.disputes.queries.contests import Contested
from skillhall.disputes.store.cases import adopt_case
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import freeze


class Objection(Struct, frozen=True, kw_only=True):
    """What one side of a held payment objected to, and when. Its owner has it as frozen already, where need be by `case_of` its hold."""

    payment: Contested
    opener_id: UUID
    reason: str
    at: datetime


def case_of(hold_id: UUID) -> Subject:
    """Return the case under which an adopted dispute freezes this hold."""
    return Subject("dispute", derived("dispute", hold_id))


async def adopt(tx: Tx, objections: Sequence[Objection], now: datetime) -> None:
    """Store open disputes as time has left them at `now`, and freeze the holds, which must be in the books. Nothing is published."""
    terms = tx.setting(DisputeRules).terms
    for one in objections:
        payment = one.payment
        case = Case(
            id=case_of(payment.hold_id).id, kind=payment.kind, hold_id=payment.hold_id, subject_id=payment.subject_id,
            title=payment.title, payer_id=payment.payer_id, payee_id=payment.payee_id, opener_id=one.opener_id,
            amount=payment.amount.amount, asset=payment.amount.currency, reason=one.reason, description=None, state=State.OPEN,
            terms=terms, opened_at=one.at, due_at=one.at + hours(terms.answer_hours),
        )  # fmt: skip
        dispute = Dispute(case=case)
        while (after := verbs.passed(dispute, now)) != dispute:
            dispute = after
        if await adopt_case(tx, dispute.case):
            await freeze(tx, [payment.hold_id], case.subject)
