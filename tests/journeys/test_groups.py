"""Groups: opened, found, filled, left, waited for, moved, held and paid for seat by seat."""

from datetime import timedelta
from typing import Any

from tests.journeys.cast import PRICE, a_host, a_key, act, balance, later, owned
from tests.support.client import Client
from tests.support.server import Served, eventually, moment


async def a_group(served: Served, host: Client, offer: dict[str, Any], *, seats: int = 2, hours: int = 72) -> dict[str, Any]:
    """Open a group session at the next full hour so far ahead."""
    at = (await served.now()).replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
    body = {"kind": "group", "offerId": offer["id"], "startsAt": at.isoformat(), "seats": seats}
    return (await host.post("/sessions", body, expect=201, key=a_key())).data


async def take(client: Client, session: dict[str, Any], *, wait: bool = False, **options: Any) -> dict[str, Any]:
    """Take a seat; return the session as this learner sees it then."""
    body = {"waitingList": True} if wait else {}
    return (await client.post(f"/sessions/{session['id']}/seats", body, **{"expect": 201, **options})).data


async def leave(client: Client, session: dict[str, Any]) -> dict[str, Any]:
    """Leave; return the seat as it is then."""
    return (await client.delete(f"/sessions/{session['id']}/seats/me")).data["mySeat"]


async def mine(client: Client, session: dict[str, Any]) -> dict[str, Any]:
    """Return one's own seat."""
    return (await client.get(f"/sessions/{session['id']}")).data["mySeat"]


async def test_a_group_from_the_list_to_the_payment(served: Served):
    host, offer = await a_host(served)
    one, two, rival = [await served.person() for _ in range(3)]
    session = await a_group(served, host, offer)
    assert (session["kind"], session["status"], session["capacity"], session["taken"], session["seats"]) == ("group", "scheduled", 2, 0, [])
    found = (await one.get(f"/sessions/open?hostId={host.account_id}&skillId={offer['skill']['id']}&maxPrice={PRICE}&search=cello")).data
    assert [(card["id"], card["capacity"], card["taken"], card["waiting"]) for card in found] == [(session["id"], 2, 0, 0)]
    seen = (await rival.get(f"/sessions/{session['id']}")).data
    assert (seen["mySeat"], seen["seats"]) == (None, [])
    taken = await take(one, session, key=a_key())
    assert (taken["taken"], taken["mySeat"]["status"], taken["mySeat"]["settlement"]) == (1, "confirmed", "held")
    assert (await take(one, session))["mySeat"] == taken["mySeat"]
    assert (await balance(one))["held"] == PRICE
    booked = await two.post("/sessions", {"offerId": offer["id"], "startsAt": session["startsAt"]}, expect=201)
    assert (booked.data["id"], booked.data["taken"]) == (session["id"], 2)
    full = await rival.post(f"/sessions/{session['id']}/seats", {}, expect=409)
    assert (full.reason, full.error["params"]) == ("learning.session_full", {"capacity": 2, "waiting": 0})
    assert (await one.get(f"/sessions/open?hostId={host.account_id}&hasSeat=true")).data == []
    await served.advance_to(session["opensAt"])
    for person in (one, host):
        await act(person, session, "join")
    assert (await act(host, session, "start"))["status"] == "in_progress"
    assert (await one.post(f"/sessions/{session['id']}/interrupt", expect=403)).reason == "learning.host_only"
    await served.advance_to(later(session["startsAt"], minutes=20))
    ended = await act(host, session, "end")
    assert sorted(seat["status"] for seat in ended["seats"]) == ["attended", "no_show"]
    confirmed = await act(one, session, "confirm")
    assert [(seat["settlement"], seat["paidToHost"]["amount"]) for seat in confirmed["seats"]] == [("settled", 4)]
    assert (await mine(two, session))["settlement"] == "held"
    await served.advance_to(confirmed["mySeat"]["settleAt"])
    assert (await mine(two, session))["settlement"] == "settled"
    assert await owned(host) == 18
    figures = (await host.get("/sessions/statistics")).data["asHost"]
    assert (figures["completed"], figures["people"], figures["credits"]["amount"]) == (1, 2, 8)


async def test_a_free_seat_goes_to_who_waits_for_it(served: Served):
    host, offer = await a_host(served)
    session = await a_group(served, host, offer, seats=1)
    first, second, third = [await served.person() for _ in range(3)]
    await take(first, session)
    for place, person in enumerate((second, third), 1):
        view = await take(person, session, wait=True)
        assert (view["mySeat"]["status"], view["mySeat"]["position"], view["waiting"]) == ("waiting", place, place)
        assert (await balance(person))["held"] == 0
    assert (await leave(first, session))["settlement"] == "refunded"
    assert await owned(first) == 10
    await eventually(lambda: _status(second, session), "confirmed")
    assert (await balance(second))["held"] == PRICE
    assert (await mine(third, session))["position"] == 1
    assert "is yours" in await second.mailed(r"(A seat came free[^\n]*)")
    await served.advance_to(later(session["startsAt"], hours=-10))
    left = await leave(second, session)
    assert (left["settlement"], left["returned"]["amount"], left["closedAs"]) == ("split", 3, "left")
    await eventually(lambda: _status(third, session), "offered")
    assert (await balance(third))["held"] == 0
    refused = await second.post(f"/sessions/{session['id']}/seats", {}, expect=409)
    assert refused.reason == "learning.session_full"
    assert (await take(third, session))["mySeat"]["status"] == "confirmed"
    back = await take(second, session, wait=True)
    assert (back["mySeat"]["round"], back["mySeat"]["paidEarlier"]["amount"], back["mySeat"]["status"]) == (2, 2, "waiting")
    await served.advance_to(session["opensAt"])
    assert (await second.post(f"/sessions/{session['id']}/join", expect=409)).reason == "learning.not_seated"
    await served.advance_to(session["startsAt"])
    assert ((await mine(second, session))["status"], (await mine(second, session))["closedAs"]) == ("expired", "unfilled")
    assert (await (await served.person()).call("GET", f"/sessions/{session['id']}", expect=404)).reason == "learning.session_not_found"


async def test_a_group_is_moved_by_its_host(served: Served):
    host, offer = await a_host(served)
    session = await a_group(served, host, offer)
    stays, busy = [await served.person() for _ in range(2)]
    for person in (stays, busy):
        await take(person, session)
    later_on = later(session["startsAt"], hours=24)
    other_host, other_offer = await a_host(served, price=1, instantBooking=True)
    await busy.post("/sessions", {"offerId": other_offer["id"], "startsAt": later_on}, expect=201)
    door = f"/sessions/{session['id']}/reschedule"
    assert (await stays.post(door, {"startsAt": later_on}, expect=403)).reason == "learning.host_only"
    moved = (await host.post(door, {"startsAt": later_on, "reason": "The hall is closed."}, expect=200)).data
    assert (moved["startsAt"], moved["taken"], moved["rescheduling"]) == (later_on, 1, None)
    assert [(move["fromStartsAt"], move["startsAt"], move["by"]) for move in moved["moves"]] == [
        (session["startsAt"], later_on, host.account_id)
    ]
    assert [(seat["status"], seat["closedAs"]) for seat in moved["seats"]] == [("confirmed", None), ("cancelled", "busy")]
    assert (await balance(busy))["held"] == 1
    assert "moved from" in await stays.mailed(r"(has moved from)")
    await served.advance_to(later(later_on, hours=-1))
    assert (await leave(stays, session))["settlement"] == "refunded"
    assert await owned(stays) == 10
    assert (await other_host.post(door, {"startsAt": later_on}, expect=404)).reason == "learning.session_not_found"


async def test_each_seat_is_reported_and_ruled_on_alone(served: Served):
    host, offer = await a_host(served)
    session = await a_group(served, host, offer)
    one, two = [await served.person() for _ in range(2)]
    for person in (one, two):
        await take(person, session)
    await served.advance_to(session["opensAt"])
    for person in (one, two, host):
        await act(person, session, "join")
    await act(host, session, "start")
    await act(host, session, "end")
    door = f"/sessions/{session['id']}/report-problem"
    assert (await host.post(door, {"description": "rude"}, expect=422)).reason == "disputes.payment_unnamed"
    assert (await host.post(door, {"description": "rude", "accountId": offer["id"]}, expect=404)).reason == "disputes.nothing_held"
    await act(host, session, "report-problem", {"description": "rude", "accountId": two.account_id})
    frozen = await act(one, session, "report-problem", {"description": "We had no sound at all."})
    assert frozen["mySeat"]["settlement"] == "frozen"
    mediator = await served.staff("support")
    for learner, outcome in ((one, "full_refund"), (two, "no_refund")):
        dispute = (await learner.get("/disputes/user/me")).data[0]
        await mediator.post(f"/disputes/{dispute['id']}/proposals", {"outcome": outcome, "reason": "As both tell it."}, expect=200)
        for side in (host, learner):
            await side.post(f"/disputes/{dispute['id']}/accept", expect=200)
    assert (await owned(one), (await mine(two, session))["settlement"]) == (10, "settled")


async def test_what_groups_refuse(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    session = await a_group(served, host, offer, seats=1, hours=30)
    door = f"/sessions/{session['id']}/seats"
    at = session["startsAt"]
    for by, path, body, status, reason in (
        (learner, "/sessions", {"kind": "group", "offerId": offer["id"], "startsAt": at, "seats": 2}, 403, "learning.host_only"),
        (host, "/sessions", {"kind": "group", "offerId": offer["id"], "startsAt": at}, 400, "http.invalid"),
        (host, "/sessions", {"kind": "group", "offerId": offer["id"], "startsAt": at, "seats": 501}, 400, "http.invalid"),
        (host, "/sessions", {"kind": "group", "offerId": offer["id"], "startsAt": at, "seats": 0}, 400, "http.invalid"),
        (host, "/sessions", {"kind": "group", "offerId": offer["id"], "startsAt": at, "seats": 2}, 409, "calendar.busy"),
        (host, door, {}, 422, "learning.own_offer"),
        (learner, door, {"price": PRICE + 1}, 422, "learning.price_changed"),
        (learner, door, {"price": {"amount": 500, "currency": "EUR"}}, 422, "learning.price_changed"),
        (learner, f"/sessions/{offer['id']}/seats", {}, 404, "learning.session_not_found"),
    ):
        refused = await by.post(path, body, expect=status)
        assert refused.reason == reason, body
    assert (await host.call("DELETE", f"{door}/me", expect=403)).reason == "learning.learner_only"
    assert (await learner.call("DELETE", f"{door}/me", expect=404)).reason == "learning.session_not_found"
    assert (await served.stranger().post(door, {}, expect=401)).reason == "http.sign_in_required"
    await served.advance_to(session["opensAt"])
    assert (await host.post(f"/sessions/{session['id']}/start", expect=422)).reason == "learning.nobody_seated"
    await served.advance_to(at)
    assert (await learner.post(door, {}, expect=422)).reason == "learning.too_late"
    await served.advance_to(later(at, minutes=31))
    assert (await host.get(f"/sessions/{session['id']}")).data["status"] == "expired"
    assert (await learner.post(door, {}, expect=409)).reason == "learning.session_moved"
    assert moment(at) < await served.now()


async def test_giving_up_ones_seat_of_a_lesson_for_one_is_giving_it_up(served: Served):
    _host, offer = await a_host(served)
    learner = await served.person()
    at = (await served.now()).replace(minute=0, second=0, microsecond=0) + timedelta(hours=72)
    session = (await learner.post("/sessions", {"offerId": offer["id"], "startsAt": at.isoformat()}, expect=201)).data
    given_up = (await learner.delete(f"/sessions/{session['id']}/seats/me")).data
    assert (given_up["status"], given_up["seats"][0]["settlement"]) == ("cancelled", "refunded")
    assert await owned(learner) == 10


async def _status(client: Client, session: dict[str, Any]) -> str:
    return (await mine(client, session))["status"]
