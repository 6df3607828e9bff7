"""Plans that change: declined, canceled, expired, missed, broken off, moved."""

from datetime import timedelta

from tests.journeys.cast import PRICE, a_host, a_slot, act, balance, book, booked, later, meet, owned, seat, slots
from tests.support.server import Served, moment


async def test_the_host_declines(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    start = await a_slot(served, learner, offer)
    session = await book(learner, offer, start)
    declined = await act(host, session, "decline", {"reason": "I am away that week."})
    assert (declined["status"], declined["cancelledAs"], declined["cancelReason"]) == ("cancelled", "declined", "I am away that week.")
    assert await balance(learner) == {"available": 10, "granted": 10, "earnings": 0, "held": 0, "debt": 0}
    assert start in await slots(learner, offer, moment(start), 1)


async def test_nobody_answers_the_request(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    session = await book(learner, offer, await a_slot(served, learner, offer, hours=72))
    await served.advance_to(session["dueAt"])
    assert (await learner.get(f"/sessions/{session['id']}")).data["status"] == "expired"
    assert (await balance(learner))["available"] == 10
    assert (await host.post(f"/sessions/{session['id']}/accept", expect=409)).reason in {
        "learning.session_moved",
        "learning.request_expired",
    }


async def test_cancels_early_late_and_by_the_host(served: Served):
    host, offer = await a_host(served)
    early, late, spared = await served.person(), await served.person(), await served.person()
    session = await booked(served, early, host, offer)
    assert (await act(early, session, "cancel", {"reason": "I am ill."}))["seats"][0]["settlement"] == "refunded"
    assert await owned(early) == 10
    session = await booked(served, late, host, offer)
    await served.advance_to(moment(session["freeCancelUntil"]) + timedelta(minutes=5))
    cancelled = await act(late, session, "cancel")
    assert (cancelled["cancelledBy"], cancelled["seats"][0]["settlement"]) == (late.account_id, "split")
    assert (await owned(late), await owned(host)) == (10 - PRICE // 2, 10 + PRICE // 2 - 1)
    session = await booked(served, spared, host, offer)
    await served.advance_to(moment(session["startsAt"]) - timedelta(minutes=30))
    assert (await act(host, session, "cancel", {"reason": "The train stands."}))["seats"][0]["settlement"] == "refunded"
    assert await owned(spared) == 10
    again = await act(host, session, "cancel")
    assert again["status"] == "cancelled"
    assert await owned(spared) == 10


async def test_the_learner_does_not_come(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    session = await booked(served, learner, host, offer)
    await served.advance_to(session["startsAt"])
    await act(host, session, "join")
    assert (await host.post(f"/sessions/{session['id']}/no-show", expect=422)).reason == "learning.not_open_yet"
    await served.advance_to(moment(session["startsAt"]) + timedelta(minutes=16))
    missed = await act(host, session, "no-show")
    assert missed["seats"][0]["status"] == "no_show"
    await served.advance_to(missed["seats"][0]["settleAt"])
    assert (await seat(learner, session))["settlement"] == "settled"
    assert await owned(host) == 14


async def test_the_host_does_not_come(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    session = await booked(served, learner, host, offer)
    await served.advance_to(session["opensAt"])
    await act(learner, session, "join")
    await served.advance_to(moment(session["startsAt"]) + timedelta(minutes=16))
    assert (await act(learner, session, "no-show"))["status"] == "no_show_host"
    assert (await owned(learner), await owned(host)) == (10, 10)


async def test_a_broken_lesson_is_given_another_day(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    session = await booked(served, learner, host, offer)
    await meet(served, host, learner, session)
    assert (await act(learner, session, "interrupt"))["status"] == "interrupted"
    new_start = later(session["startsAt"], hours=30)
    proposed = await act(host, session, "reschedule", {"startsAt": new_start, "reason": "The line broke."})
    assert proposed["rescheduling"]["startsAt"] == new_start
    moved = await act(learner, session, "reschedule/accept")
    assert (moved["status"], moved["startsAt"], moved["rescheduling"]) == ("scheduled", new_start, None)
    await meet(served, host, learner, moved)
    await act(host, session, "end")
    await act(learner, session, "confirm")
    assert (await owned(learner), await owned(host)) == (5, 14)


async def test_a_broken_lesson_without_another_day_is_returned(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    session = await booked(served, learner, host, offer)
    await meet(served, host, learner, session)
    broken = await act(host, session, "interrupt")
    await served.advance_to(broken["dueAt"])
    found = (await learner.get(f"/sessions/{session['id']}")).data
    assert (found["status"], found["cancelledAs"]) == ("cancelled", "interrupted")
    assert (await owned(learner), await owned(host)) == (10, 10)


async def test_another_time_is_proposed_and_declined(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    session = await booked(served, learner, host, offer, hours=60)
    wish = later(session["startsAt"], hours=3)
    await act(learner, session, "reschedule", {"startsAt": wish})
    assert wish not in await slots(learner, offer, moment(wish), 1)
    assert (await learner.post(f"/sessions/{session['id']}/reschedule/accept", expect=403)).reason == "learning.own_proposal"
    kept = await act(host, session, "reschedule/decline")
    assert (kept["startsAt"], kept["rescheduling"]) == (session["startsAt"], None)
    assert wish in await slots(learner, offer, moment(wish), 1)
    assert (await host.post(f"/sessions/{session['id']}/reschedule/accept", expect=409)).reason == "learning.no_proposal"


async def test_an_offer_changes_and_leaves(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    session = await booked(served, learner, host, offer)
    tag = (await host.get(f"/offers/{offer['id']}")).headers["ETag"]
    dearer = await host.patch(f"/offers/{offer['id']}", {"price": {"amount": 7, "currency": "CREDIT"}}, headers={"If-Match": tag})
    assert dearer.data["price"]["amount"] == 7
    stale = await host.call("PUT", f"/offers/{offer['id']}", {"title": "Cello, slowly"}, headers={"If-Match": tag}, expect=412)
    assert stale.reason == "http.changed_meanwhile"
    assert (await host.put(f"/offers/{offer['id']}", {"title": "Cello, slowly"})).data["title"] == "Cello, slowly"
    refused = await learner.post(
        "/sessions", {"offerId": offer["id"], "startsAt": later(session["startsAt"], hours=2), "price": {"amount": 5, "currency": "CREDIT"}}
    )
    assert (refused.status, refused.reason) == (422, "learning.price_changed")
    assert (await host.delete(f"/offers/{offer['id']}")).data == {"id": offer["id"], "deleted": True}
    assert (await learner.call("GET", f"/offers/{offer['id']}", expect=404)).reason == "learning.offer_not_found"
    assert (await learner.get(f"/sessions/{session['id']}")).data["price"]["amount"] == 5
    assert offer["id"] not in [one["id"] for one in (await learner.get(f"/offers?hostId={host.account_id}")).data]


async def test_all_hosts_of_a_skill_at_once(served: Served):
    since = await served.now() + timedelta(hours=30)
    offers = [(await a_host(served, price=price))[1] for price in (3, 4)]
    period = f"from={since:%Y-%m-%d}&to={since + timedelta(days=2):%Y-%m-%d}&timezone=UTC"
    found = (await served.stranger().get(f"/offers/slots?skillId={offers[0]['skill']['id']}&{period}&limit=50")).data
    shown = {host["offer"]["id"]: host for host in found["hosts"]}
    for offer in offers:
        assert shown[offer["id"]]["price"] == offer["price"]
        assert shown[offer["id"]]["slots"]


async def test_the_older_way_to_book(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    start = await a_slot(served, learner, offer)
    body = {"skillId": offer["skill"]["id"], "hostId": host.account_id, "startTime": start, "duration": 60}
    session = (await learner.post("/api/sessions", body, expect=201)).data
    assert (session["offer"]["id"], session["startsAt"]) == (offer["id"], start)
    assert (await learner.post("/sessions", {**body, "duration": 90}, expect=422)).reason == "learning.no_matching_offer"
