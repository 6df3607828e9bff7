"""All news about a chargeback goes through here: the money is gone with the first of it, and back when it is won."""

from uuid import UUID

from msgspec.structs import replace

from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.ledger.api import Transfer, fund, legs, post, reinstated
from skillhall.payments.commands.move_apart import move_apart
from skillhall.payments.commands.take import find_paid_at, lock_with_owner, post_taken, take
from skillhall.payments.commands.telling import tell
from skillhall.payments.events import ChargebackClosed, ChargebackOpened
from skillhall.payments.model.chargeback import FINAL, Chargeback, State, borne, told, transfer_of
from skillhall.payments.model.payment import Payment
from skillhall.payments.model.refund import Refund, WrongNewsError, hold_of
from skillhall.payments.ports import ChargebackFacts
from skillhall.payments.store import chargebacks, payments, refunds
from skillhall.payments.store.sums import add_sums
from skillhall.payments.tasks import ResumeRefund, SendRefund


async def apply_chargeback(tx: Tx, provider: str, facts: ChargebackFacts) -> UUID | None:
    """Apply what a provider says of a chargeback; return its payment, or nothing when it is none of ours.

    It is always booked: what those who had the money no longer have is owed, or our loss. Raises `TooEarlyError` while the money has not
    come in, or a refund is under way that decides how much there is.
    """
    found = await find_paid_at(tx, provider, facts.payment_id, facts.payment_ref)
    known = await chargebacks.find_chargeback(tx, provider, facts.ref)
    if found is None and known is not None:
        found = await payments.find(tx, known.payment_id)
    if known is None and (apart := await move_apart(tx, provider, found, facts)) is not None:
        return apart
    if found is None:
        return None
    payment = await lock_with_owner(tx, found)
    before = await chargebacks.find_chargeback(tx, provider, facts.ref)
    if before is None:
        if facts.asset != payment.asset:
            raise WrongNewsError(f"a chargeback in {facts.asset} of payment {payment.id} in {payment.asset}")
        before = await _opened(tx, payment, facts)
    after = told(before, facts, tx.now)
    if after != before:
        await chargebacks.update_chargeback(tx, after)
        if after.state in FINAL:
            await _closed(tx, payment, after)
    return payment.id


async def resume_refund(tx: Tx, chargeback_id: UUID) -> None:
    """Send again what a chargeback had taken out of refunds that waited: it was won, and the money is still the payer's."""
    one = await chargebacks.chargeback(tx, chargeback_id)
    payment = await payments.lock(tx, one.payment_id)
    refund_id = derived("resumed", one.id)
    if await refunds.find_refund(tx, refund_id) is not None:
        return
    refund = Refund(
        id=refund_id, payment_id=payment.id, amount=one.waiting, asset=one.asset, why="released", provider=one.provider,
        reason="The payer's bank has given it back.", hold_id=hold_of(refund_id), created_at=tx.now, updated_at=tx.now,
    )  # fmt: skip
    await refunds.insert_refund(tx, refund)
    tx.enqueue(SendRefund(refund_id=refund_id), key=str(refund_id))
    lines = fund(hold_of(refund_id), payment.payer_id, one.waiting, "refund", payment.id, asset=one.asset, provider=payment.account)
    await post(tx, Transfer(id=derived("resumed", refund_id), kind="fund", subject=one.subject, lines=lines))


async def _opened(tx: Tx, payment: Payment, facts: ChargebackFacts) -> Chargeback:
    """Take the money from whoever has it. One that was won before we heard of it has left and come back: nothing to take."""
    one = Chargeback(
        id=ids.new(), payment_id=payment.id, provider=payment.provider, ref=facts.ref, amount=facts.amount, asset=facts.asset,
        state=State.OPEN, fee=facts.fee, reason=facts.reason, answer_by=facts.answer_by, opened_at=tx.now, updated_at=tx.now,
    )  # fmt: skip
    if facts.state == "won":
        one = replace(one, state=State.WON, closed_at=tx.now)
        await chargebacks.insert_chargeback(tx, one)
        return one
    taking = await take(tx, payment, one.amount, "chargeback")
    one = replace(one, waiting=taking.division.waiting, excess=taking.division.excess)
    await chargebacks.insert_chargeback(tx, one)
    await add_sums(tx, payment.id, disputed=one.counted)
    tell(tx, ChargebackOpened, payment, amount=one.amount, chargeback_id=one.id, reason=one.reason, answer_by=one.answer_by)
    tx.audit("payments.chargeback", one.subject, after={"paymentId": payment.id, "amount": one.amount, "asset": one.asset})
    await post_taken(tx, taking, transfer_of(one.id), "chargeback", one.subject)
    return one


async def _closed(tx: Tx, payment: Payment, one: Chargeback) -> None:
    """The bank has decided. What is won goes back to who bore it."""
    tell(tx, ChargebackClosed, payment, amount=one.amount, chargeback_id=one.id, outcome=one.state)
    tx.audit(f"payments.chargeback_{one.state}", one.subject, after={"amount": one.amount, "asset": one.asset})
    if one.state is State.LOST:
        await add_sums(tx, payment.id, disputed=-one.counted, charged_back=one.counted)
        return
    await add_sums(tx, payment.id, disputed=-one.counted)
    if one.waiting:
        tx.enqueue(ResumeRefund(chargeback_id=one.id), key=str(one.id))
    left, held_to = borne((await legs(tx, transfer_of(one.id)))[1], one, payment)
    if left:
        lines = reinstated(left, held_to=held_to)
        await post(tx, Transfer(id=derived("chargeback_won", one.id), kind="chargeback_won", subject=one.subject, lines=lines))
