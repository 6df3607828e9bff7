"""Around one call to a provider: noted before it goes out, answered after; and what to do when no answer came."""

from typing import Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.identity.api import person
from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.payments.commands.apply import apply_payment
from skillhall.payments.model.attempt import Attempt, Verb, outcome_of
from skillhall.payments.model.payment import OPEN, Payment, moved_to, way_back
from skillhall.payments.model.rules import PaymentRules
from skillhall.payments.ports import Order, PaymentFacts
from skillhall.payments.store import attempts, payments
from skillhall.payments.store.methods import find_customer


class Step(Struct, frozen=True, kw_only=True):
    """What to do now about an attempt: send the call, or ask what became of it. What was given up meanwhile is not sent again."""

    verb: Literal["send", "ask"]
    attempt: Attempt
    order: Order
    provider: str
    is_wanted: bool


async def begin(tx: Tx, attempt_id: UUID) -> Step | None:
    """Say what is to be done about an attempt, noting that it goes out; nothing when it has an answer or is being waited for.

    Committed before the call: who finds it sent knows that the provider may have it.
    """
    found = await attempts.find_attempt(tx, attempt_id)
    if found is None:
        return None
    payment = await payments.lock(tx, found.payment_id)
    attempt = await attempts.find_attempt(tx, attempt_id)
    if attempt is None or attempt.state not in {"prepared", "sent", "unknown"}:
        return None
    order = await order_of(tx, payment, attempt.id, attempt.token)
    if attempt.state == "prepared":
        if payment.state not in OPEN or not await attempts.mark_sent(tx, attempt_id):
            return None
        if attempt.is_charging:
            await payments.store(tx, moved_to(payment, "processing", tx.now))
        return Step(verb="send", attempt=attempt, order=order, provider=payment.provider, is_wanted=payment.state in OPEN)
    if not attempt.is_stale(tx.wall, tx.setting(PaymentRules).unknown_after):
        return None
    await _unknown(tx, payment, attempt)
    return Step(verb="ask", attempt=attempt, order=order, provider=payment.provider, is_wanted=payment.state in OPEN)


async def answer(tx: Tx, attempt: Attempt, provider: str, facts: PaymentFacts | None) -> None:
    """Apply what the provider answered to a call; nothing (None) when it never had it and will not have it any more."""
    lost = PaymentFacts(ref="", state="failed", failure="It never reached the provider.")
    told = msgspec.structs.replace(facts or lost, payment_id=attempt.payment_id)
    if attempt.is_charging and told.state == "created":  # an answer, and nothing was taken
        told = msgspec.structs.replace(told, state="failed", failure=told.failure or "not_taken", is_approved=False)
    await apply_payment(tx, provider, told)
    if (state := outcome_of(told)) == "unknown":
        await attempts.mark_unknown(tx, attempt.id, attempt.next_check(tx.wall), told.failure)
    else:
        await attempts.mark_ended(tx, attempt.id, state, told.failure)


async def prepare(tx: Tx, payment: Payment, verb: Verb, token: str | None) -> UUID:
    """Note a call that its payer makes for a locked payment that has none without an answer; return its id."""
    attempt = Attempt(id=ids.new(), payment_id=payment.id, verb=verb, state="prepared", token=token, is_charging=verb == "confirm")
    await attempts.insert_attempt(tx, attempt)
    if payment.is_off_session:
        await payments.store(tx, msgspec.structs.replace(payment, is_off_session=False))
    return attempt.id


async def order_of(tx: Tx, payment: Payment, key: UUID, token: str | None) -> Order:
    """Return what a provider is told of a payment."""
    return Order(
        key=key,
        payment_id=payment.id,
        amount=payment.amount,
        asset=payment.asset,
        title=payment.title,
        return_url=tx.house.config.base_url + way_back(payment.id),
        ref=payment.ref,
        customer=await find_customer(tx, payment.payer_id, payment.provider),
        method=token,
        is_off_session=payment.is_off_session,
        payer_id=payment.payer_id,
        keeps_method=payment.keeps_method,
        payer_email=(await person(tx, payment.payer_id)).email if payment.keeps_method else None,
    )


async def _unknown(tx: Tx, payment: Payment, attempt: Attempt) -> None:
    await attempts.mark_unknown(tx, attempt.id, attempt.next_check(tx.wall), "no answer")
    if payment.state in OPEN and payment.state not in {"unknown", "failed"}:
        await payments.store(tx, moved_to(payment, "unknown", tx.now))
