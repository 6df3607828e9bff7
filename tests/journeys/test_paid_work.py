"""Work paid for by card, from the quote to the bank's last word; and a project that is shown before others."""

from typing import Any

from tests.journeys.cast import a_key
from tests.journeys.test_engagements import HANDOVER, WHY, a_bid, a_pair, accepted, act, signed
from tests.support.server import Served


def euros(cents: int) -> dict[str, Any]:
    """Return so many cents."""
    return {"amount": cents, "currency": "EUR"}


async def test_a_booking_and_a_milestone_are_paid_by_card(served: Served) -> None:
    client, worker = await a_pair(served, wallet=1)
    in_euros = {"currency": "EUR", "body": {"amount": euros(7000), "proposal": "Gladly."}}
    bid = await a_bid(client, worker, **in_euros)
    body = {"projectId": bid["projectId"], "workerId": worker.account_id, "agreedAmount": euros(7000)}
    made = (await client.post("/bookings", body, expect=201)).data
    assert (made["escrow"]["status"], made["payment"]["clientSecret"] is not None) == ("pending_funding", True)
    assert (await client.post("/bookings", body, expect=201)).data["payment"] == made["payment"]
    payment = made["payment"]["id"]
    intent = (await client.post("/payments/intent", {"bookingId": made["id"], "amount": euros(7000)}, expect=201)).data
    assert (intent["id"], intent["fee"], intent["netAmount"]) == (payment, euros(700), euros(6300))
    other = {"bookingId": made["id"], "amount": euros(1)}
    assert (await client.post("/payments/intent", other, expect=422)).reason == "payments.amount_mismatch"
    assert (await worker.post("/payments/intent", {"bookingId": made["id"]}, expect=403)).reason == "gigs.client_only"
    for _ in range(2):
        paid = (await client.post(f"/payments/{payment}/confirm", {"paymentMethodId": "tok_ok"}, expect=200)).data
        assert (paid["status"], paid["legacyStatus"]) == ("succeeded", "completed")
    assert (await client.post("/payments/intent", {"bookingId": made["id"]}, expect=409)).reason == "gigs.escrow_moved"
    assert (await client.get(f"/escrow/{made['escrow']['id']}")).data["fundedFrom"] == "provider:sandbox"
    for verb in ("confirm", "start"):
        await act(worker, "bookings", made["id"], verb)
    await act(worker, "bookings", made["id"], "deliver", HANDOVER)
    refund = f"/payments/{payment}/refund"
    assert (await worker.post(refund, WHY, expect=409)).reason == "gigs.still_held"
    assert (await act(client, "bookings", made["id"], "complete"))["escrow"]["paidToWorker"] == euros(6300)
    assert (await client.post(refund, WHY, expect=403)).reason == "gigs.worker_only"
    await worker.post(refund, {"amount": euros(1000), **WHY}, expect=201, key=a_key())
    await served.settled()
    assert (await client.get(f"/payments/{payment}")).data["refunded"] == euros(1000)

    agreed = await signed(client, worker, await accepted(client, await a_bid(client, worker, **in_euros)))
    milestone = agreed["milestones"][0]
    intent = (await client.post("/payments/intent", {"milestoneId": milestone["id"]}, expect=201)).data
    await client.post(f"/payments/{intent['id']}/confirm", {"paymentMethodId": "tok_ok"}, expect=200)
    assert (await client.get(f"/milestones/{milestone['id']}")).data["status"] == "funded"
    await act(client, "agreements", agreed["id"], "cancel", {"reason": "The film was called off."})
    await served.settled()
    assert (await client.get(f"/payments/{intent['id']}")).data["status"] == "refunded"


async def test_a_project_is_shown_before_others(served: Served) -> None:
    client, worker = await served.person(), await served.person()
    posted = {"title": "A cello part for a film", "description": "Three minutes, quiet."}
    first, second = [(await client.post("/projects", posted, expect=201)).data["id"] for _ in range(2)]
    asked = f"/projects/{first}/boost"
    assert (await worker.post(asked, {"kind": "premium"}, expect=403)).reason == "gigs.not_your_project"
    opened = (await client.post(asked, {"kind": "premium"}, expect=201)).data
    assert (opened["amount"]["amount"], opened["clientSecret"] is not None) == (1500, True)
    assert (await client.post(asked, {"kind": "premium"}, expect=201)).data["id"] == opened["id"]
    await client.post(f"/payments/{opened['id']}/confirm", {"paymentMethodId": "tok_ok"}, expect=200)
    await served.settled()
    listed = [one["id"] for one in (await worker.get(f"/projects/public?ownerId={client.account_id}")).data]
    assert listed == [first, second]
    assert (await worker.get(f"/projects/{first}")).data["boost"] == "premium"
    told = (await client.get(f"/projects/{first}/analytics")).data["boosts"]
    assert [one["kind"] for one in told] == ["premium"]
