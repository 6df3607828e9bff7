"""Keep a payment method: the provider makes it chargeable later, we keep its token."""

from skillhall.kernel.http import Answer, Call
from skillhall.payments.commands.methods import AddMethod, checked, keep
from skillhall.payments.queries.methods import MethodView
from skillhall.payments.store.methods import find_customer


async def add(call: Call, command: AddMethod) -> Answer[MethodView]:
    """Attach a token to the member's customer at the provider, made now where there is none, and keep it. The same token is one method."""
    party = checked(call.read, command)
    account_id = call.by.account_id
    customer = await find_customer(call.read, account_id, party.name)
    facts = await party.attach(account_id, customer, command.token)
    return await call.run(keep, party.name, facts)
