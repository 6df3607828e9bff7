"""Incidents of other people's systems with groups, by the number of the list they were collected in; told over HTTP."""

import asyncio

from tests.journeys.cast import PRICE, a_host, act, balance, owned
from tests.journeys.test_groups import a_group, mine, take
from tests.journeys.test_regressions import deadlocks
from tests.support.server import Served, eventually


async def test_case_04_two_first_attendees_of_a_group_make_one_session(served: Served):
    host, offer = await a_host(served)
    before = await deadlocks(served)
    opened = await asyncio.gather(*(a_group(served, host, offer, seats=4) for _ in range(6)))
    assert len({session["id"] for session in opened}) == 1
    learners = [await served.person() for _ in range(4)]
    body = {"offerId": offer["id"], "startsAt": opened[0]["startsAt"]}
    answers = await asyncio.gather(*(learner.post("/sessions", body) for learner in learners))
    assert {(answer.status, answer.data["id"]) for answer in answers} == {(201, opened[0]["id"])}
    assert await served.value("SELECT count(*) FROM learning.session WHERE offer_id = $1", offer["id"]) == 1
    assert (await host.get(f"/sessions/{opened[0]['id']}")).data["taken"] == 4
    assert [(await balance(learner))["held"] for learner in learners] == [PRICE] * 4
    assert await deadlocks(served) == before


async def test_case_05_a_host_refunds_all_and_a_learner_gives_up_one_seat(served: Served):
    host, offer = await a_host(served)
    session = await a_group(served, host, offer, seats=3)
    learners = [await served.person() for _ in range(4)]
    for learner in learners:
        await take(learner, session, wait=True)
    left = await act(learners[0], session, "cancel", {"reason": "I am ill."})
    assert (left["status"], left["mySeat"]["status"], left["cancelReason"]) == ("scheduled", "cancelled", None)
    await eventually(lambda: balance(learners[3]), {"available": 5, "granted": 5, "earnings": 0, "held": 5, "debt": 0})
    seen = (await learners[1].get(f"/sessions/{session['id']}")).data
    assert (seen["status"], seen["taken"], seen["mySeat"]["status"]) == ("scheduled", 3, "confirmed")
    postings = "SELECT count(*) FROM ledger.transfer WHERE kind = 'release' AND subject_id = $1"
    assert await served.value(postings, session["id"]) == 1
    ended = await act(host, session, "cancel", {"reason": "The hall is closed."})
    assert (ended["status"], [seat["settlement"] for seat in ended["seats"]]) == ("cancelled", ["refunded"] * 4)
    assert await served.value(postings, session["id"]) == 2
    assert [await owned(learner) for learner in learners] == [10] * 4
    assert (await mine(learners[1], session))["closedAs"] is None
    await learners[1].mailed(r"(The hall is closed\.)")
