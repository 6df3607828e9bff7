"""Server-sent events: who may open a stream, how it goes on where it was cut, when it ends."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.events import Hint
from skillhall.kernel.http import streaming
from skillhall.kernel.live.client import LoginNeeded
from skillhall.kernel.live.stream import StreamClient, _missed
from skillhall.kernel.live.tickets import TicketInvalid, forget_tickets, issue_ticket, use_ticket
from skillhall.kernel.tokens import read_access
from tests.kernel.conftest import KernelHall
from tests.kernel.live.site import SETTINGS, Live, live, token
from tests.support.hall import CONFIG


class Stream:
    """One open stream."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer
        self.beats = 0

    async def begins_at(self) -> str:
        """Return the id that comes before any event."""
        while not (line := (await asyncio.wait_for(self.answer.content.readline(), 10)).decode()).startswith("id: "):
            assert not line.startswith("event")
        return line.removeprefix("id: ").rstrip()

    async def next(self) -> dict[str, Any]:
        """Return the next event, an empty one at the end."""
        event: dict[str, Any] = {}
        while line := (await asyncio.wait_for(self.answer.content.readline(), 10)).decode():
            name, _, value = line.rstrip("\n").partition(": ")
            if line == "\n" and "event" in event:
                return event
            self.beats += line == ": still here\n"
            if name in {"event", "id", "data"}:
                event[name] = msgspec.json.decode(value) if name == "data" else value
        return {}


@asynccontextmanager
async def opened(site: Live, by: str | None = None, *, query: str = "", **headers: str) -> AsyncGenerator[Stream]:
    """Open a stream."""
    given = headers if by is None else {**headers, "Authorization": f"Bearer {by}"}
    async with site.session.get(f"{site.base}/api/stream{query}", headers={k.replace("_", "-"): v for k, v in given.items()}) as answer:
        yield Stream(answer)


async def refusal(site: Live, by: str | None = None, **options: Any) -> tuple[int, str]:
    async with opened(site, by, **options) as stream:
        return stream.answer.status, (await stream.answer.json())["error"]["reason"]


async def test_a_stream_goes_on_where_it_was_cut(kernel: KernelHall) -> None:
    mira = ids.new()
    async with live(kernel.runner) as site:
        for text in ("one", "two", "three"):
            await site.notice(mira, text)
        async with opened(site, token(mira)) as stream:
            assert stream.answer.status == 200
            assert stream.answer.headers["content-type"].startswith("text/event-stream")
            assert stream.answer.headers["cache-control"] == "no-store"
            await site.eventually(lambda: site.hub.clients)
            await site.notice(mira, "four")
            assert await stream.next() == {"event": "notification:new", "id": "4", "data": {"sequence": "4", "text": "four"}}
            await site.notice(mira, "lost", is_told=False)
            await site.notice(ids.new(), "somebody else's")
            await site.notice(mira, "six")
            assert [(await stream.next())["id"] for _ in range(2)] == ["5", "6"]  # the lost hint is read from the backlog
            await site.eventually(lambda: site.present.kept)
        await site.eventually(lambda: not site.hub.clients)  # the server has seen that the client is gone
        await site.eventually(lambda: [what for what, _ in site.present.noted] == ["came", "left"])
        await site.notice(mira, "seven")
        async with opened(site, token(mira), Last_Event_ID="2") as stream:
            assert [(await stream.next())["id"] for _ in range(5)] == ["3", "4", "5", "6", "7"]
            site.hub.rooms.hear(hint_again(mira, 7))
            await site.notice(mira, "eight")
            assert (await stream.next())["data"]["text"] == "eight"  # and the seventh once only
            while not stream.beats:
                await asyncio.wait_for(stream.answer.content.readline(), 5)
                stream.beats += 1
        unread = StreamClient(site.hub, Actor(account_id=mira, login_id=ids.new()), token(mira))
        site.hub.enter(unread)
        assert len([one async for one in _missed(site.hub, unread, 0)]) == 8
        await unread.close(None)  # nobody has to read for it to be over
        assert unread.id not in site.hub.clients
        assert [one async for one in _missed(site.hub, unread, 0)] == []
        async with opened(site, token(mira), query="?lastEventId=8") as stream:
            await site.eventually(lambda: site.hub.clients)
            await site.hub.end()
            assert await stream.next() == {}
        status, reason = await refusal(site, token(mira))
        assert (status, reason) == (503, "http.busy")


async def test_a_first_stream_loses_nothing(kernel: KernelHall) -> None:
    mira = ids.new()
    async with live(kernel.runner) as site:
        for text in ("one", "two"):
            await site.notice(mira, text)
        async with opened(site, token(mira)) as stream:
            assert await stream.begins_at() == "2"  # cut now, it would be resumed there
            await site.notice(mira, "three", is_told=False)
            await site.notice(mira, "four")
            assert [(await stream.next())["id"] for _ in range(2)] == ["3", "4"]
        async with opened(site, token(mira), Last_Event_ID="3") as stream:
            assert await stream.begins_at() == "3"
            assert (await stream.next())["id"] == "4"
        async with opened(site, token(ids.new())) as stream:
            assert await stream.begins_at() == "0"


def hint_again(account: UUID, sequence: int) -> Hint:
    return Hint(f"user:{account}", "notification:new", {"sequence": str(sequence), "text": "again"})


async def test_a_client_that_does_not_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "SEND_SECONDS", 0.02)
    closed: list[bool] = []

    async def parts() -> AsyncGenerator[bytes]:
        try:
            while True:
                yield b"x"
        finally:
            closed.append(True)

    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    assert await asyncio.wait_for(streaming.stream(parts(), never, never), 5) is False
    assert closed == [True]


async def test_who_may_open_one(kernel: KernelHall) -> None:
    mira, login = ids.new(), ids.new()
    mine = token(mira, login=login)
    async with live(kernel.runner, settings=msgspec.structs.replace(SETTINGS, warning_seconds=5)) as site:
        assert await refusal(site) == (401, "http.sign_in_required")
        assert await refusal(site, "nonsense") == (401, "http.sign_in_required")
        assert await refusal(site, "sk_key") == (403, "live.login_needed")
        assert await refusal(site, mine, query="?lastEventId=-1") == (400, "http.invalid")
        assert await refusal(site, mine, Last_Event_ID="x") == (400, "http.invalid")
        assert await refusal(site, query="?ticket=made-up") == (401, "live.ticket_invalid")
        # a ticket stands for the token once
        async with site.session.post(f"{site.base}/api/v1/stream/tickets", headers={"Authorization": f"Bearer {mine}"}) as answer:
            bought = (await answer.json())["data"]
            assert answer.status == 200
            assert set(bought) == {"ticket", "expiresAt"}
        async with opened(site, query=f"?ticket={bought['ticket']}") as stream:
            assert stream.answer.status == 200
            assert await refusal(site, query=f"?ticket={bought['ticket']}") == (401, "live.ticket_invalid")
            site.gate.revoked.add(login)
            assert (await stream.next())["data"]["reason"] == "http.token_invalid"
            assert await stream.next() == {}
        async with opened(site, token(mira, seconds=1)) as stream:
            assert (await stream.next())["event"] == "auth:expiring"
            assert (await stream.next())["data"]["reason"] == "http.token_expired"
            assert await stream.next() == {}
        # who only asks for the head holds no connection
        async with site.session.head(f"{site.base}/api/stream", headers={"Authorization": f"Bearer {token(mira)}"}) as answer:
            assert answer.status == 200
        assert not site.hub.clients


async def test_tickets(kernel: KernelHall) -> None:
    by = Actor(account_id=ids.new(), login_id=ids.new())
    mine = token(by.account_id)
    bought = await kernel.run(issue_ticket, by, mine)
    row = await kernel.pool.fetchrow("SELECT digest, claims::text FROM kernel.stream_ticket")
    assert bought.ticket not in str(row)
    assert mine not in str(row)
    # of many at once one gets in
    answers = await kernel.race(*[lambda: kernel.run(use_ticket, STRANGER, bought.ticket) for _ in range(6)])
    got = [answer for answer in answers if isinstance(answer, str)]
    assert len(got) == 1
    assert read_access(CONFIG.secret, got[0]) == read_access(CONFIG.secret, mine)
    assert all(isinstance(answer, TicketInvalid) for answer in answers if answer not in got)
    late = await kernel.run(issue_ticket, by, mine)
    await kernel.pool.execute("UPDATE kernel.stream_ticket SET expires_at = now() - interval '1 second'")
    with pytest.raises(TicketInvalid):
        await kernel.run(use_ticket, STRANGER, late.ticket)
    await kernel.run(issue_ticket, by, mine)
    await kernel.pool.execute("UPDATE kernel.stream_ticket SET expires_at = now() - interval '1 second'")
    await kernel.work(forget_tickets)
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.stream_ticket") == 0
    with pytest.raises(LoginNeeded):
        await kernel.run(issue_ticket, Actor(account_id=by.account_id, api_key_id=ids.new()), "sk_key")
