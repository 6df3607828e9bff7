"""A method that a payment brings is kept once, later than the money if need be, and of nobody who has left; and one without paying."""

from typing import Any, cast

from msgspec.structs import replace

from skillhall.payments.ports import MethodFacts, MethodNeedsPayment, PaymentFacts
from tests.kernel.serving import Site
from tests.learning.builders import People
from tests.payments.party import Party
from tests.payments.stall import thing
from tests.payments.test_charges import intent, tell
from tests.support.hall import TestHall

CARD = MethodFacts(token="pm_9", kind="card", brand="visa", last4="9999", customer="cu_9")
METHODS = "SELECT token, is_default FROM payments.method WHERE account_id = $1 AND removed_at IS NULL"
CUSTOMER = "SELECT ref FROM payments.customer WHERE account_id = $1"
REMOVE = "UPDATE payments.method SET removed_at = now(), is_default = false WHERE account_id = $1"


async def paid(site: Site, party: Party, by: Any, what: Any, method: MethodFacts | None, **more: Any) -> PaymentFacts:
    """Pay for a thing on the party's page; it has kept `method`."""
    view = (await intent(site, by, what, **more)).data
    ref = view["paymentIntentId"]
    facts = replace(party.pay(ref), payment_id=party.charges[ref].payment_id, method=method, customer="cu_9")
    party.charges[ref] = facts
    await tell(site, replace(facts, method=None))
    return facts


async def test_what_is_paid_with_is_kept_once_and_only_where_that_is_wished(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()
    await paid(site, party, by, await thing(stall, by), CARD)
    await stall.drain()
    assert not await stall.pool.fetch(METHODS, by.account_id)
    facts = await paid(site, party, by, await thing(stall, by), CARD, keepMethod=True)
    party.fails["retrieve"] = ["lose"]
    await stall.drain()  # no answer: it is asked again
    assert not await stall.pool.fetch(METHODS, by.account_id)
    assert await stall.pool.fetchval(CUSTOMER, by.account_id) == "cu_9"
    await stall.pool.execute("UPDATE kernel.delivery SET retry_at = now()")
    await stall.drain()
    assert [tuple(row) for row in await stall.pool.fetch(METHODS, by.account_id)] == [("pm_9", True)]
    await stall.pool.execute(REMOVE, by.account_id)
    await tell(site, facts)
    await stall.drain()
    assert not await stall.pool.fetch(METHODS, by.account_id)  # told twice: what the member has removed does not come back
    again = await paid(site, party, by, await thing(stall, by), None, keepMethod=True)
    await stall.drain()
    assert not await stall.pool.fetch(METHODS, by.account_id)
    party.charges[again.ref] = replace(again, method=CARD)
    await tell(site, replace(again, method=CARD))  # the party says only now that it keeps it
    await stall.drain()
    assert [tuple(row) for row in await stall.pool.fetch(METHODS, by.account_id)] == [("pm_9", True)]


async def test_nothing_is_kept_of_who_has_left(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()
    await paid(site, party, by, await thing(stall, by), CARD, keepMethod=True)
    await stall.pool.execute("UPDATE identity.account SET state = 'suspended' WHERE id = $1", by.account_id)
    await stall.drain()
    assert not await stall.pool.fetch(METHODS, by.account_id)


async def test_some_keep_a_method_only_with_a_payment(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()

    async def setup(_order: Any) -> Any:
        raise MethodNeedsPayment(provider="sandbox")

    path = "/api/v1/payments/methods/setup"
    begun = (await site.post(path, by.account_id, json={})).data
    assert await stall.pool.fetchval(CUSTOMER, by.account_id) == f"cu_{by.account_id.hex}"
    assert begun["token"].startswith("set_")
    cast("Any", party).setup = setup
    refused = await site.post(path, by.account_id, json={})
    assert (refused.status, refused.reason) == (422, "payments.method_needs_payment")


async def test_who_comes_back_from_a_page_is_shown_what_the_party_says(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()
    view = (await intent(site, by, await thing(stall, by))).data
    ref, path = view["paymentIntentId"], f"/api/v1/payments/{view['id']}/back"
    agreed = replace(party.charges[ref], is_approved=True)
    party.charges[ref] = agreed
    shown = await site.get(path)
    assert "Paid" in shown.body.decode()
    assert [verb for verb, _ in party.calls] == ["create", "confirm"]
    assert (await site.get(path)).body == shown.body
    assert [verb for verb, _ in party.calls] == ["create", "confirm"]
