"""What one pays with is kept where that is wanted; a method is set up without paying; a provider's page sends people back."""

from typing import Any

from skillhall.kernel import ids
from tests.journeys.cast import a_key
from tests.journeys.test_billing import a_catalogue
from tests.journeys.test_pay_page import chosen
from tests.support.client import Client
from tests.support.server import Served


async def cards(member: Client) -> list[tuple[str, bool]]:
    return [(one["last4"], one["isDefault"]) for one in (await member.get("/payments/methods?sort=createdAt")).data]


async def page(browser: Client, payment: dict[str, Any]) -> str:
    return (await browser.call("GET", f"/api/v1/payments/{payment['id']}/back", expect=200)).body.decode()


async def test_what_pays_a_subscription_pays_its_renewals(served: Served):
    _, package, codes = await a_catalogue(served)
    member, browser = await served.person(), served.stranger()
    await member.post("/payments/methods", {"token": "tok_decline"}, expect=201, key=a_key())
    bought = (await member.post("/billing/purchase", {"planCode": codes[0]}, expect=201)).data
    assert "Not paid yet" in await page(browser, bought["payment"])
    assert "Paid" in await chosen(browser, bought["payment"]["paymentIntentId"], "succeed")
    shown = await page(browser, bought["payment"])
    assert "Paid" in shown
    assert not [told for told in (codes[0], "19.99", member.account_id, "<script") if told in shown]
    await served.settled()
    assert await cards(member) == [("0002", False), ("4242", True)]
    sub = (await member.get("/billing/subscription")).data
    await served.advance_to(sub["currentPeriodEnd"])
    renewed = (await member.get("/billing")).data
    assert (renewed["subscription"]["status"], len(renewed["purchases"])) == ("active", 2)
    once = {"packageId": package, "keepMethod": True}
    opened = (await member.post("/payments/intent", once, expect=201)).data
    await member.post(f"/payments/{opened['id']}/confirm", {"paymentMethodId": "tok_slow"}, expect=200)
    assert "On its way" in await page(browser, opened)
    await (await served.operator()).post("/sandbox/payments", {"paymentId": opened["id"], "event": "succeed"}, expect=200)
    await served.settled()
    assert await cards(member) == [("0002", False), ("4242", True), ("0077", False)]
    assert (await browser.call("GET", f"/api/v1/payments/{ids.new()}/back", expect=404)).reason == "payments.not_found"


async def test_a_method_is_set_up_without_paying(served: Served):
    member, other = await served.person(), await served.person()
    begun = (await member.post("/payments/methods/setup", {"provider": "sandbox"}, expect=200)).data
    assert (begun["provider"], begun["publishableKey"], begun["url"]) == ("sandbox", "pk_sandbox", None)
    assert begun["clientSecret"].startswith(begun["token"])
    body = {"provider": "sandbox", "token": begun["token"]}
    assert (await other.post("/payments/methods", body, expect=422, key=a_key())).reason == "payments.method_not_accepted"
    kept = [(await member.post("/payments/methods", body, expect=201, key=a_key())).data for _ in range(2)]
    assert kept[0] == kept[1]
    assert await cards(member) == [("4242", True)]
    assert (await member.post("/payments/methods/setup", {"provider": "nobody"}, expect=422)).reason == "payments.no_provider"
    assert "your payment method" in (await served.stranger().call("GET", "/api/v1/payments/methods/back", expect=200)).body.decode()
