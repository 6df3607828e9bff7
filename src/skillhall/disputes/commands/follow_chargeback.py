"""The payer's bank takes money back: a case in which the payee brings forward what the bank should know. The bank decides, not we."""

from skillhall.disputes import events
from skillhall.disputes.commands.record import record, told
from skillhall.disputes.model import verbs
from skillhall.disputes.model.case import CHARGEBACK, Case, DisputeRules, State
from skillhall.disputes.model.facts import about_of
from skillhall.disputes.store import cases
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.messaging.api import Say, say
from skillhall.payments.api import find_paid
from skillhall.payments.events import ChargebackClosed, ChargebackOpened


class CaseAwaitedError(Exception):
    """The end of a chargeback was told before its beginning, whose case is still to come."""


async def open_case(tx: Tx, event: ChargebackOpened) -> None:
    """Open the case of a chargeback; a dispute about the same money ends, or goes on about what is left of it.

    What the platform sold has nobody but staff to bring anything forward: of that there is no case.
    """
    paid = await find_paid(tx, payment_id=event.payment_id)
    if paid is None or event.payee_id is None:
        return
    answer_by = event.answer_by if event.answer_by and event.answer_by > tx.now else None
    case = Case(
        id=derived("dispute", event.chargeback_id), kind=CHARGEBACK, hold_id=event.chargeback_id, subject_id=event.payment_id,
        title=paid.title, payer_id=event.payer_id, payee_id=event.payee_id, opener_id=event.payer_id, amount=event.amount,
        asset=event.asset, reason=event.reason or CHARGEBACK, description=None, state=State.OPEN, terms=tx.setting(DisputeRules).terms,
        opened_at=tx.now, due_at=answer_by,
    )  # fmt: skip
    more: list[Say] = []
    if await cases.insert_case(tx, case):
        opened = events.Opened(**about_of(case), answer_by=case.due_at)
        tx.publish(opened)
        more = await told(tx, case, [opened])
    disputed = None if paid.hold_id is None else await cases.find_open(tx, paid.hold_id)
    if disputed is None or paid.hold_id is None:
        await say(tx, *more)
        return
    before = await cases.lock_dispute(tx, disputed)
    await record(tx, before, verbs.taken_by_bank(before, await cases.left_in(tx, paid.hold_id), tx.now), more)


async def close_case(tx: Tx, event: ChargebackClosed) -> None:
    """Note how the bank has decided."""
    case_id = await cases.find_open(tx, event.chargeback_id)
    if case_id is not None:
        before = await cases.lock_dispute(tx, case_id)
        await record(tx, before, verbs.decided_by_bank(before, is_won=event.outcome == "won", now=tx.now))
    elif event.payee_id is not None and not await cases.exists(tx, event.chargeback_id):
        raise CaseAwaitedError(event.chargeback_id)
