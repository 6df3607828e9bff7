"""Server-sent events: the account's own room as a stream that any HTTP client reads, and that goes on where it was cut."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Final

import structlog
from msgspec import Meta, Struct

from skillhall.kernel.actor import Actor
from skillhall.kernel.http.call import Call
from skillhall.kernel.http.endpoint import Key, get, post
from skillhall.kernel.http.envelope import Answer, Raw, encoder
from skillhall.kernel.http.gate import SignInRequired
from skillhall.kernel.http.problem import Busy
from skillhall.kernel.live.client import Client, LoginNeeded, closing
from skillhall.kernel.live.hub import Hub
from skillhall.kernel.live.said import Said
from skillhall.kernel.live.tickets import StreamTicket, TicketInvalid, issue_ticket, use_ticket
from skillhall.kernel.refusals import FieldError, Invalid, Refusal

log = structlog.get_logger("skillhall.live")
MEDIA: Final = "text/event-stream"
HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}
BEGIN: Final = b": live\nretry: 3000\nid: %d\n\n"
HEARTBEAT: Final = b": still here\n\n"
HIGHEST: Final = 2**63 - 1


class StreamQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """How to open a stream without headers: the ticket, and what `Last-Event-ID` would say."""

    ticket: Annotated[str, Meta(max_length=200)] | None = None
    last_event_id: Annotated[int, Meta(ge=0, le=HIGHEST)] | None = None


class StreamClient(Client):
    """A client over server-sent events."""

    def __init__(self, hub: Hub, actor: Actor, token: str) -> None:
        """Begin with nothing to write."""
        super().__init__(actor, token, hub.runner.house.config, hub.settings)
        self.news = asyncio.Event()
        self.is_over = False
        self._hub = hub

    def wake(self) -> None:
        """Let the writer go on."""
        self.news.set()

    async def close(self, refusal: Refusal | None) -> None:
        """Let the writer write what waits, and end; whether or not it ever can, the hub has no such client any more."""
        if refusal is not None:
            self.box.put(closing(refusal))
        self.is_over = True
        self.news.set()
        self._hub.leave(self)


@post("/stream/tickets", key=Key.NEVER, refuses=(LoginNeeded,))
async def buy_stream_ticket(call: Call) -> Answer[StreamTicket]:
    """Get a ticket that opens one event stream.

    A browser's `EventSource` sends no headers: open `/stream?ticket=…` within 30 seconds. The stream ends with the login and the access
    token that bought the ticket.
    """
    return await call.run(issue_ticket, _token(call))


@get("/stream", public=True, media=MEDIA, refuses=(SignInRequired, LoginNeeded, TicketInvalid))
async def open_stream(call: Call, query: StreamQuery) -> Raw:
    """Follow what happens to the caller, as server-sent events.

    The events of the account's own room, under the names the socket has. Those with an `id` are numbered: a stream that is opened with
    `Last-Event-ID` (or `lastEventId`) begins with what was missed since; one without begins with the `id` it could be resumed at. Signed
    in by the Authorization header, or by a ticket. A client that reads too slowly loses the oldest events and is told by `live:gap`;
    `auth:expiring` comes a minute before the access token ends.
    """
    after = _after(call, query)
    if query.ticket is not None:
        token = await call.act(use_ticket, query.ticket)
    elif call.by.is_stranger:
        raise SignInRequired
    else:
        token = _token(call)
    hub = call.read.port(Hub)
    if hub.is_ending:
        raise Busy(retry_after=1)
    actor = call.by if query.ticket is None else await hub.gate.admit(call.read, token)
    if after is None:
        after = max([await backlog.last(call.read, actor) for backlog in hub.backlogs], default=0)
    return Raw(_lines(hub, StreamClient(hub, actor, token), after), f"{MEDIA}; charset=utf-8", HEADERS)


def _token(call: Call) -> str:
    """Return the token the caller was admitted by."""
    return (call.header("authorization") or "").partition(" ")[2].strip()


def _after(call: Call, query: StreamQuery) -> int | None:
    text = call.header("last-event-id")
    if not text:
        return query.last_event_id
    if not (text.isascii() and text.isdecimal()) or int(text) > HIGHEST:
        raise Invalid(FieldError("Last-Event-ID", "header", "not_a_number", "Must be the id of an event of this stream."))
    return int(text)


async def _lines(hub: Hub, client: StreamClient, after: int) -> AsyncGenerator[bytes]:
    """Yield the stream. The client is in its room before what it missed is read, so that nothing falls between."""
    hub.enter(client)
    try:
        yield BEGIN % after
        async for said in _events(hub, client, after):
            if said is not None:
                yield said.once("stream", line_of)
                continue
            try:
                async with asyncio.timeout(hub.settings.heartbeat_seconds):
                    await client.news.wait()
            except TimeoutError:
                yield HEARTBEAT
    except Exception as error:  # noqa: BLE001 - the answer has begun: the client sees a cut, and resumes
        log.warning("stream_cut", error=repr(error))
    finally:
        hub.leave(client)


async def _events(hub: Hub, client: StreamClient, after: int) -> AsyncGenerator[Said | None]:
    """Yield what to say, and nothing whenever there is nothing to say now; numbered events rise without a gap."""
    async for said in _missed(hub, client, after):
        after = said.number or after
        yield said
    while True:
        while len(client.box):
            async for said in _in_order(hub, client, client.box.take(), after):
                after = after if said.number is None else said.number
                yield said
        if client.is_over:
            return
        client.news.clear()
        yield None


async def _in_order(hub: Hub, client: StreamClient, said: Said, after: int) -> AsyncGenerator[Said]:
    """Yield an event behind those it skips (their hints were lost), or not at all when it was said before."""
    if said.number is not None:
        if said.number > after + 1:
            async for missed in _missed(hub, client, after):
                after = missed.number or after
                yield missed
        if said.number <= after or (client.is_over and said.number > after + 1):
            return  # who resumes at the last number of this stream gets it then
    yield said


async def _missed(hub: Hub, client: StreamClient, after: int) -> AsyncGenerator[Said]:
    """Yield what the backlog has above `after`; of a client that has to end, no more than is read already."""
    for backlog in hub.backlogs:
        while not client.is_over and (page := await backlog.missed(await hub.runner.read(), client.actor, after)):
            for missed in page:
                if client.is_over:
                    return
                yield Said(missed.name, missed.data, missed.sequence)
            after = page[-1].sequence


def line_of(said: Said) -> bytes:
    """Return an event as the stream writes it; JSON holds no line break."""
    number = b"" if said.number is None else b"id: %d\n" % said.number
    return b"%sevent: %s\ndata: %s\n\n" % (number, said.name.encode(), encoder.encode(said.data))
