"""Credits: seen, given, corrected, proven."""

from tests.journeys.cast import a_key, balance, fund
from tests.support.server import Served


async def test_wallet_statement_and_holds(served: Served):
    member = await served.person()
    wallet = (await member.get("/api/wallet")).data
    assert (wallet["accountId"], wallet["mode"]) == (member.account_id, "voucher")
    await fund(served, member, 12)
    lines = (await member.get("/wallet/transactions")).data
    assert [(line["kind"], line["amount"]["amount"]) for line in lines] == [("adjust", 12), ("grant", 10)]
    assert (await member.get("/wallet/locked-credits")).data == []
    refused = await member.post("/wallet/gifts", gift(await served.person(), 5), key=a_key(), expect=422)
    assert refused.reason == "ledger.not_in_mode"


async def test_staff_corrects_and_proves(served: Served):
    member, operator, support = await served.person(), await served.operator(), await served.staff("support")
    path = f"/admin/users/{member.account_id}/adjust-credits"
    body = {"amount": {"amount": 7, "currency": "CREDIT"}, "reason": "Helped at the open day."}
    assert (await operator.post(path, body, expect=400)).error["details"][0]["field"] == "Idempotency-Key"
    assert (await support.post(path, body, key=a_key(), expect=403)).reason == "http.permission_missing"
    key = a_key()
    first, again = [await operator.post(path, body, key=key, expect=200) for _ in range(2)]
    assert (first.data, again.headers["Idempotency-Replayed"]) == (again.data, "true")
    assert (await balance(member))["granted"] == 17
    too_much = {**body, "amount": {"amount": -18, "currency": "CREDIT"}}
    assert (await operator.post(path, too_much, key=a_key(), expect=422)).reason == "ledger.insufficient"
    assert (await operator.get("/ledger/verification")).data["isClean"]
    assert (await support.call("GET", "/ledger/verification", expect=403)).reason == "http.permission_missing"


def gift(to: object, amount: int) -> dict[str, object]:
    """Return the body of a gift."""
    return {"toAccountId": to.account_id, "amount": {"amount": amount, "currency": "CREDIT"}, "note": "Thank you!"}  # type: ignore[attr-defined]


async def test_gifts_in_mode_points(points: Served):
    giver, receiver = await points.person(), await points.person()
    empty = await giver.post("/wallet/gifts", gift(receiver, 5), key=a_key(), expect=422)
    assert empty.reason == "ledger.insufficient"
    await fund(points, giver, 8)
    key = a_key()
    given = await giver.post("/api/wallet/gifts", gift(receiver, 5), key=key, expect=200)
    again = await giver.post("/api/wallet/gifts", gift(receiver, 5), key=key, expect=200)
    assert (given.data["id"], again.headers["Idempotency-Replayed"]) == (again.data["id"], "true")
    assert (await balance(giver))["available"] == 13
    assert (await balance(receiver))["available"] == 15
    assert (await giver.post("/wallet/gifts", gift(receiver, 4), key=key, expect=422)).reason == "http.key_reused"
    assert (await giver.post("/wallet/gifts", gift(giver, 1), key=a_key(), expect=422)).reason == "ledger.gift_to_self"
    assert (await receiver.get("/wallet/transactions?kind=gift")).data[0]["amount"]["amount"] == 5
