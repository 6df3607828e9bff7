"""Give a payment up: by its payer, by its owner, because its time is over, or because a newer one takes its place."""

from uuid import UUID

from msgspec.structs import replace

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.payments.commands.owners import payable
from skillhall.payments.commands.telling import tell
from skillhall.payments.events import PaymentCancelled
from skillhall.payments.model.payment import OPEN, WAITING, Payment, moved_to, status_of
from skillhall.payments.model.refusals import PaymentMoved, PaymentNotFound
from skillhall.payments.queries.views import PaymentView, shown
from skillhall.payments.store import attempts, payments
from skillhall.payments.tasks import CancelCharge


async def cancel_payment(tx: Tx, by: Actor, payment_id: UUID) -> PaymentView:
    """The payer does not want to pay after all. Not while it is being charged; sent twice it answers the same."""
    found = await own(tx, by, payment_id)
    owner = payable(tx, found.purpose)
    await owner.lock(tx, found.subject)
    payment = await payments.lock(tx, payment_id)
    if payment.state == "cancelled":
        return shown(tx, payment, by)
    if payment.state not in WAITING:
        raise PaymentMoved(status=status_of(payment))
    after = await _given_up(tx, payment, "cancelled")
    await owner.unpaid(tx, after.subject, after.id, "cancelled")
    return shown(tx, after, by)


async def cancel_open(tx: Tx, subject: Subject, why: str) -> None:
    """Give up every open payment of what its owner gives up: nobody is called back. Money that still comes is offered as any other.

    Called under the owner's own locks (30, 40); takes payments (50).
    """
    for payment in await payments.lock_open(tx, subject):
        await _given_up(tx, payment, why)


async def expire(payment_id: UUID, tx: Tx) -> None:
    """Give up a payment whose time is over, unless somebody is being charged."""
    found = await payments.find(tx, payment_id)
    if found is None:
        return
    owner = payable(tx, found.purpose)
    await owner.lock(tx, found.subject)
    payment = await payments.lock(tx, payment_id)
    if payment.is_over(tx.now):
        await _given_up(tx, payment, "expired")
        await owner.unpaid(tx, payment.subject, payment.id, "expired")


async def superseded(tx: Tx, payment_id: UUID) -> None:
    """Give up an open payment that a newer one of the same thing replaces; its owner has just quoted that one."""
    payment = await payments.lock(tx, payment_id)
    if payment.state in WAITING:
        await _given_up(tx, payment, "superseded")


async def own(tx: Tx, by: Actor, payment_id: UUID) -> Payment:
    """Return one's own payment as its payer, unlocked."""
    found = await payments.payment(tx, payment_id)
    if by.account_id != found.payer_id:
        raise PaymentNotFound
    return found


async def _given_up(tx: Tx, payment: Payment, why: str) -> Payment:
    if payment.state not in OPEN:
        raise AssertionError(f"payment {payment.id} is {payment.state}")
    failure = payment.failure if why == "cancelled" else why  # who has not done it is told what has
    after = replace(moved_to(payment, "cancelled", tx.now), failure=failure)
    await payments.store(tx, after)
    await attempts.end_all(tx, payment.id, "failed", why, among=("prepared",))
    if payment.ref is not None or await attempts.find_unanswered(tx, payment.id) is not None:
        tx.enqueue(CancelCharge(payment_id=payment.id), key=str(payment.id))
    tell(tx, PaymentCancelled, after, why=why)
    return after
