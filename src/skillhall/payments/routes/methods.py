"""Payment methods over HTTP."""

from uuid import UUID

from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, post, put
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.payments.commands.methods import AddMethod, remove, set_default
from skillhall.payments.flows.methods import SetUpMethod, SetupView, add, set_up
from skillhall.payments.model import refusals as no
from skillhall.payments.ports import MethodNeedsPayment, MethodNotAccepted
from skillhall.payments.queries.methods import MethodView, methods

METHOD = "/payments/methods/{method_id:uuid}"


@get("/payments/methods")
async def list_payment_methods(call: Call, query: ListQuery) -> Page[MethodView]:
    """List one's payment methods."""
    return await methods(call.read, call.by.account_id, query)


@post(
    "/payments/methods",
    created="/payments/methods/{id}",
    limit="money",
    refuses=(no.CardNumber, no.NoProvider, MethodNotAccepted),
    example={"provider": "sandbox", "token": "tok_ok"},
)
async def add_payment_method(call: Call, data: AddMethod) -> Answer[MethodView]:
    """Keep a method by the token the provider's form has given; the first one is the default. The number of a card is refused."""
    return await add(call, data)


@post(
    "/payments/methods/setup",
    key=Key.NEVER,
    limit="money",
    refuses=(no.NoProvider, MethodNeedsPayment, MethodNotAccepted),
    example={"provider": "sandbox"},
    answer_example={
        "provider": "stripe", "publishableKey": "pk_test_1", "token": "seti_1", "clientSecret": "seti_1_secret_2", "url": None,
        "expiresAt": None,
    },
)  # fmt: skip
async def set_up_payment_method(call: Call, data: SetUpMethod) -> SetupView:
    """Begin to add a method without paying: with the provider's form or on its page, after which `token` is what it is added by."""
    return await set_up(call, data)


@put(f"{METHOD}/default", refuses=(no.MethodNotFound,))
async def choose_default_method(call: Call, method_id: UUID) -> Answer[MethodView]:
    """Pay with this one where nothing else is said."""
    return await call.run(set_default, method_id)


@delete(METHOD, refuses=(no.MethodNotFound,))
async def remove_payment_method(call: Call, method_id: UUID) -> Deleted:
    """Pay with it no more; the provider forgets it too."""
    return await call.act(remove, method_id)
