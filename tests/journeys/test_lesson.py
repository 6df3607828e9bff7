"""A lesson: found, asked for, accepted, held, given, confirmed and paid."""

from datetime import timedelta

from tests.journeys.cast import (
    a_host,
    a_key,
    a_slot,
    act,
    balance,
    book,
    booked,
    fund,
    held_lesson,
    meet,
    owned,
    seat,
    slots,
)
from tests.support.server import Served, moment


async def test_a_lesson_from_the_search_to_the_payment(served: Served):
    host, offer = await a_host(served)
    learner, rival = await served.person(), await served.person()
    found = (await served.stranger().get(f"/offers?skillId={offer['skill']['id']}&limit=100")).data
    assert offer["id"] in [one["id"] for one in found]
    assert (await served.stranger().get(f"/offers/{offer['id']}")).data["host"]["displayName"] == offer["host"]["displayName"]
    start = await a_slot(served, learner, offer)
    session = await book(learner, offer, start, key=a_key())
    assert (session["status"], session["startsAt"]) == ("requested", start)
    assert await balance(learner) == {"available": 5, "granted": 5, "earnings": 0, "held": 5, "debt": 0}
    assert (await learner.get("/wallet/locked-credits")).data[0]["amount"] == {"amount": 5, "currency": "CREDIT"}
    assert start not in await slots(rival, offer, moment(start), 1)
    refused = await rival.post("/sessions", {"offerId": offer["id"], "startsAt": start}, expect=409)
    assert refused.reason == "calendar.busy"
    assert (await balance(rival))["available"] == 10
    assert (await act(host, session, "accept"))["status"] == "scheduled"
    started = await meet(served, host, learner, session)
    assert started["seats"][0]["status"] == "joined"
    ended = await act(host, session, "end")
    assert (ended["status"], ended["seats"][0]["status"], ended["seats"][0]["settlement"]) == ("completed", "attended", "held")
    confirmed = await act(learner, session, "confirm")
    assert confirmed["seats"][0]["settlement"] == "settled"
    assert (confirmed["seats"][0]["paidToHost"]["amount"], confirmed["seats"][0]["fee"]["amount"]) == (4, 1)
    assert await balance(learner) == {"available": 5, "granted": 5, "earnings": 0, "held": 0, "debt": 0}
    assert await balance(host) == {"available": 14, "granted": 14, "earnings": 0, "held": 0, "debt": 0}
    lines = (await host.get("/wallet/transactions?kind=settle")).data
    assert [(line["account"], line["amount"]["amount"], line["balanceAfter"]["amount"]) for line in lines] == [("grant", 4, 14)]


async def test_bought_credits_become_earnings(served: Served):
    host, offer = await a_host(served, price=30)
    learner = await served.person()
    await fund(served, learner, 25)
    session = await held_lesson(served, host, learner, offer)
    await act(learner, session, "confirm")
    assert await balance(learner) == {"available": 5, "granted": 0, "earnings": 0, "held": 0, "debt": 0}
    assert await balance(host) == {"available": 20, "granted": 20, "earnings": 17, "held": 0, "debt": 0}


async def test_a_lesson_that_nobody_confirms_settles_after_48_hours(served: Served):
    host, offer = await a_host(served, instantBooking=True)
    learner = await served.person()
    session = await booked(served, learner, host, offer)
    await meet(served, host, learner, session)
    assert (await act(host, session, "pause"))["status"] == "paused"
    assert (await act(host, session, "resume"))["status"] == "in_progress"
    assert (await act(learner, session, "leave"))["status"] == "in_progress"
    await served.advance_to(moment(session["endsAt"]) + timedelta(minutes=16))
    found = (await learner.get(f"/sessions/{session['id']}")).data
    assert (found["status"], found["seats"][0]["settlement"]) == ("completed", "held")
    await served.advance_to(found["seats"][0]["settleAt"])
    assert (await seat(learner, session))["settlement"] == "settled"
    assert await owned(host) == 14


async def test_the_learner_objects_and_staff_rules(served: Served):
    host, offer = await a_host(served)
    judge = await served.staff("admin")
    for outcome, settlement, left in (("no_refund", "settled", 5), ("full_refund", "refunded", 10)):
        learner = await served.person()
        session = await held_lesson(served, host, learner, offer)
        reported = await act(learner, session, "report-problem", {"description": "We had no sound at all."})
        assert reported["seats"][0]["settlement"] == "frozen"
        refused = await learner.post(f"/sessions/{session['id']}/confirm", expect=409)
        assert refused.reason == "learning.seat_closed"
        await served.advance(timedelta(hours=74))
        assert (await seat(learner, session))["settlement"] == "frozen"
        dispute = (await learner.get("/disputes")).data[0]
        ruling = {"outcome": outcome, "reason": "The recording was looked at."}
        await judge.post(f"/disputes/{dispute['id']}/resolve", ruling, expect=200, key=a_key())
        assert (await seat(learner, session))["settlement"] == "frozen"
        await served.advance(timedelta(hours=73))
        assert (await seat(learner, session))["settlement"] == settlement
        assert await owned(learner) == left
    assert await owned(host) == 14


async def test_lists_figures_and_files_of_a_member(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    done = await held_lesson(served, host, learner, offer)
    await act(learner, done, "confirm")
    ahead = await booked(served, learner, host, offer, hours=50)
    for client in (host, learner):
        assert [one["id"] for one in (await client.get("/sessions/upcoming")).data] == [ahead["id"]]
        assert [one["id"] for one in (await client.get("/sessions/history")).data] == [done["id"]]
        for path in ("/sessions", "/sessions/my-sessions", "/v1/sessions"):
            found = (await client.get(path if path.startswith("/s") else f"/api{path}")).data
            assert {one["id"] for one in found} == {ahead["id"], done["id"]}
        card = (await client.get(f"/api/sessions/{done['id']}")).data
        assert (card["status"], card["host"]["id"], card["learnerId"]) == ("completed", done["host"]["id"], learner.account_id)
    figures = (await learner.get("/sessions/statistics")).data
    assert (figures["asLearner"]["completed"], figures["asLearner"]["minutes"], figures["held"]["amount"]) == (1, 60, 5)
    assert (await host.get("/sessions/statistics")).data["asHost"]["credits"]["amount"] == 4
    file = await learner.get(f"/sessions/{ahead['id']}/calendar.ics")
    assert file.headers["content-type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in file.body
    staff = await served.staff("support")
    assert {ahead["id"], done["id"]} <= {one["id"] for one in (await staff.get(f"/sessions?offerId={offer['id']}&limit=100")).data}
    assert (await staff.get("/sessions/my-sessions")).data == []
    assert (await (await served.person()).call("GET", f"/sessions/{done['id']}", expect=404)).reason == "learning.session_not_found"


async def test_the_second_door_sets_a_status(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    session = await book(learner, offer, await a_slot(served, learner, offer))
    door = f"/sessions/{session['id']}/status"
    assert (await host.put(door, {"status": "CONFIRMED"})).data["status"] == "scheduled"
    await served.advance_to(session["opensAt"])
    await act(learner, session, "join")
    assert (await host.put(door, {"status": "ongoing"})).data["legacyStatus"] == "ongoing"
    assert (await host.put(door, {"status": "completed"})).data["status"] == "completed"
    refused = await host.call("PUT", door, {"status": "requested"}, expect=422)
    assert refused.reason == "learning.status_not_settable"
