"""From a lesson to a bank: what is earned waits, becomes money, is withdrawn, and is compared with what the provider says."""

import io
from datetime import timedelta

import aiohttp
import msgspec

from tests.journeys.cast import a_host, a_key, fund, held_lesson
from tests.journeys.test_profiles import picture
from tests.support.client import Client
from tests.support.server import Served

PRICE = 40
LOST = """
WITH sent AS (
    UPDATE payments.payout SET state = 'unknown', is_short = false, sent_at = now() - interval '80 hours' WHERE id = $1 RETURNING 1)
SELECT count(*) FROM sent
"""


async def an_earner(served: Served) -> Client:
    """Return a host who has earned credits more than a week ago."""
    host, offer = await a_host(served, price=PRICE)
    learner = await served.person()
    await fund(served, learner, PRICE)
    session = await held_lesson(served, host, learner, offer)
    await learner.post(f"/sessions/{session['id']}/confirm", expect=200)
    early = (await host.get("/payments/wallet/balance")).data["balances"][0]
    assert (early["earnings"]["amount"], early["payable"]["amount"], early["delayed"]["amount"]) == (
        26,
        0,
        26,
    )  # ten of them were a gift of the house
    too_early = await host.post("/payments/redeem", {"credits": {"amount": 1}, "currency": "GBP"}, expect=422, key=a_key())
    assert too_early.reason == "payments.not_yet_payable"
    await served.advance(timedelta(days=8))
    return host


async def verified(served: Served, host: Client) -> None:
    """Have staff find out who the host is."""
    form = aiohttp.FormData({"purpose": "document"})
    form.add_field("file", io.BytesIO(picture()), filename="passport.png")
    document = (await host.call("POST", "/files", data=form, expect=201)).data["id"]
    asked = (await host.post("/payouts/account/verification", {"documents": [document], "note": "Me."}, expect=200)).data
    assert (asked["verification"], asked["documents"]) == ("pending", [document])
    again = await host.post("/payouts/account/verification", {"documents": [document]}, expect=409)
    assert again.reason == "payments.verification_open"
    operator = await served.operator()
    queue = (await operator.get("/payouts/accounts?verification=pending&limit=100")).data
    assert host.account_id in {one["id"] for one in queue}
    assert (await operator.get(f"/files/{document}")).data["id"] == document
    assert (await (await served.person()).call("GET", f"/files/{document}", expect=404)).reason == "files.not_found"
    path = f"/payouts/accounts/{host.account_id}/decide"
    assert (await host.post(path, {"status": "verified", "reason": "It is me."}, expect=403)).reason == "http.permission_missing"
    decided = (await operator.post(path, {"status": "verified", "reason": "A genuine passport."}, expect=200)).data
    assert decided["verification"] == "verified"


async def test_earned_credits_become_money_that_is_withdrawn(served: Served):
    host = await an_earner(served)
    redeemed = (await host.post("/payments/redeem", {"credits": {"amount": 20}, "currency": "GBP"}, expect=200, key=a_key())).data
    assert redeemed["amount"] == {"amount": 160, "currency": "GBP"}
    spendable = (await host.post("/payments/reuse", {"amount": {"amount": 6, "currency": "CREDIT"}}, expect=200, key=a_key())).data
    assert spendable["wallet"]["balances"][0]["earnings"]["amount"] == 0
    assert (await host.post("/payouts", {}, expect=422, key=a_key())).reason == "payments.no_payout_account"
    body = {"kind": "bank_transfer", "destination": "ba_ok", "label": "My bank", "currency": "GBP", "schedule": "monthly"}
    assert (await host.put("/payouts/account", body)).data["destination"] == "My bank"
    assert (await host.get("/payouts/account")).data["verification"] == "none"
    assert (await host.post("/payments/withdraw", {}, expect=422, key=a_key())).reason == "payments.identity_unverified"
    await verified(served, host)
    assert (await host.post("/payouts", {"amount": 1}, expect=400)).error["details"][0]["field"] == "Idempotency-Key"

    key = a_key()  # nobody has paid in pounds: it waits for money at the provider
    made = [await host.post("/payments/withdraw", {"amount": "0.60"}, expect=201, key=key) for _ in range(2)]
    first = made[0].data
    assert (first["status"], first["amount"]["amount"], made[1].headers["Idempotency-Replayed"]) == ("pending", 60, "true")
    await served.settled()
    waiting = (await host.get(f"/payouts/{first['id']}")).data
    assert (waiting["status"], waiting["isShort"]) == ("pending", True)
    assert (await (await served.person()).call("GET", f"/payouts/{first['id']}", expect=404)).reason == "payments.payout_not_found"
    assert (await host.post(f"/payouts/{first['id']}/cancel", expect=200)).data["status"] == "cancelled"

    second = (await host.post("/payouts", {}, expect=201, key=a_key())).data
    assert second["amount"]["amount"] == 160
    await served.settled()
    assert await served.value(LOST, second["id"]) == 1
    decision = {"outcome": "failed", "evidence": "Their support says that nothing was sent."}
    one, two = await served.operator(), await served.staff("super_admin")
    assert (await one.post(f"/payouts/{second['id']}/decide", decision, expect=200)).data["status"] == "unknown"
    assert (await one.post(f"/payouts/{second['id']}/decide", decision, expect=422)).reason == "payments.other_operator_needed"
    assert (await two.post(f"/payouts/{second['id']}/decide", decision, expect=200)).data["status"] == "failed"
    assert [row["status"] for row in (await host.get("/payouts")).data] == ["failed", "cancelled"]

    statement = (await host.get("/payments/earnings?currency=GBP")).data
    amounts = {part: statement[part]["amount"] for part in ("redeemed", "paidOut", "cameBack", "closing", "payable")}
    assert amounts == {"redeemed": 160, "paidOut": -220, "cameBack": 220, "closing": 160, "payable": 160}
    assert {row["status"] for row in (await one.get(f"/payouts?accountId={host.account_id}")).data} == {"failed", "cancelled"}


async def test_books_and_statements_are_compared(served: Served):
    operator, member = await served.operator(), await served.person()
    await served.settled()
    found = (await operator.post("/payments/reconciliations", {"provider": "sandbox"}, expect=200)).data
    assert (found["status"], found["isClean"]) == ("done", True), found
    assert (await operator.get(f"/payments/reconciliations/{found['id']}")).data["day"] == found["day"]
    assert found["id"] in {one["id"] for one in (await operator.get("/payments/reconciliations?limit=100")).data}
    assert (await operator.post("/payments/reconciliations", {"provider": "nobody"}, expect=404)).reason == "payments.provider_not_found"
    assert (await operator.post("/payments/reconciliations", {"day": "2999-01-01"}, expect=422)).reason == "payments.day_not_begun"
    assert (await member.call("GET", "/payments/reconciliations", expect=403)).reason == "http.permission_missing"
    told = msgspec.json.decode(served.cli("reconcile", "--day", found["day"], "--provider", "sandbox", "--json"))
    assert [one["isClean"] for one in told] == [True]
    assert "clean" in served.cli("reconcile", "--day", found["day"])
