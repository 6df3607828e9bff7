"""Charge a payment with a method, or learn what the payer did with the provider's own form."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body
from skillhall.payments.commands.attempt import prepare
from skillhall.payments.commands.cancel import own
from skillhall.payments.commands.open_intent import OpenedView, unfinished
from skillhall.payments.commands.owners import chosen_provider
from skillhall.payments.model.attempt import looks_like_a_card
from skillhall.payments.model.payment import WAITING, Payment, status_of
from skillhall.payments.model.refusals import CardNumber, OutcomeUnknown, PaymentMoved
from skillhall.payments.ports import MethodNotAccepted
from skillhall.payments.store import attempts, payments
from skillhall.payments.store.methods import method as method_of

Token = Annotated[str, Meta(min_length=1, max_length=255)]


class Confirm(Body, frozen=True, kw_only=True):
    """`paymentMethodId` is one's stored method, or a token of a provider that gives them out for one charge.

    Without it the provider is asked what became of the payment.
    """

    payment_method_id: Token | None = None


async def reach(tx: Tx, by: Actor, payment_id: UUID) -> OpenedView:
    """Tell which call has to be made, or asked after, before one's own payment can be confirmed."""
    payment = await own(tx, by, payment_id)
    return OpenedView(id=payment.id, attempt_id=await unfinished(tx, payment))


async def confirm(tx: Tx, by: Actor, payment_id: UUID, command: Confirm) -> OpenedView:
    """Note the charge that is to be made; none where the payment has succeeded, or the same charge is on its way."""
    await own(tx, by, payment_id)
    payment = await payments.lock(tx, payment_id)
    if payment.state == "cancelled":
        raise PaymentMoved(status=payment.state)
    if command.payment_method_id is None or payment.state == "succeeded":
        return OpenedView(id=payment.id, attempt_id=None)
    token = await _token(tx, payment, command.payment_method_id)
    waiting = await attempts.find_unanswered(tx, payment.id)
    if waiting is not None:
        if waiting.verb == "confirm" and waiting.token == token:
            return OpenedView(id=payment.id, attempt_id=waiting.id)
        raise OutcomeUnknown
    if payment.state not in WAITING:
        raise PaymentMoved(status=status_of(payment))
    return OpenedView(id=payment.id, attempt_id=await prepare(tx, payment, "confirm", token))


async def _token(tx: Tx, payment: Payment, given: str) -> str:
    """Return the token that charges what was given: of a method the payer has kept with this provider, or one for a single charge."""
    if looks_like_a_card(given):
        raise CardNumber
    try:
        method_id = UUID(given)
    except ValueError:
        if chosen_provider(tx, payment.provider).takes_tokens:
            return given
        raise MethodNotAccepted(provider=payment.provider) from None
    kept = await method_of(tx, method_id, payment.payer_id)
    if kept.provider != payment.provider:
        raise MethodNotAccepted(provider=payment.provider)
    return kept.token
