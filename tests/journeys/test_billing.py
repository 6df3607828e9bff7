"""What the community sells, over HTTP: packages, plans, coupons, a subscription's life, and what staff puts on sale."""

from typing import Any

from skillhall.kernel import ids
from tests.journeys.cast import a_key, balance
from tests.support.client import Client
from tests.support.server import Served

EUR = "EUR"


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": EUR}


async def a_buyer(served: Served, card: str = "tok_ok") -> tuple[Client, str]:
    """Return a member and their card."""
    member = await served.person()
    return member, await a_card(member, card)


async def a_card(member: Client, token: str) -> str:
    card = (await member.post("/payments/methods", {"provider": "sandbox", "token": token}, expect=201, key=a_key())).data["id"]
    await member.put(f"/payments/methods/{card}/default", {})
    return card


async def a_catalogue(served: Served) -> tuple[Client, str, list[str]]:
    """Put a package, two plans and a coupon of their own on sale; return staff, the package and the codes."""
    staff, name = await served.operator(), ids.new().hex[-10:]
    package = {"code": f"pack-{name}", "name": "A pack", "credits": 150, "prices": [euros(2499), {"amount": 2599, "currency": "USD"}]}
    made = (await staff.post("/billing/packages", package, expect=201)).data
    codes = [f"pro-{name}", f"max-{name}", f"SPRING-{name}".upper()]
    for code, price in zip(codes[:2], (1999, 9999), strict=True):
        body = {"code": code, "name": code[:3], "prices": [euros(price)], "limits": {"ai_credits": price}}
        await staff.post("/billing/plans", body, expect=201)
    coupon = {"code": codes[2], "percentBasisPoints": 1000, "purposes": ["credits", "subscription"], "items": [*codes[:2], package["code"]]}
    await staff.post("/billing/coupons", coupon, expect=201)
    return staff, made["id"], codes


async def test_credits_are_bought_and_some_given_back(served: Served):
    _, package, codes = await a_catalogue(served)
    member, card = await a_buyer(served)
    offered = (await served.stranger().get("/payments/packages?limit=100")).data
    assert [one["price"] for one in offered if one["id"] == package] == [euros(2499)]
    assert package in [one["id"] for one in (await served.stranger().get("/billing/packages?limit=100")).data]
    tried = (await member.post("/billing/coupons/validate", {"code": codes[2].lower(), "packageId": package}, expect=200)).data
    assert (tried["discount"], tried["amount"]) == (euros(249), euros(2250))
    body = {"packageId": package, "couponCode": codes[2]}
    opened = [(await member.post("/billing/purchase", body, expect=201)).data for _ in range(2)]
    assert opened[0]["payment"]["id"] == opened[1]["payment"]["id"]
    payment = opened[0]["payment"]
    assert (payment["amount"], payment["status"], bool(payment["clientSecret"])) == (euros(2250), "created", True)
    await member.post(f"/payments/{payment['id']}/confirm", {"paymentMethodId": card}, expect=200)
    await served.settled()
    bought = (await member.get(f"/billing/purchases/{opened[0]['purchaseId']}")).data
    assert (bought["status"], bought["credits"], bought["paymentId"]) == ("paid", 150, payment["id"])
    assert (await balance(member))["available"] == 160
    refund = (await member.post(f"/payments/{payment['id']}/refund", {"reason": "Too many."}, key=a_key(), expect=201)).data
    assert refund["amount"] == euros(2250)
    await served.settled()
    assert (await balance(member))["available"] == 10
    mine = (await member.get("/billing/purchases?purpose=credits")).data
    assert [(one["returned"], one["creditsReturned"]) for one in mine] == [(euros(2250), 150)]
    unknown = await member.post("/billing/purchase", {"packageId": str(ids.new())}, expect=404)
    assert unknown.reason == "billing.package_not_found"
    other = await served.person()
    assert (await other.get(f"/billing/purchases/{bought['id']}", expect=404)).reason == "billing.purchase_not_found"
    dollars = {"packageId": package, "currency": "USD", "paymentMethodId": card}
    paid = (await member.post("/user/billing/subscription/purchase", dollars, expect=201)).data["payment"]
    assert (paid["amount"]["currency"], paid["status"]) == ("USD", "succeeded")


async def test_a_subscription_from_beginning_to_end(served: Served):
    _, _, codes = await a_catalogue(served)
    member, card = await a_buyer(served)
    for path in ("/billing/subscription", "/settings/subscription"):
        assert (await member.get(path)).data["status"] == "none"
    assert (await member.post("/billing/subscription/cancel", expect=404)).reason == "billing.not_subscribed"
    shown = (await member.get("/user/billing/subscription-plans?limit=100")).data
    assert {codes[0], codes[1]} <= {plan["code"] for plan in shown}
    bought = (await member.post("/billing/purchase", {"planCode": codes[0], "paymentMethodId": card}, expect=201)).data
    assert (bought["payment"]["status"], bought["subscription"]["status"]) == ("succeeded", "active")
    preview = (await member.post("/billing/subscription/preview", {"planCode": codes[1]}, expect=200)).data
    assert (preview["kind"], preview["amountDue"]["amount"] >= 7990) == ("upgrade", True)
    changed = {"planCode": codes[1], "paymentMethodId": card}
    upgraded = (await member.post("/billing/subscription/change", changed, expect=200)).data
    assert (upgraded["payment"]["status"], upgraded["subscription"]["plan"]["code"]) == ("succeeded", codes[1])
    down = (await member.post("/billing/subscription/change", {"planCode": codes[0]}, expect=200)).data
    assert (down["payment"], down["subscription"]["nextPlan"]["code"]) == (None, codes[0])
    usage = {one["entitlement"]: one["limit"] for one in (await member.get("/billing/usage")).data["usage"]}
    assert usage == {"ai_credits": 9999, "projects": None, "applications": None}
    await a_card(member, "tok_decline")
    await served.advance_to(down["subscription"]["currentPeriodEnd"])
    overdue = (await member.get("/user/billing")).data
    assert (overdue["subscription"]["status"], overdue["subscription"]["amountDue"]) == ("past_due", euros(1999))
    await member.mailed(r"(We could not charge your)")
    assert (await member.post("/billing/subscription/pay", {"paymentMethodId": card}, expect=200)).data["payment"]["status"] == "succeeded"
    found = (await member.get("/billing")).data
    assert (found["subscription"]["status"], found["plan"]["code"], len(found["purchases"])) == ("active", codes[0], 3)
    assert (await member.post("/user/billing/subscription/cancel", expect=200)).data["cancelAtPeriodEnd"]
    assert not (await member.post("/billing/subscription/resume", expect=200)).data["cancelAtPeriodEnd"]
    await member.post("/billing/subscription/cancel", expect=200)
    await served.advance_to(found["subscription"]["currentPeriodEnd"])
    assert (await member.get("/billing/subscription")).data["endReason"] == "cancelled"


async def test_what_staff_puts_on_sale(served: Served):
    staff, package, codes = await a_catalogue(served)
    member = await served.person()
    assert (await member.post("/billing/plans", {"code": "mine", "name": "Mine"}, expect=403)).reason == "http.permission_missing"
    taken = await staff.post("/billing/plans", {"code": codes[0], "name": "Again", "prices": [euros(1)]}, expect=409)
    assert taken.reason == "billing.code_taken"
    plan = next(one for one in (await member.get("/billing/plans?limit=100")).data if one["code"] == codes[0])
    shown = await member.get(f"/billing/plans/{plan['id']}")
    stale = {"headers": {"If-Match": '"other"'}}
    assert (await staff.put(f"/billing/plans/{plan['id']}", {"trialDays": 7}, expect=412, **stale)).reason == "http.changed_meanwhile"
    fresh = {"headers": {"If-Match": shown.headers["ETag"]}}
    assert (await staff.put(f"/billing/plans/{plan['id']}", {"trialDays": 7}, **fresh)).data["trialDays"] == 7
    assert (await member.get(f"/billing/packages/{package}")).data["credits"] == 150
    changed = (await staff.put(f"/billing/packages/{package}", {"name": "Another pack", "position": 3})).data
    assert (changed["name"], changed["position"], changed["version"]) == ("Another pack", 3, 2)
    too_cheap = await staff.put(f"/billing/packages/{package}", {"prices": [euros(99)]}, expect=422)
    assert too_cheap.reason == "billing.price_below_redemption"
    coupon = (await staff.get(f"/billing/coupons?search={codes[2]}")).data[0]
    assert (await staff.get(f"/billing/coupons/{coupon['id']}")).data["used"] == 0
    assert (await staff.put(f"/billing/coupons/{coupon['id']}", {"limit": 2})).data["limit"] == 2
    trial = (await member.post("/billing/purchase", {"planCode": codes[0]}, expect=201)).data
    assert (trial["payment"]["amount"], trial["subscription"]["status"]) == (euros(0), "trialing")
    for path in (f"/billing/coupons/{coupon['id']}", f"/billing/packages/{package}", f"/billing/plans/{plan['id']}"):
        assert (await staff.delete(path)).data["deleted"]
        assert (await staff.get(path, expect=404)).reason.endswith("_not_found")
