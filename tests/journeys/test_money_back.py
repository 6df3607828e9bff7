"""Money that goes back, over HTTP: a refund, one that fails and is sent again, a chargeback with its case, money in suspense."""

from tests.journeys.cast import a_key
from tests.journeys.test_engagements import HANDOVER, WHY, act
from tests.journeys.test_payments import PRICE, a_booking
from tests.support.client import Client
from tests.support.server import Served


async def paid(served: Served, method: str = "tok_ok") -> tuple[Client, Client, str, str]:
    """Return client, worker, a booking, and the payment by which its money came in."""
    client, worker, booking = await a_booking(served)
    payment = (await client.post("/payments/intent", {"bookingId": booking}, expect=201)).data["id"]
    await client.post(f"/payments/{payment}/confirm", {"paymentMethodId": method}, expect=200)
    await served.settled()
    return client, worker, booking, payment


async def earned(client: Client, worker: Client, booking: str) -> None:
    """Have the work done and paid out."""
    for verb in ("confirm", "start"):
        await act(worker, "bookings", booking, verb)
    await act(worker, "bookings", booking, "deliver", HANDOVER)
    await act(client, "bookings", booking, "complete")


async def test_a_refund_and_a_chargeback_of_work(served: Served) -> None:
    client, worker, booking, payment = await paid(served)
    await earned(client, worker, booking)
    refund = f"/payments/{payment}/refund"
    wrong = (await worker.post(refund, {"amount": 10, **WHY}, expect=400)).error
    assert wrong["details"][0]["field"] == "Idempotency-Key"
    assert (
        await worker.post(refund, {"amount": {"amount": 5, "currency": "USD"}}, expect=422, key=a_key())
    ).reason == "payments.other_currency"
    key = a_key()
    asked = [(await worker.post(refund, {"amount": "10.00", **WHY}, expect=201, key=key)).data for _ in range(2)]
    assert asked[0] == asked[1]
    assert (asked[0]["amount"], asked[0]["status"]) == ({"amount": 1000, "currency": "EUR"}, "processing")
    await served.settled()
    assert [(one["status"], one["why"]) for one in (await client.get(f"/payments/{payment}/refunds")).data] == [("succeeded", "asked")]
    stranger = await served.person()
    assert (await stranger.call("GET", f"/payments/{payment}/refunds", expect=404)).reason == "payments.not_found"

    operator = await served.operator()
    await operator.post("/sandbox/payments", {"paymentId": payment, "event": "chargeback", "times": 2}, expect=200)
    await served.settled()
    (taken,) = (await worker.get("/payments/chargebacks")).data
    assert (taken["status"], taken["amount"]) == ("open", {"amount": 6000, "currency": "EUR"})
    path = f"/payments/chargebacks/{taken['id']}"
    assert (await operator.get(path)).data["payerId"] == client.account_id
    assert (await client.call("GET", path, expect=404)).reason == "payments.chargeback_not_found"
    assert (await worker.post(refund, WHY, expect=409)).reason == "payments.disputed"
    (case,) = (await worker.get(f"/disputes?escrowId={taken['id']}")).data
    evidence = f"/disputes/{case['id']}/evidence"
    await worker.post(evidence, {"text": "It was approved."}, expect=201)
    assert (await client.post(evidence, {"text": "Not by me."}, expect=403)).reason == "disputes.payee_only"
    assert (await client.post(f"/disputes/{case['id']}/withdraw", expect=409)).reason == "disputes.bank_decides"
    await operator.post("/sandbox/payments", {"paymentId": payment, "event": "chargeback_won"}, expect=200)
    await served.settled()
    assert (await worker.get(path)).data["status"] == "won"
    assert (await worker.get(f"/disputes/{case['id']}")).data["outcome"] == "no_refund"


async def test_a_refund_that_fails_is_sent_again_by_staff(served: Served) -> None:
    client, _, booking, payment = await paid(served, "tok_refund_fail")
    await act(client, "bookings", booking, "cancel", WHY)
    await served.settled()
    staff = await served.staff("super_admin")
    (failed,) = (await staff.get(f"/payments/{payment}/refunds")).data
    assert (failed["status"], failed["amount"], failed["why"]) == ("failed", PRICE, "released")
    retry = f"/payments/refunds/{failed['id']}/retry"
    assert (await client.post(retry, expect=403)).reason == "http.permission_missing"
    again = [(await staff.post(retry, expect=200)).data for _ in range(2)]
    assert again[0]["id"] == again[1]["id"] != failed["id"]
    await served.settled()
    listed = (await staff.get(f"/payments/{payment}/refunds?sort=createdAt")).data
    states = [(one["status"], one["replacedBy"]) for one in listed]
    assert states == [("failed", again[0]["id"]), ("failed", None)]


async def test_money_that_was_not_asked_for_is_sent_back(served: Served) -> None:
    client, _, booking = await a_booking(served)
    payment = (await client.post("/payments/intent", {"bookingId": booking}, expect=201)).data["id"]
    operator = await served.operator()
    await operator.post("/sandbox/payments", {"paymentId": payment, "event": "succeed", "amount": 7001}, expect=200)
    await served.settled()
    (kept,) = [one for one in (await operator.get("/payments/suspense?isOpen=true")).data if one["paymentId"] == payment]
    assert kept["amount"] == {"amount": 7001, "currency": "EUR"}
    resolve, body = f"/payments/suspense/{kept['id']}/resolve", {"evidence": "Sent back in the dashboard."}
    assert (await operator.post(resolve, body, expect=200)).data["resolution"] == body["evidence"]
    assert (await operator.post(resolve, body, expect=409)).reason == "payments.suspense_resolved"
    assert (await operator.post(f"/payments/suspense/{payment}/resolve", body, expect=404)).reason == "payments.suspense_not_found"
