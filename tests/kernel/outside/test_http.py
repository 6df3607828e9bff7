"""Calls to a real server on TCP that fails on demand."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from aiohttp import web

from skillhall.kernel.outside.http import Breaker, Caller, PartyUnavailable


class Party:
    """A server that answers with the planned statuses, then with 200."""

    def __init__(self) -> None:
        self.plan: list[int] = []
        self.seen: list[tuple[str, str]] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append((request.method, await request.text()))
        if request.path == "/slow":
            await asyncio.sleep(30)
        if request.path == "/huge":
            return web.Response(body=b"x" * (2 * 1024 * 1024))
        status = self.plan.pop(0) if self.plan else 200
        return web.json_response({"ok": status == 200}, status=status, headers={"Location": "http://elsewhere.example"})


@pytest.fixture
async def party() -> AsyncGenerator[Party]:
    made = Party()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def caller() -> AsyncGenerator[Caller]:
    made = Caller(timeout_seconds=0.5)
    yield made
    await made.close()


async def test_a_reply_comes_back_whatever_its_status_below_500(party: Party, caller: Caller) -> None:
    party.plan = [404, 302]
    assert [(await caller.send("GET", party.url)).status for _ in range(3)] == [404, 302, 200]
    reply = await caller.send("POST", party.url, data={"a": "b"})
    assert (reply.status, reply.body, party.seen[-1]) == (200, b'{"ok": true}', ("POST", "a=b"))


async def test_a_get_is_repeated_and_a_post_is_not(party: Party, caller: Caller) -> None:
    party.plan = [503, 500]
    assert (await caller.send("GET", party.url)).status == 200
    assert len(party.seen) == 3
    party.plan = [503]
    with pytest.raises(PartyUnavailable):
        await caller.send("POST", party.url)
    assert len(party.seen) == 4
    party.plan = [503]
    assert (await caller.send("POST", party.url, idempotent=True)).status == 200


async def test_silence_floods_and_absence_are_refusals(party: Party, caller: Caller) -> None:
    for url in (f"{party.url}/slow", f"{party.url}/huge", "http://127.0.0.1:1/"):
        with pytest.raises(PartyUnavailable):
            await caller.send("POST", url)


async def test_after_failures_in_a_row_the_party_is_left_alone_and_then_tried_once(party: Party) -> None:
    now = [0.0]
    caller = Caller(new_breaker=lambda: Breaker(failures=2, pause_seconds=30, clock=lambda: now[0]))
    party.plan = [500, 500, 500]
    for _ in range(2):
        with pytest.raises(PartyUnavailable):
            await caller.send("POST", party.url)
    with pytest.raises(PartyUnavailable):
        await caller.send("POST", party.url)
    assert len(party.seen) == 2
    now[0] = 31.0
    with pytest.raises(PartyUnavailable):
        await caller.send("POST", party.url)
    assert len(party.seen) == 3
    with pytest.raises(PartyUnavailable):
        await caller.send("POST", party.url)
    assert len(party.seen) == 3
    now[0] = 62.0
    assert (await caller.send("POST", party.url)).status == 200
    assert (await caller.send("POST", party.url)).status == 200
    await caller.close()


def test_a_success_between_failures_keeps_it_closed() -> None:
    breaker = Breaker(failures=2)
    for _ in range(5):
        breaker.failed()
        breaker.succeeded()
    assert breaker.admits()
