"""What payments does later about charges: without the payer, for what got no answer, for what was given up."""

from datetime import timedelta
from typing import Final

import msgspec

from skillhall.identity.api import person
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.work.outside import Outside
from skillhall.payments.commands.apply import apply_payment
from skillhall.payments.commands.attempt import order_of
from skillhall.payments.commands.methods import keep_paid_with
from skillhall.payments.flows.attempt import carry_out, provider_of
from skillhall.payments.model.payment import OPEN, Payment
from skillhall.payments.model.rules import PaymentRules
from skillhall.payments.ports import Order
from skillhall.payments.store import attempts, inbox, methods, payments
from skillhall.payments.tasks import AskAfterCharge, CancelCharge, ChargeMethod, DetachMethod, KeepMethod, ResolveAttempt

SLOW_AFTER: Final = timedelta(hours=1)


class NoAnswerError(Exception):
    """The provider did not answer: the job is tried again."""


async def charge_method(task: ChargeMethod | ResolveAttempt, out: Outside) -> None:
    """Charge a stored method, or ask what became of a call. Killed in between, the attempt is found again and asked after."""
    await carry_out(out, task.attempt_id)


async def ask_after_charge(task: AskAfterCharge, out: Outside) -> None:
    """Apply what the provider says now of a charge; nothing when it says nothing."""

    async def find(tx: Tx) -> Payment | None:
        return await payments.find(tx, task.payment_id)

    payment = await out.run(find)
    if payment is None or payment.state not in OPEN:
        return
    facts = await provider_of(out.house, payment.provider).retrieve(payment.id, payment.ref)
    if facts is not None and facts.state != "unknown":
        told = facts
        await out.finish(lambda tx: apply_payment(tx, payment.provider, told))


async def cancel_charge(task: CancelCharge, out: Outside) -> None:
    """Give a charge up at its provider; what it says is applied, even that it has the money. Nothing when it never knew of it."""

    async def order(tx: Tx) -> tuple[str, Order] | None:
        payment = await payments.find(tx, task.payment_id)
        if payment is None or payment.state != "cancelled":
            return None
        return payment.provider, await order_of(tx, payment, payment.id, None)

    found = await out.run(order)
    if found is None:
        return
    provider, asked = found
    party = provider_of(out.house, provider)
    facts = await party.retrieve(asked.payment_id, asked.ref)
    if facts is not None and facts.state not in {"cancelled", "succeeded"}:
        facts = await party.cancel(msgspec.structs.replace(asked, ref=facts.ref))
    if facts is None:
        return
    if facts.state == "unknown":
        raise NoAnswerError(task.payment_id)
    told = facts
    await out.finish(lambda tx: apply_payment(tx, provider, told))


async def keep_method(task: KeepMethod, out: Outside) -> None:
    """Ask what a payment was made with, and keep that where the provider does; nothing of money that goes back, or of who has left."""

    async def find(tx: Tx) -> Payment | None:
        payment = await payments.find(tx, task.payment_id)
        if payment is None or payment.method_id is not None or not payment.captured or payment.surplus_reason is not None:
            return None
        return payment if (await person(tx, payment.payer_id)).is_active else None

    payment = await out.run(find)
    if payment is None:
        return
    facts = await provider_of(out.house, payment.provider).retrieve(payment.id, payment.ref)
    if facts is not None and facts.state == "unknown":
        raise NoAnswerError(payment.id)
    if facts is not None and facts.method is not None:
        kept = facts.method
        await out.finish(lambda tx: keep_paid_with(tx, payment.id, kept))


async def detach_method(task: DetachMethod, out: Outside) -> None:
    """Tell the provider that a method is not used any more, then forget it."""

    async def token(tx: Tx) -> tuple[str, str] | None:
        return await methods.find_token(tx, task.method_id)

    found = await out.run(token)
    if found is not None:
        provider, removed = found
        await provider_of(out.house, provider).detach(removed)
        await out.finish(lambda tx: methods.forget(tx, task.method_id))


async def ask_after_the_stale(tx: Tx) -> None:
    """Let every call be asked after that got no answer for a minute, and again later while there is none (wall time)."""
    for attempt_id in await attempts.stale(tx, tx.wall - tx.setting(PaymentRules).unknown_after):
        tx.enqueue(ResolveAttempt(attempt_id=attempt_id), key=str(attempt_id))


async def ask_after_the_slow(tx: Tx) -> None:
    """Let every charge be asked after that its provider has been at for an hour: the news of its end may be lost."""
    for payment_id in await payments.slow(tx, tx.now - SLOW_AFTER):
        tx.enqueue(AskAfterCharge(payment_id=payment_id), key=str(payment_id))


async def forget_news(tx: Tx) -> None:
    """Drop what providers told long ago."""
    await inbox.forget(tx)
