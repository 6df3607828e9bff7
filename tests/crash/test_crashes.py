"""kill -9 at each named point of book, settle and sign-in, then a restart: nothing lost, nothing done twice (also case 27)."""

import re
import signal
from collections import Counter
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from tests.crash.conftest import Mortal
from tests.journeys.cast import a_host, a_key, a_slot, act, book, booked, owned, seat
from tests.support.client import Client, Reply
from tests.support.full import IS_FULL
from tests.support.server import Process, eventually, moment

pytestmark = pytest.mark.slow

AT = pytest.mark.parametrize("point", ["before_commit", "after_commit", "before_wake"] if IS_FULL else ["after_commit"])
AGAIN = pytest.mark.parametrize("round_", range(20 if IS_FULL else 1))
KILLED = -signal.SIGKILL


async def fatal(process: Process, client: Client, path: str, body: object, **options: Any) -> Reply | None:
    """Send a request that the process does not survive; return its answer when there still is one."""
    home, client.base = client.base, process.base
    try:
        return await client.post(path, body, **options)
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
        return None
    finally:
        client.base = home
        assert await process.ended() == KILLED


def at(point: str, operation: str) -> str:
    """Return the failpoint; the wake-up of workers belongs to no operation."""
    return point if point == "before_wake" else f"{point}:{operation}"


async def a_pair(mortal: Mortal, *, instant: bool = False) -> tuple[Client, dict[str, Any], Client]:
    """Return a host, an offer and a learner."""
    host, offer = await a_host(mortal, instantBooking=instant)
    return host, offer, await mortal.person()


async def subjects(client: Client) -> Counter[str]:
    """Return the beginnings of the mails to this person, codes and the welcome aside, counted."""
    mails = await client.mails()
    return Counter(mail["subject"].split(":")[0] for mail in mails if not re.search("is your code|^Welcome to", mail["subject"]))


@AGAIN
@AT
async def test_case_27_a_server_dies_while_booking(mortal: Mortal, point: str, round_: int):
    host, offer, learner = await a_pair(mortal)
    key, body = a_key(), {"offerId": offer["id"], "startsAt": await a_slot(mortal, learner, offer)}
    answer = await fatal(await mortal.server(at(point, "bookSession")), learner, "/sessions", body, key=key)
    kept = await mortal.value("SELECT id FROM learning.session WHERE offer_id = $1", offer["id"])
    assert (kept is None) == (point == "before_commit")
    assert await owned(learner) == (10 if point == "before_commit" else 5)
    assert (answer is None) == (point != "before_wake")
    retried = await learner.post("/sessions", body, key=key, expect=201)
    assert ("Idempotency-Replayed" in retried.headers) == (point != "before_commit")
    if kept:
        assert retried.data["id"] == str(kept)
    if answer:
        assert retried.data == answer.data
    await mortal.work_off()
    assert await mortal.value("SELECT count(*) FROM learning.session WHERE offer_id = $1", offer["id"]) == 1
    assert await owned(learner) == 5
    assert await subjects(host) == await subjects(learner) == {"Lesson requested": 1}


@AGAIN
@AT
@pytest.mark.full
async def test_a_server_dies_while_settling(mortal: Mortal, point: str, round_: int):
    host, offer, learner = await a_pair(mortal, instant=True)
    session = await held(mortal, host, learner, offer)
    key, path = a_key(), f"/sessions/{session['id']}/confirm"
    await fatal(await mortal.server(at(point, "confirmSession")), learner, path, {}, key=key)
    assert (await seat(learner, session))["settlement"] == ("held" if point == "before_commit" else "settled")
    retried = await learner.post(path, {}, key=key, expect=200)
    assert retried.data["seats"][0]["settlement"] == "settled"
    assert ("Idempotency-Replayed" in retried.headers) == (point != "before_commit")
    await learner.post(path, {}, key=a_key(), expect=200)
    await mortal.work_off()
    assert (await owned(host), await owned(learner)) == (14, 5)


@AGAIN
@AT
async def test_a_server_dies_while_signing_in(mortal: Mortal, point: str, round_: int):
    client = mortal.stranger()
    await client.post("/auth/send-otp", {"email": client.email}, expect=200)
    await mortal.work_off()
    body = {"email": client.email, "code": await client.mailed(r"\b(\d{6})\b")}
    await fatal(await mortal.server(at(point, "verifyOtp")), client, "/auth/verify-otp", body)
    retried = await client.post("/auth/verify-otp", body)
    assert retried.status == (200 if point == "before_commit" else 401)
    await mortal.sign_in(client)
    accounts = "SELECT count(*) FROM identity.account WHERE email = $1"
    assert await mortal.value(accounts, client.email) == 1
    assert await owned(client) == 10
    assert len((await client.get("/auth/logins")).data) == 2


@AGAIN
@pytest.mark.parametrize(
    "failpoint",
    [
        "worker_after_commit:notifications.tell_learning_session_requested",
        "worker_before_commit:notifications.tell_learning_session_requested",
        "before_commit:notifications.send_notice",
    ][: None if IS_FULL else 1],
)
async def test_case_27_a_worker_dies_after_a_booking(mortal: Mortal, failpoint: str, round_: int):
    host, offer, learner = await a_pair(mortal)
    await book(learner, offer, await a_slot(mortal, learner, offer))
    assert await (await mortal.worker(failpoint)).ended() == KILLED
    await mortal.restarted_worker()
    assert await subjects(host) == await subjects(learner) == {"Lesson requested": 1}


@AGAIN
@pytest.mark.parametrize("point", ["before_commit", "after_commit"] if IS_FULL else ["before_commit"])
@pytest.mark.full
async def test_a_worker_dies_while_it_settles(mortal: Mortal, point: str, round_: int):
    host, offer, learner = await a_pair(mortal, instant=True)
    session = await held(mortal, host, learner, offer)
    await forward(mortal, moment(session["endsAt"]) + timedelta(hours=48, minutes=1))
    assert await (await mortal.worker(f"{point}:learning.settle")).ended() == KILLED
    assert (await seat(learner, session))["settlement"] == ("held" if point == "before_commit" else "settled")
    worker = await mortal.worker()

    async def settlement() -> str:
        return (await seat(learner, session))["settlement"]

    await eventually(settlement, "settled")
    await mortal.settled()
    await worker.stop()
    assert (await owned(host), await owned(learner)) == (14, 5)


@AGAIN
@pytest.mark.parametrize("failpoint", ["before_commit", "after_commit", "worker_after_commit"] if IS_FULL else ["worker_after_commit"])
async def test_a_worker_dies_while_it_mails_a_code(mortal: Mortal, failpoint: str, round_: int):
    client = mortal.stranger()
    await client.post("/auth/send-otp", {"email": client.email}, expect=200)
    assert await (await mortal.worker(f"{failpoint}:identity.mail_code")).ended() == KILLED
    await mortal.restarted_worker()
    assert len(await client.mails()) == 1
    code = await client.mailed(r"\b(\d{6})\b")
    client.take(await client.post("/auth/verify-otp", {"email": client.email, "code": code}, expect=200))
    await client.get("/auth/me")


async def held(mortal: Mortal, host: Client, learner: Client, offer: dict[str, Any]) -> dict[str, Any]:
    """Hold a lesson; time is moved without working anything off, and nobody confirms."""
    session = await booked(mortal, learner, host, offer)
    await forward(mortal, moment(session["startsAt"]))
    for person in (learner, host):
        await act(person, session, "join")
    await act(host, session, "start")
    ended = await act(host, session, "end")
    await mortal.work_off()
    return ended


async def forward(mortal: Mortal, target: Any) -> None:
    """Move business time to `target`; what becomes due on the way waits for a worker."""
    await mortal.value("UPDATE kernel.clock SET shift = $1 - clock_timestamp() RETURNING shift", target)
