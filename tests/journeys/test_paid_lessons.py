"""Lessons paid in money over HTTP: book, pay, meet, be paid; who is late is out, and what is called off goes back."""

import asyncio
from datetime import timedelta
from typing import Any

from tests.journeys.cast import a_host, a_key, a_slot, act, book, meet
from tests.support.client import Client
from tests.support.server import Served, eventually

WHY = {"reason": "I am ill."}
OK = {"paymentMethodId": "tok_ok"}


def euros(cents: int) -> dict[str, Any]:
    """Return so many cents."""
    return {"amount": cents, "currency": "EUR"}


async def a_teacher(served: Served, cents: int = 2500, **changes: Any) -> tuple[Client, dict[str, Any]]:
    """Return a host who teaches for money, and their offer."""
    host, offer = await a_host(served, **changes)
    changed = await host.patch(f"/offers/{offer['id']}", {"price": euros(cents)}, expect=200)
    assert changed.data["price"] == euros(cents)
    return host, changed.data


async def intent(client: Client, session: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Ask to pay for one's seat."""
    return (await client.post("/payments/intent", {"sessionId": session["id"]}, **{"expect": 201, **options})).data


async def pay(client: Client, session: dict[str, Any]) -> dict[str, Any]:
    """Pay for one's seat with a card that works."""
    opened = await intent(client, session)
    paid = (await client.post(f"/payments/{opened['id']}/confirm", OK, expect=200)).data
    assert paid["status"] == "succeeded"
    return paid


async def standing(client: Client, session: dict[str, Any]) -> tuple[str, str | None]:
    """Return the status of a session, and of one's money in it."""
    seen = (await client.get(f"/sessions/{session['id']}")).data
    return seen["status"], seen["payment"] and seen["payment"]["status"]


async def mine(client: Client, session: dict[str, Any]) -> str:
    """Return the status of one's seat."""
    return (await client.get(f"/sessions/{session['id']}")).data["mySeat"]["status"]


async def test_a_lesson_is_paid_by_card_and_the_host_by_the_lesson(served: Served):
    host, offer = await a_teacher(served)
    learner = await served.person()
    starts_at = await a_slot(served, learner, offer)
    asked = await book(learner, offer, starts_at, key=a_key())
    assert (asked["status"], asked["payment"]["status"], asked["payment"]["amount"]) == ("requested", "awaiting", euros(2500))
    assert asked["mySeat"]["payUntil"] == asked["payment"]["expiresAt"] == asked["dueAt"]
    rival = await served.person()
    assert (await rival.post("/sessions", {"offerId": offer["id"], "startsAt": starts_at}, expect=409)).reason == "calendar.busy"
    assert (await host.post(f"/sessions/{asked['id']}/accept", expect=409)).reason == "learning.not_paid_yet"
    coupon = {"sessionId": asked["id"], "couponCode": "HALF"}
    assert (await learner.post("/payments/intent", coupon, expect=422)).reason == "learning.coupon_not_taken"
    opened = await intent(learner, asked)
    assert (opened["amount"], opened["fee"], opened["netAmount"]) == (euros(2500), euros(250), euros(2250))
    answers = await asyncio.gather(*(learner.post(f"/payments/{opened['id']}/confirm", OK) for _ in range(4)))
    assert {answer.status for answer in answers} <= {200, 409}
    await served.settled()
    assert await standing(learner, asked) == ("requested", "paid")
    assert (await learner.post("/payments/intent", {"sessionId": asked["id"]}, expect=409)).reason == "learning.nothing_to_pay"
    await act(host, asked, "accept")
    refund = f"/payments/{opened['id']}/refund"
    assert (await host.post(refund, WHY, expect=409)).reason == "learning.still_held"
    session = await meet(served, host, learner, (await host.get(f"/sessions/{asked['id']}")).data)
    await act(host, session, "end")
    await act(learner, session, "confirm")
    assert (await learner.post(refund, WHY, expect=403)).reason == "learning.host_only"
    mine = (await host.get("/sessions/statistics")).data["asHost"]
    assert (mine["credits"]["amount"], mine["money"]) == (0, [euros(2250)])
    await host.post(refund, {"amount": euros(500), **WHY}, expect=201, key=a_key())
    await served.settled()
    assert (await learner.get(f"/payments/{opened['id']}")).data["refunded"] == euros(500)
    seat = (await learner.get(f"/sessions/{session['id']}")).data["mySeat"]
    assert (seat["settlement"], seat["paidToHost"], seat["fee"], seat["returned"]) == ("split", euros(1800), euros(200), euros(500))


async def test_case_03_who_pays_too_late_is_told_so_and_nobody_meets_twice(served: Served):
    _, offer = await a_teacher(served, instantBooking=True)
    late, quick = await served.person(), await served.person()
    starts_at = await a_slot(served, late, offer)
    asked = await book(late, offer, starts_at)
    opened = await intent(late, asked)
    await served.advance(timedelta(minutes=16))
    assert await standing(late, asked) == ("expired", "not_paid")
    session = await book(quick, offer, starts_at)
    await pay(quick, session)
    assert await standing(quick, session) == ("scheduled", "paid")
    refused = await late.post(f"/payments/{opened['id']}/confirm", OK, expect=409)
    assert refused.reason == "payments.moved"
    assert (await late.get(f"/payments/{opened['id']}")).data["status"] == "cancelled"
    assert await standing(quick, session) == ("scheduled", "paid")


async def test_a_group_for_money_is_called_off_and_everybody_has_it_back(served: Served):
    host, offer = await a_teacher(served)
    starts_at = await a_slot(served, host, offer, hours=60)
    body = {"kind": "group", "offerId": offer["id"], "startsAt": starts_at, "seats": 2}
    session = (await host.post("/sessions", body, expect=201)).data
    learners = [await served.person() for _ in range(3)]
    for learner in learners:
        await learner.post(f"/sessions/{session['id']}/seats", {"waitingList": True}, expect=201)
    payments = [await pay(learner, session) for learner in learners[:2]]
    left = (await learners[1].call("DELETE", f"/sessions/{session['id']}/seats/me", expect=200)).data
    assert (left["mySeat"]["settlement"], left["payment"]["status"]) == ("refunded", "refunded")
    await eventually(lambda: mine(learners[2], session), "offered")
    assert await standing(learners[2], session) == ("scheduled", None)
    await learners[2].post(f"/sessions/{session['id']}/seats", {}, expect=201)
    payments.append(await pay(learners[2], session))
    await act(host, session, "cancel", WHY)
    await served.settled()
    for learner, payment in zip(learners, payments, strict=True):
        assert (await learner.get(f"/payments/{payment['id']}")).data["status"] == "refunded"
    found = (await learners[0].get("/offers?maxPrice=2500&currency=EUR&limit=100")).data
    assert offer["id"] in {one["id"] for one in found}
    assert {one["price"]["currency"] for one in found} <= {"EUR", "CREDIT"}
    assert all(one["price"]["currency"] == "EUR" or one["price"]["amount"] == 0 for one in found)
    cheap = (await learners[0].get("/offers?maxPrice=2500&sort=price&limit=100")).data
    assert offer["id"] not in {one["id"] for one in cheap}
