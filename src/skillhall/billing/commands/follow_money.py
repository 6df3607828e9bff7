"""What follows on paper from money that came in, went back, or was kept by the platform. Each runs by itself, and once."""

from uuid import UUID

from skillhall.billing.commands.charge_fee import charge_fee
from skillhall.billing.commands.issue import issue_again, issue_credit_note, issue_fee_credit, issue_fee_invoice, issue_for_payment
from skillhall.billing.store import settlements
from skillhall.billing.tasks import IssueFeeInvoice
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.refusals import NotFound
from skillhall.ledger.api import legs
from skillhall.payments.api import find_paid
from skillhall.payments.events import ChargebackClosed, PaymentSucceeded, Refunded, RefundFailed

LOST, WON = "lost", "won"


async def issue_invoice(event: PaymentSucceeded, tx: Tx) -> None:
    """Issue the invoice of what the community sold, or the receipt of what a host did; of money that goes straight back nothing."""
    await issue_for_payment(tx, event.payment_id)


async def credit_refund(event: Refunded, tx: Tx) -> None:
    """Issue the credit note of a refund."""
    await _credit(tx, event.payment_id, event.refund_id, event.amount)


async def credit_chargeback(event: ChargebackClosed, tx: Tx) -> None:
    """Issue the credit note of money the payer's bank took for good. While it is argued about, the invoice stands."""
    if event.outcome == LOST:
        await _credit(tx, event.payment_id, event.chargeback_id, event.amount)


async def charge_won(event: ChargebackClosed, tx: Tx) -> None:
    """A host has the money of work after all, and the platform its fee: as if it were settled now. The books say how much."""
    paid = await find_paid(tx, payment_id=event.payment_id)
    if event.outcome != WON or paid is None or paid.payee_id is None or paid.hold_id is None:
        return
    try:
        _, won = await legs(tx, derived("chargeback_won", event.chargeback_id))
    except NotFound:  # we heard of it when it was over: nothing had been taken
        return
    earned = sum(leg.amount for leg in won if leg.owner == paid.payee_id and leg.kind in {"earnings", "debt"})
    fee = sum(leg.amount for leg in won if leg.kind == "platform_fee")
    ours = sum(leg.amount for leg in won if leg.kind == "loss")  # what we bore for a host who had been paid out
    gross = earned + fee + min(ours, max(0, await settlements.returned_of_hold(tx, paid.hold_id) - earned - fee))
    await charge_fee(tx, paid.payee_id, paid.hold_id, paid.title, gross, fee, paid.asset)


async def take_credit_back(event: RefundFailed, tx: Tx) -> None:
    """Issue what is owed again when money that had gone back has returned; of a refund that never went nothing."""
    await issue_again(tx, event.payment_id, event.refund_id)


async def issue_fee(task: IssueFeeInvoice, tx: Tx) -> None:
    """Invoice a host the fee of a settlement, or credit what was given up of it."""
    found = await settlements.find(tx, task.settlement_id)
    if found is None:
        return
    if found.fee > 0:
        await issue_fee_invoice(tx, found)
    else:
        await issue_fee_credit(tx, found)


async def _credit(tx: Tx, payment_id: UUID, source_id: UUID, amount: int) -> None:
    """Credit it against the payment's paper, which is issued first where its news has not been worked off yet."""
    paper = await issue_for_payment(tx, payment_id)
    if paper is not None:
        await issue_credit_note(tx, paper, source_id, amount, tx.now)
