"""Many callers at once over HTTP: one of them wins, nobody waits for each other in a circle."""

import asyncio
from collections import Counter
from datetime import timedelta

from tests.journeys.cast import a_host, a_key, a_slot, balance, owned
from tests.journeys.test_regressions import deadlocks
from tests.support.client import an_address
from tests.support.server import Served, eventually

CALLERS = 16


async def test_one_idempotency_key(served: Served):
    _host, offer = await a_host(served)
    learner = await served.person()
    key, body = a_key(), {"offerId": offer["id"], "startsAt": await a_slot(served, learner, offer)}
    before = await deadlocks(served)
    answers = await asyncio.gather(*(learner.post("/sessions", body, key=key) for _ in range(CALLERS)))
    ran = [answer for answer in answers if answer.status == 201]
    assert len({answer.data["id"] for answer in ran}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in ran) == 1
    twins = [answer for answer in answers if answer.status != 201]
    assert {(answer.status, answer.reason, answer.headers["Retry-After"]) for answer in twins} <= {(409, "http.in_progress", "1")}
    later = await learner.post("/sessions", body, key=key, expect=201)
    assert (later.data["id"], later.headers["Idempotency-Replayed"]) == (ran[0].data["id"], "true")
    assert await balance(learner) == {"available": 5, "granted": 5, "earnings": 0, "held": 5, "debt": 0}
    assert await deadlocks(served) == before


async def test_one_code(served: Served):
    client = served.stranger()
    await client.post("/auth/send-otp", {"email": client.email}, expect=200)
    body = {"email": client.email, "code": await client.mailed(r"\b(\d{6})\b")}
    before = await deadlocks(served)
    answers = await asyncio.gather(*(client.post("/auth/verify-otp", body) for _ in range(CALLERS)))
    assert Counter((answer.status, answer.reason) for answer in answers) == {(200, ""): 1, (401, "identity.wrong_code"): CALLERS - 1}
    client.take(next(answer for answer in answers if answer.status == 200))
    assert len((await client.get("/auth/logins")).data) == 1
    await served.settled()
    assert await owned(client) == 10
    assert await deadlocks(served) == before


async def test_one_refresh_token(served: Served):
    client = served.stranger()
    body = {"email": an_address(), "password": "a long and calm sentence"}
    token = (await client.post("/auth/register", body, expect=201)).data["refreshToken"]
    before = await deadlocks(served)
    answers = await asyncio.gather(*(client.post("/auth/refresh-token", {"refreshToken": token}) for _ in range(CALLERS)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.data["refreshToken"] for answer in answers}) == 1
    await client.post("/auth/refresh-token", {"refreshToken": answers[0].data["refreshToken"]}, expect=200)
    assert await deadlocks(served) == before


async def test_suspending_against_booking(served: Served):
    host, offer = await a_host(served, instantBooking=True)
    judge = await served.staff("admin")
    learners = [await served.person() for _ in range(CALLERS - 1)]
    first = await a_slot(served, learners[0], offer)
    period = f"from={first}&to={(await served.now() + timedelta(days=6)).isoformat().replace('+', '%2B')}"
    free = [slot["startsAt"] for slot in (await learners[0].get(f"/offers/{offer['id']}/slots?{period}")).data["slots"]][::2]
    before = await deadlocks(served)
    bookings = [
        learner.post("/sessions", {"offerId": offer["id"], "startsAt": start}) for learner, start in zip(learners, free, strict=False)
    ]
    middle = len(bookings) // 2
    suspending = judge.post(f"/admin/users/{host.account_id}/suspend", {"reason": "Three reports of spam."}, expect=200)
    answers = await asyncio.gather(*bookings[:middle], suspending, *bookings[middle:])
    made = [answer.data["id"] for answer in answers if answer.status == 201]
    refused = {answer.reason for answer in answers if answer.status >= 400}
    assert refused <= {"learning.offer_not_found", "identity.account_not_active", "learning.outside_hours"}  # the suspended have no hours
    assert len(made) + sum(answer.status >= 400 for answer in answers) == CALLERS - 1

    async def open_sessions() -> int:
        return await served.value("SELECT count(*) FROM learning.session WHERE host_id = $1 AND state <> 'cancelled'", host.account_id)

    await eventually(open_sessions, 0)
    assert {await owned(learner) for learner in learners} == {10}
    assert await deadlocks(served) == before
