"""Invoices from the first look at them to the tax office's: who gets which, as data and as a file, and what the community earned."""

from skillhall.kernel import ids
from tests.billing.papers import fonts_of, text_of
from tests.journeys.cast import a_key
from tests.support.client import Client
from tests.support.server import Served

PDF = {"Accept": "application/pdf"}


async def bought(client: Client, **what: str) -> str:
    """Buy something; return its payment, which is open."""
    return (await client.post("/billing/purchase", what, expect=201)).data["payment"]["id"]


async def pay(served: Served, client: Client, payment: str) -> None:
    """Pay it by a card that is good, and wait for what follows."""
    await client.post(f"/payments/{payment}/confirm", {"paymentMethodId": "tok_ok"}, expect=200)
    await served.settled()


async def taxed(member: Client, operator: Client) -> str:
    """Give a member an address in India, and India a tax; return the tax rate."""
    assert (await member.get("/billing/address")).data["isSet"] is False
    assert (await member.put("/billing/address", {"name": "Nobody"}, expect=400)).reason == "billing.address_incomplete"
    lines = ["फ्लैट 12, गंगा अपार्टमेंट", "पुणे 411001"]
    sent = {"name": "प्रियंका श्रीवास्तव", "lines": lines, "country": "IN", "taxId": "27AAPFU0939F1ZV"}
    address = (await member.put("/billing/address", sent)).data
    assert address == {**sent, "isSet": True, "version": 1} == (await member.get("/billing/address")).data
    for known in (await operator.get("/billing/tax-rates?country=IN")).data:
        await operator.delete(f"/billing/tax-rates/{known['id']}")
    tax = {"country": "IN", "name": "GST", "rate": 1200}
    made = (await operator.post("/billing/tax-rates", tax, expect=201, key=a_key())).data
    assert (await operator.post("/billing/tax-rates", tax, expect=409, key=a_key())).reason == "billing.tax_rate_exists"
    assert (await operator.patch(f"/billing/tax-rates/{made['id']}", {"rate": 1800})).data["rate"] == 1800
    assert (await operator.patch(f"/billing/tax-rates/{ids.new()}", {"rate": 1}, expect=404)).reason == "billing.tax_rate_not_found"
    return made["id"]


async def test_an_invoice_is_bought_read_and_printed(served: Served) -> None:
    member, stranger, operator = await served.person(), await served.person(), await served.operator()
    code = f"sold-{ids.new().hex[-8:]}"
    wanted = {"code": code, "name": "Learning", "prices": [{"amount": 249900, "currency": "EUR"}]}
    await operator.post("/billing/plans", {**wanted, "limits": {}}, expect=201, key=a_key())
    package = (await operator.post("/billing/packages", {**wanted, "credits": 150}, expect=201, key=a_key())).data
    rate = await taxed(member, operator)
    payment = await bought(member, planCode=code)
    early = await member.get(f"/payments/{payment}/invoice", expect=404)
    assert (early.reason, early.headers["Retry-After"]) == ("billing.invoice_pending", "2")
    await pay(served, member, payment)
    invoice = (await member.get(f"/payments/{payment}/invoice")).data
    assert (invoice["kind"], invoice["status"], invoice["buyer"]["name"]) == ("invoice", "paid", "प्रियंका श्रीवास्तव")
    assert [invoice[name]["amount"] for name in ("net", "tax", "total")] == [249900, 44982, 294882]
    assert invoice == (await member.get(f"/billing/invoices/{invoice['id']}")).data
    for path in (f"/payments/{payment}/invoice", f"/billing/invoices/{invoice['id']}", f"/billing/invoices/{invoice['id']}/pdf"):
        file = await member.get(path, headers=PDF)
        assert file.headers["content-type"] == "application/pdf"
        assert (await stranger.get(path, headers=PDF, expect=404)).reason == "billing.invoice_not_found"
    text = text_of(file.body)
    assert all(part in text for part in ("प्रियंका श्रीवास्तव", "€2,948.82", "GST 18%", invoice["number"]))
    assert all(fonts_of(file.body).values())
    assert await member.mailed(rf"({invoice['number']})")
    assert invoice["pdfUrl"].endswith(f"/api/v1/billing/invoices/{invoice['id']}/pdf")

    pack_payment = await bought(member, packageId=package["id"])
    await pay(served, member, pack_payment)
    await member.post(f"/payments/{pack_payment}/refund", {"reason": "Too many."}, expect=201)
    await served.settled()
    note, pack, plan = (await member.get("/user/billing/invoices?sort=-issuedAt")).data
    assert (note["kind"], note["total"]["amount"], note["correctsNumber"]) == ("credit_note", -249900, pack["number"])
    assert (pack["tax"]["amount"], plan) == (0, invoice)
    found = await member.get(f"/billing/invoices?kind=credit_note&paymentId={pack_payment}&search={note['number']}&currency=EUR")
    assert [one["id"] for one in found.data] == [note["id"]]

    said = (await operator.get("/user/billing/admin/dashboard")).data
    assert said == (await operator.get("/billing/statistics")).data
    euros = next(one for one in said["currencies"] if one["currency"] == "EUR")
    assert euros["revenueByPurpose"]["subscription"]["amount"] >= 249900 <= euros["mrr"]["amount"]
    assert euros["tax"]["amount"] >= 44982
    assert (await member.get("/billing/statistics", expect=403)).reason == "http.permission_missing"
    assert said["subscriptions"]["byPlan"][code] == 1 <= said["subscriptions"]["began"]
    year = (await served.now()).year
    report = await operator.get(f"/billing/seller-report.csv?year={year}")
    assert report.body.startswith(b"year,seller_id,name,address,country,tax_id,email,currency,consideration_q1")
    assert (await operator.delete(f"/billing/tax-rates/{rate}")).data["deleted"]
