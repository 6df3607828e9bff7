"""A payment's life over HTTP: opened, given up, asked for by the bank, lost and decided, told about; and the methods one pays with."""

from typing import Any, cast

from skillhall.kernel.clock import Clock
from skillhall.kernel.config import Config
from skillhall.kernel.db.pool import open_connection
from skillhall.payments.outside.sandbox import Sandbox
from tests.journeys.cast import a_key
from tests.journeys.test_engagements import a_bid, a_pair
from tests.support.client import Client
from tests.support.server import SECRET, Served

LONG_AGO = """
UPDATE payments.attempt SET sent_at = sent_at - interval '80 hours', next_check_at = now() + interval '1 hour' WHERE state = 'unknown'
"""
PRICE = {"amount": 7000, "currency": "EUR"}


async def a_booking(served: Served) -> tuple[Client, Client, str]:
    """Return client, worker, and a booking that waits for its money."""
    client, worker = await a_pair(served, wallet=1)
    bid = await a_bid(client, worker, currency="EUR", body={"amount": PRICE, "proposal": "Gladly."})
    body = {"projectId": bid["projectId"], "workerId": worker.account_id, "agreedAmount": PRICE}
    return client, worker, (await client.post("/bookings", body, expect=201)).data["id"]


async def test_a_payment_is_given_up_and_made_again(served: Served):
    client, worker, booking = await a_booking(served)
    names = (await served.stranger().get("/payments/providers")).data["providers"]
    assert [(one["name"], one["isDefault"]) for one in names] == [("sandbox", True)]
    key = a_key()
    opened = [await client.post("/payments/intent", {"bookingId": booking}, expect=201, key=key) for _ in range(2)]
    first = opened[0].data
    assert (opened[1].data["clientSecret"], opened[1].headers["Idempotency-Replayed"]) == (first["clientSecret"], "true")
    assert (await client.post("/payments/intent", {"bookingId": booking, "amount": 70}, expect=422, key=key)).reason == "http.key_reused"
    assert first["nextAction"]["url"].endswith(f"/dev/pay/{first['paymentIntentId']}")
    given_up = (await client.post(f"/payments/{first['id']}/cancel", expect=200)).data
    assert (given_up["status"], given_up["clientSecret"]) == ("cancelled", None)

    second = (await client.post("/payments/create-order", {"bookingId": booking}, expect=201)).data
    asked = (await client.post(f"/payments/{second['id']}/confirm", {"paymentMethodId": "tok_action"}, expect=200)).data
    assert (asked["status"], asked["nextAction"]["type"]) == ("requires_action", "redirect")
    operator = await served.operator()
    done = {"paymentId": second["id"], "event": "succeed", "times": 2}
    await operator.post("/sandbox/payments", done, expect=200)
    trio = {"razorpay_order_id": asked["paymentIntentId"], "razorpay_payment_id": "pay_1", "razorpay_signature": "x"}
    assert (await client.post("/payments/verify", trio, expect=200)).data["status"] == "succeeded"
    await served.settled()
    for path in (f"/payments/{second['id']}", "/payments/history?status=completed"):
        shown = (await worker.get(path)).data
        shown = shown[0] if isinstance(shown, list) else shown
        assert (shown["id"], shown["legacyStatus"], shown["clientSecret"]) == (second["id"], "completed", None)
    assert [one["status"] for one in (await client.get("/payments?sort=createdAt")).data] == ["cancelled", "succeeded"]
    earned = (await worker.get("/payments/statistics")).data["currencies"][0]
    assert (earned["received"], earned["fees"], earned["paid"]["amount"]) == (PRICE, {"amount": 700, "currency": "EUR"}, 0)
    assert (await operator.get("/payments/stats?scope=platform")).data["succeededPayments"] >= 1


async def test_what_nobody_knows_is_decided_by_two(served: Served):
    client, _, booking = await a_booking(served)
    payment = (await client.post("/payments/intent", {"bookingId": booking}, expect=201)).data["id"]
    lost = (await client.post(f"/payments/{payment}/confirm", {"paymentMethodId": "tok_lost"}, expect=200)).data
    assert (lost["status"], lost["nextAction"]["type"]) == ("unknown", "wait")
    staff = [await served.staff("super_admin") for _ in range(2)]
    body = {"outcome": "failed", "evidence": "Their support says no such call came."}
    assert (await staff[0].post(f"/payments/{payment}/decide", body, expect=409)).reason == "payments.not_undecided"
    connection = await open_connection(served.dsn)
    await connection.execute(LONG_AGO)
    await connection.close()
    said = [(await one.post(f"/payments/{payment}/decide", body, expect=200)).data["status"] for one in staff]
    assert said == ["unknown", "failed"]
    paid = (await client.post(f"/payments/{payment}/confirm", {"paymentMethodId": "tok_ok"}, expect=200)).data
    assert paid["status"] == "succeeded"


async def test_methods_and_the_bank_that_tells(served: Served):
    client, _, booking = await a_booking(served)
    kept = [(await client.post("/payments/methods", {"token": token}, expect=201, key=a_key())).data for token in ("tok_ok", "tok_decline")]
    assert [one["isDefault"] for one in kept] == [True, False]
    assert (await client.post("/user/billing/payment-methods", {"token": "4242424242424242"}, expect=422)).reason == "payments.card_number"
    assert (await client.put(f"/payments/methods/{kept[1]['id']}/default", {})).data["isDefault"]
    await client.call("DELETE", f"/payments/methods/{kept[1]['id']}", expect=200)
    assert [(one["id"], one["isDefault"]) for one in (await client.get("/payments/methods")).data] == [(kept[0]["id"], True)]

    payment = (await client.post("/payments/intent", {"bookingId": booking}, expect=201)).data["id"]
    assert (await client.post(f"/payments/{payment}/confirm", {"paymentMethodId": kept[0]["id"]}, expect=200)).data["status"] == "succeeded"
    await served.settled()
    await retold(served, client, payment, "/payments/webhook", "/payments/webhooks", "/payments/webhook/sandbox")
    assert (await client.get(f"/payments/{payment}")).data["status"] == "succeeded"


async def retold(served: Served, client: Client, payment: str, *paths: str) -> None:
    """Have the bank tell once more what it has told of a payment, at each of these paths."""
    bank = Sandbox(Config(mode="sandbox", secret=SECRET), cast("Any", None))
    connection = await open_connection(served.dsn)
    ref = await connection.fetchval("SELECT ref FROM payments.payment WHERE id = $1", payment)
    told = await connection.fetch("SELECT body FROM payments.sandbox_event WHERE ref = $1", ref)
    await connection.close()
    for path in paths:
        for row in told:
            assert await _sent(client, path, bank.signed(row["body"], Clock().wall()), row["body"]) == (200, True)


async def _sent(client: Client, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bool]:
    """Send raw bytes, as a bank does."""
    reply = await client.call("POST", path, headers=headers, data=body)
    return reply.status, reply.data["received"]
