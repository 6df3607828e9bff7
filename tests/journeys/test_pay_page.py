"""The sandbox bank's pay page in a payer's browser, and its desk for staff, over HTTP."""

from typing import Any

from tests.journeys.test_payments import a_booking
from tests.support.client import Client
from tests.support.server import Served


async def chosen(payer: Client, ref: str, choice: str) -> str:
    """Send the page's form as a browser does; return the page that comes."""
    return (await payer.call("POST", f"/dev/pay/{ref}", data=f"choice={choice}".encode(), expect=200)).body.decode()


async def an_intent(client: Client, booking: str) -> dict[str, Any]:
    return (await client.post("/payments/intent", {"bookingId": booking}, expect=201)).data


async def status(client: Client, served: Served, payment: dict[str, Any]) -> str:
    await served.settled()
    return (await client.get(f"/payments/{payment['id']}")).data["status"]


async def test_a_payer_is_declined_asked_and_pays(served: Served):
    client, _, booking = await a_booking(served)
    payment = await an_intent(client, booking)
    ref, browser = payment["paymentIntentId"], served.stranger()
    page = await browser.call("GET", f"/dev/pay/{ref}", expect=200)
    assert "70.00 EUR" in page.body.decode()
    assert "<script" not in page.body.decode()
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert "declined" in await chosen(browser, ref, "decline")
    assert await status(client, served, payment) == "failed"
    assert "is it you" in await chosen(browser, ref, "action")
    assert await status(client, served, payment) == "requires_action"
    assert "Paid" in await chosen(browser, ref, "succeed")
    assert await status(client, served, payment) == "succeeded"
    assert "Paid" in await chosen(browser, ref, "decline")
    for choice in (b"choice=banana", b""):
        assert (await browser.call("POST", f"/dev/pay/{ref}", data=choice, expect=400)).error["details"][0]["field"] == "choice"
    assert (await browser.call("GET", "/dev/pay/sbx_ch_nobody")).reason == "payments.sandbox_not_found"
    assert (await browser.call("POST", "/dev/pay/sbx_ch_nobody", data=b"choice=succeed")).reason == "payments.sandbox_not_found"


async def test_a_bank_that_answers_nobody_is_asked(served: Served):
    client, _, booking = await a_booking(served)
    payment = await an_intent(client, booking)
    assert "Paid" in await chosen(served.stranger(), payment["paymentIntentId"], "timeout")
    assert await status(client, served, payment) == "created"
    assert (await client.post(f"/payments/{payment['id']}/confirm", {}, expect=200)).data["status"] == "succeeded"


async def test_staff_make_things_happen_at_the_bank(served: Served):
    client, _, booking = await a_booking(served)
    payment, operator = await an_intent(client, booking), await served.operator()

    async def happen(event: str, **more: Any) -> dict[str, Any]:
        body = {"paymentId": payment["id"], "event": event, **more}
        return (await operator.post("/sandbox/payments", body, expect=200)).data

    assert (await happen("fail"))["status"] == "failed"
    assert (await happen("succeed", times=2))["told"] == 2
    assert await status(client, served, payment) == "succeeded"
    assert (await happen("resend"))["told"] == 2
    body: dict[str, Any] = {"paymentId": payment["id"], "event": "chargeback_won"}
    assert (await operator.post("/sandbox/payments", body, expect=409)).reason == "payments.sandbox_impossible"
    assert (await operator.post("/sandbox/payments", {**body, "ref": "sbx_ch_nobody"}, expect=400)).reason == "http.invalid"
    nobody = {"ref": "sbx_ch_nobody", "event": "succeed"}
    assert (await operator.post("/sandbox/payments", nobody, expect=404)).reason == "payments.sandbox_not_found"
    assert (await client.post("/sandbox/payments", body, expect=403)).status == 403
