"""A payment is charged with its payer's own card alone, and by the provider that knows it."""

from skillhall.payments.ports import MethodFacts
from skillhall.payments.store.methods import keep_method
from tests.kernel.serving import Site
from tests.learning.builders import People
from tests.payments.party import Party
from tests.payments.stall import thing
from tests.payments.test_charges import intent, state
from tests.support.hall import TestHall


async def test_only_a_single_use_token_is_charged_without_being_kept(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()
    payment = (await intent(site, by, await thing(stall, by))).data["id"]
    confirm = f"/api/v1/payments/{payment}/confirm"
    party.takes_tokens = False
    tried = await site.post(confirm, by.account_id, json={"paymentMethodId": "cust_2/token_2"})
    assert (tried.status, tried.reason) == (422, "payments.method_not_accepted")
    foreign = await stall.work(keep_method, by.account_id, "paypal", MethodFacts(token="vault-1", kind="paypal"))
    tried = await site.post(confirm, by.account_id, json={"paymentMethodId": str(foreign.id)})
    assert (tried.status, tried.reason) == (422, "payments.method_not_accepted")
    assert (await state(stall, payment), [verb for verb, _ in party.calls]) == ("created", ["create"])
    own = await stall.work(keep_method, by.account_id, "sandbox", MethodFacts(token="pm_ok", kind="card"))
    assert (await site.post(confirm, by.account_id, json={"paymentMethodId": str(own.id)})).data["status"] == "succeeded"
