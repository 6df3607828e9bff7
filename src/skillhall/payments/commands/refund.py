"""Somebody asks for money back: payer, payee or staff, as the owner of what was paid for allows."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta
from msgspec.structs import replace

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Subject
from skillhall.ledger.api import Transfer, moved, post
from skillhall.payments.commands.owners import payable
from skillhall.payments.model import refund_refusals as no
from skillhall.payments.model.payment import Payment
from skillhall.payments.model.prices import minor_of
from skillhall.payments.model.refund import Refund, State, hold_of, opening_of
from skillhall.payments.model.rules import PaymentRules
from skillhall.payments.ports import Part
from skillhall.payments.queries.refunds import RefundView, last_asked, refund_view
from skillhall.payments.queries.views import seen_payment
from skillhall.payments.store import payments, refunds
from skillhall.payments.store.sums import refunded_of
from skillhall.payments.tasks import SendRefund


class RefundPayment(Body, frozen=True, kw_only=True):
    """How much, all that may go back without it, and why. A bare amount is in major units of the payment's currency."""

    amount: Money | Decimal | None = None
    reason: Annotated[str, Meta(min_length=1, max_length=1000)] | None = None


async def refund_payment(tx: Tx, by: Actor, payment_id: UUID, command: RefundPayment, *, has_key: bool) -> RefundView:
    """Set the money aside and send it when this is committed. Asked for the rest again, it answers with the refund of the rest."""
    if command.amount is not None and not has_key:
        text = "Send an Idempotency-Key with an amount: without one, sent twice is refunded twice."
        raise Invalid(FieldError("Idempotency-Key", "header", "missing", text))
    found = await seen_payment(tx, payment_id, by)
    owner = payable(tx, found.purpose)
    await owner.lock(tx, found.subject)
    payment = await payments.lock(tx, payment_id)
    _check_time(payment, tx)
    returned = await refunded_of(tx, payment.id)
    most = 0
    if payment.captured > returned and payment.surplus_reason is None:
        most = await owner.refundable(tx, by, payment.subject, payment.captured, returned)
    most = min(most, payment.captured - returned)
    if most <= 0:
        known = await last_asked(tx, payment.id, by) if command.amount is None else None
        if known is None:
            raise no.NotRefundable
        return known
    amount = most if command.amount is None else minor_of(command.amount, payment.asset)
    if amount > most:
        raise no.RefundTooMuch(most=Money(most, payment.asset))
    return await _set_aside(tx, by, payment, amount, command.reason or "")


async def retry_refund(tx: Tx, by: Actor, refund_id: UUID) -> RefundView:  # noqa: ARG001 - the shape of a command
    """Send a refund again that has failed and still has its money: a new one, with a new key for the provider. Sent twice: the same."""
    found = await refunds.find_refund(tx, refund_id)
    if found is None:
        raise no.RefundNotFound
    payment = await payments.lock(tx, found.payment_id)
    before = await refunds.lock_refund(tx, refund_id)
    if before.replaced_by is not None:
        return await refund_view(tx, before.replaced_by)
    if before.state is not State.FAILED or before.hold_id is None or not await refunds.left_in(tx, before.hold_id):
        raise no.RefundMoved(status=before.state)
    again = Refund(
        id=ids.new(), payment_id=payment.id, amount=before.amount, asset=before.asset, why=before.why, provider=before.provider,
        reason=before.reason, by_id=before.by_id, created_at=tx.now, updated_at=tx.now,
    )  # fmt: skip
    again = replace(again, hold_id=hold_of(again.id))
    await refunds.insert_refund(tx, again)
    await refunds.update_refund(tx, replace(before, replaced_by=again.id, updated_at=tx.now))
    tx.enqueue(SendRefund(refund_id=again.id), key=str(again.id))
    tx.audit("payments.retry_refund", Subject("payment", payment.id), after={"refundId": again.id, "amount": again.amount})
    lines = moved(before.hold_id, hold_of(again.id), payment.payer_id, again.amount, payment.id, asset=again.asset)
    subject = Subject("payment", payment.id)
    await post(tx, Transfer(id=opening_of(again.id), kind="refund_open", subject=subject, lines=lines))
    return await refund_view(tx, again.id)


def _check_time(payment: Payment, tx: Tx) -> None:
    if payment.succeeded_at is None:
        raise no.NotRefundable
    if payment.disputed:
        raise no.PaymentDisputed
    days = tx.setting(PaymentRules).refund_days
    if tx.now >= payment.succeeded_at + timedelta(days=days):
        raise no.RefundTooLate(days=days)


async def _set_aside(tx: Tx, by: Actor, payment: Payment, amount: int, reason: str) -> RefundView:
    refund_id = ids.new()
    subject = Subject("payment", payment.id)
    part = Part(
        payment_id=payment.id, payer_id=payment.payer_id, account=payment.account, amount=amount, asset=payment.asset, why="refund",
        hold_id=hold_of(refund_id),
    )  # fmt: skip
    given = await payable(tx, payment.purpose).returned(tx, payment.subject, part)
    aside = next((line.amount for line in given.lines if line.hold_id == part.hold_id and line.purpose), 0)
    if aside != (given.credits or amount):
        raise AssertionError(f"{aside} was set aside for a refund of {given.credits or amount} of payment {payment.id}")
    refund = Refund(
        id=refund_id, payment_id=payment.id, amount=amount, asset=payment.asset, why="asked", provider=payment.provider, reason=reason,
        by_id=by.account_id, hold_id=hold_of(refund_id), credits=given.credits, created_at=tx.now, updated_at=tx.now,
    )  # fmt: skip
    await refunds.insert_refund(tx, refund)
    tx.enqueue(SendRefund(refund_id=refund_id), key=str(refund_id))
    tx.audit("payments.refund", subject, after={"amount": amount, "asset": payment.asset, "refundId": refund_id}, reason=reason or None)
    opening = Transfer(id=opening_of(refund_id), kind="refund_open", subject=subject, lines=given.lines, freeze_key=given.freeze_key)
    await post(tx, opening)
    return await refund_view(tx, refund_id)
