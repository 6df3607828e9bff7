"""Open a dispute: the payment is frozen in the same transaction."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.disputes import events
from skillhall.disputes.commands import sides
from skillhall.disputes.commands.add_evidence import keep
from skillhall.disputes.commands.record import told
from skillhall.disputes.model.bodies import OpenDispute, Piece, Problem, check_one_subject, check_piece
from skillhall.disputes.model.case import Case, DisputeRules, State, hours
from skillhall.disputes.model.facts import about_of
from skillhall.disputes.model.refusals import AlreadyOpen, NothingHeld, PaymentUnnamed
from skillhall.disputes.queries.cases import DisputeView, dispute_view
from skillhall.disputes.queries.contests import Contested, find
from skillhall.disputes.store.cases import insert_case, last_of_hold
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.api import SessionView, session_view
from skillhall.payments.api import find_paid


async def open_dispute(tx: Tx, by: Actor, command: OpenDispute) -> DisputeView:
    """Open a dispute about the one payment that is named; who opened one already gets that one."""
    check_one_subject(command)
    for piece in command.pieces:
        check_piece(piece)
    found = await find(
        tx, by.account_id, session_id=command.session_id, booking_id=command.booking_id, project_id=command.project_id,
        escrow_id=command.escrow_id or await _filled_by(tx, command.payment_id),
    )  # fmt: skip
    case_id = await _open(tx, by, _one(found), command.reason, command.description, command.pieces)
    return await dispute_view(tx, case_id, by)


async def report_problem(tx: Tx, by: Actor, session_id: UUID, command: Problem) -> SessionView:
    """Open a dispute about a seat of a session."""
    found = await find(tx, by.account_id, session_id=session_id)
    for named in (command.seat_id, command.account_id):
        found = [seat for seat in found if named in {None, seat.subject_id, seat.payer_id}]
    await _open(tx, by, _one(found), command.description, None, ())
    return await session_view(tx, session_id, by)


async def _filled_by(tx: Tx, payment_id: UUID | None) -> UUID | None:
    """Return the hold that a payment has filled, or refuse."""
    if payment_id is None:
        return None
    paid = await find_paid(tx, payment_id=payment_id)
    if paid is None or paid.hold_id is None or not paid.captured or paid.is_surplus:
        raise NothingHeld
    return paid.hold_id


def _one(found: Sequence[Contested]) -> Contested:
    """Return the one payment that is meant: the only one that is held, else the only frozen one, else the last, which says why not."""
    if not found:
        raise NothingHeld
    live = next((some for state in ("held", "frozen") if (some := [one for one in found if one.state == state])), found[:1])
    if len(live) > 1:
        raise PaymentUnnamed(count=len(live))
    return live[0]


async def _open(tx: Tx, by: Actor, payment: Contested, reason: str, description: str | None, pieces: Sequence[Piece]) -> UUID:
    terms = tx.setting(DisputeRules).terms
    case = Case(
        id=ids.new(), kind=payment.kind, hold_id=payment.hold_id, subject_id=payment.subject_id, title=payment.title,
        payer_id=payment.payer_id, payee_id=payment.payee_id, opener_id=by.account_id, amount=payment.amount.amount,
        asset=payment.amount.currency, reason=reason, description=description, state=State.OPEN, terms=terms, opened_at=tx.now,
        due_at=tx.now + hours(terms.answer_hours),
    )  # fmt: skip
    if not await insert_case(tx, case):
        dispute_id, opener_id = await last_of_hold(tx, case.hold_id)
        if opener_id != by.account_id:
            raise AlreadyOpen(dispute_id=str(dispute_id))
        return dispute_id
    opened = events.Opened(**about_of(case), answer_by=case.due_at)
    await sides.freeze(tx, by, case, await told(tx, case, [opened]))
    for piece in pieces:
        await keep(tx, by, case.id, piece)
    tx.publish(opened)
    tx.audit("disputes.open", case.subject, after={"escrowId": case.hold_id, "amount": case.amount}, reason=reason)
    return case.id
