"""Keep a payment method: the provider makes it chargeable later, we keep its token."""

from typing import Annotated

from msgspec import Meta

from skillhall.kernel import ids
from skillhall.kernel.http import Answer, Call
from skillhall.kernel.shapes import Body, Instant, View, maybe_instant
from skillhall.payments.commands.methods import AddMethod, checked, keep, meet
from skillhall.payments.commands.owners import chosen_provider
from skillhall.payments.model.payment import SET_UP_PAGE
from skillhall.payments.ports import SetupOrder
from skillhall.payments.queries.methods import MethodView
from skillhall.payments.store.methods import find_customer


class SetUpMethod(Body, frozen=True, kw_only=True):
    """With whom; the default provider where nobody is named."""

    provider: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class SetupView(View, frozen=True, kw_only=True):
    """How one goes on: with the provider's own form, which needs `publishableKey` and `clientSecret`, or on its page at `url`.

    When that is done `token` is what the method is added by.
    """

    provider: str
    publishable_key: str
    token: str
    client_secret: str | None
    url: str | None
    expires_at: Instant | None


async def set_up(call: Call, command: SetUpMethod) -> SetupView:
    """Prepare a method with its provider, where the member becomes known now. Nothing is charged, and nothing kept until it is added."""
    party = chosen_provider(call.read, command.provider)
    account_id = call.by.account_id
    customer = await find_customer(call.read, account_id, party.name)
    order = SetupOrder(key=ids.new(), account_id=account_id, customer=customer, return_url=call.runner.house.config.base_url + SET_UP_PAGE)
    facts = await party.setup(order)
    if facts.customer is not None and customer is None:
        await call.act(meet, party.name, facts.customer)
    return SetupView(
        provider=party.name, publishable_key=party.publishable_key, token=facts.token, client_secret=facts.client_secret, url=facts.url,
        expires_at=maybe_instant(facts.expires_at),
    )  # fmt: skip


async def add(call: Call, command: AddMethod) -> Answer[MethodView]:
    """Attach a token to the member's customer at the provider, made now where there is none, and keep it. The same token is one method."""
    party = checked(call.read, command)
    account_id = call.by.account_id
    customer = await find_customer(call.read, account_id, party.name)
    facts = await party.attach(account_id, customer, command.token)
    return await call.run(keep, party.name, facts)
