"""Keep, choose and remove one's payment methods."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta
from msgspec.structs import replace

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.shapes import Body, Subject
from skillhall.payments.commands.owners import chosen_provider
from skillhall.payments.model.attempt import looks_like_a_card
from skillhall.payments.model.refusals import CardNumber
from skillhall.payments.ports import MethodFacts, Provider
from skillhall.payments.queries.methods import MethodView, method_view
from skillhall.payments.store import methods, payments
from skillhall.payments.tasks import DetachMethod


class AddMethod(Body, frozen=True, kw_only=True):
    """A token that the provider's own form has given the client. Numbers of cards are refused."""

    token: Annotated[str, Meta(min_length=1, max_length=255)]
    provider: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


def checked(read: Read, command: AddMethod) -> Provider:
    """Return the provider that is meant; refuse what looks like the number of a card."""
    if looks_like_a_card(command.token):
        raise CardNumber
    return chosen_provider(read, command.provider)


async def meet(tx: Tx, by: Actor, provider: str, customer: str) -> None:
    """Note what a provider calls the caller."""
    await methods.keep_customer(tx, by.account_id, provider, customer)


async def keep(tx: Tx, by: Actor, provider: str, facts: MethodFacts) -> MethodView:
    """Keep what the provider has attached."""
    kept = await methods.keep_method(tx, by.account_id, provider, facts)
    tx.audit("payments.add_method", Subject("payment_method", kept.id))
    return method_view(kept)


async def keep_paid_with(tx: Tx, payment_id: UUID, facts: MethodFacts) -> None:
    """Keep what a payment was made with, once; what pays a subscription is the default from now on, which its renewals are charged to."""
    payment = await payments.lock(tx, payment_id)
    if payment.method_id is not None:
        return
    kept = await methods.keep_method(tx, payment.payer_id, payment.provider, facts)
    if payment.purpose == "subscription":
        await methods.make_default(tx, kept)
    await payments.store(tx, replace(payment, method_id=kept.id))
    tx.audit("payments.keep_method", Subject("payment_method", kept.id))


async def set_default(tx: Tx, by: Actor, method_id: UUID) -> MethodView:
    """Pay with this one where nothing else is said."""
    await methods.make_default(tx, await methods.method(tx, method_id, by.account_id))
    return method_view(await methods.method(tx, method_id, by.account_id))


async def remove(tx: Tx, by: Actor, method_id: UUID) -> Deleted:
    """Pay with it no more; the provider is told afterwards."""
    await methods.remove(tx, await methods.method(tx, method_id, by.account_id))
    tx.audit("payments.remove_method", Subject("payment_method", method_id))
    tx.enqueue(DetachMethod(method_id=method_id), key=str(method_id))
    return Deleted(id=method_id)
