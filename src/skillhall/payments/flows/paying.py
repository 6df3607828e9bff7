"""The payer's way: open a payment at its provider, confirm it, come back from the provider's page."""

import asyncio
from contextlib import suppress
from typing import Final
from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.http import Answer, Call
from skillhall.kernel.http.envelope import encoded
from skillhall.payments.commands.apply import apply_payment
from skillhall.payments.commands.confirm import Confirm, confirm, reach
from skillhall.payments.commands.open_intent import OpenedView, OpenIntent, open_intent
from skillhall.payments.flows.attempt import Calling, carry_out, provider_of
from skillhall.payments.model.payment import OPEN
from skillhall.payments.model.refusals import NoProvider
from skillhall.payments.ports import PaymentState
from skillhall.payments.queries.views import PaymentView, payment_view
from skillhall.payments.store import attempts, payments

RETURNING: Final = Actor.of("payments", "a payer comes back from the provider's page")
PATIENCE: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""How long a second request waits for the answer that the first one is getting, in seconds."""


async def intend(call: Call, command: OpenIntent) -> Answer[PaymentView]:
    """Open a payment and bring it to its provider. However often it is asked for, and at the same time: one payment, opened once."""
    answer = await call.run(open_intent, command)
    opened = _opened(answer)
    await finish(call, opened.attempt_id)
    view = await payment_view(call.read, opened.id, call.by)
    made = encoded(view, status=call.endpoint.status, created=call.endpoint.created, secret=True)
    return Answer(msgspec.structs.replace(made, replayed=answer.encoded.replayed))


async def confirm_payment(call: Call, payment_id: UUID, command: Confirm) -> PaymentView:
    """Charge a method; without one learn from the provider what the payer did there."""
    reached = await call.act(reach, payment_id)
    await finish(call, reached.attempt_id)
    opened = _opened(await call.run(confirm, payment_id, command))
    if opened.attempt_id is None:
        await ask(call, payment_id)
        opened = await call.act(reach, payment_id)
    await finish(call, opened.attempt_id)
    return await payment_view(call.read, payment_id, call.by)


async def come_back(call: Call, payment_id: UUID) -> PaymentState:
    """Learn what the payer did on the provider's page, take what they have agreed to, and return where the charge stands.

    Whoever is sent back may not be signed in: nothing is told but the state.
    """
    await payments.payment(call.read, payment_id)
    with suppress(NoProvider):
        await ask(call, payment_id, RETURNING)
        waiting = await attempts.find_unanswered(call.read, payment_id)
        await finish(call, waiting.id if waiting is not None else None, RETURNING)
    return (await payments.payment(call.read, payment_id)).state


async def ask(call: Call, payment_id: UUID, by: Actor | None = None) -> None:
    """Apply what the provider says of an open payment that it knows; the truth is what it says, not what a client brings back."""
    payment = await payments.payment(call.read, payment_id)
    if payment.state not in OPEN or payment.ref is None:
        return
    running = Calling(call, by)
    facts = await provider_of(running.house, payment.provider).retrieve(payment.id, payment.ref)
    if facts is not None and facts.state != "unknown":
        await running.run(lambda tx: apply_payment(tx, payment.provider, facts))


async def finish(call: Call, attempt_id: UUID | None, by: Actor | None = None) -> None:
    """Carry a call to the provider out, or wait a little for whoever does."""
    if attempt_id is None or await carry_out(Calling(call, by), attempt_id):
        return
    for pause in PATIENCE:
        attempt = await attempts.find_attempt(call.read, attempt_id)
        if attempt is None or attempt.state != "sent":
            return
        await asyncio.sleep(pause)


def _opened(answer: Answer[OpenedView]) -> OpenedView:
    return msgspec.json.decode(answer.encoded.body, type=OpenedView)
