"""Socket.IO clients for the load: as many as one wants in one process, over bare websockets so that their own cost is small."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, cast
from uuid import UUID

import msgspec
from msgspec import Struct

from bench.load import Unexpected

UPGRADE: Final = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: YmVuY2hiZW5jaGJlbmNoIQ==\r\n\r\n"
)
NEW, GAP, MARK = b'42["message:new"', b'42["live:gap",', b'"clientId":"'
TEXT, CLOSE, PING = 1, 8, 9
AT_ONCE: Final = 20
PATIENCE: Final = 30.0
Answered = Callable[[bytes], None]


class Heard(Struct):
    """What the clients have heard: of messages those that somebody else sent, how long each took, in seconds."""

    times: list[float]
    own: int = 0
    events: int = 0
    dropped: int = 0
    began_at: float = 0.0
    last_at: float = 0.0

    @property
    def seconds(self) -> float:
        """From the first message sent to the last one that came."""
        return self.last_at - self.began_at

    @property
    def messages(self) -> int:
        """Messages that came, on all clients together."""
        return len(self.times) + self.own


class Peer(asyncio.Protocol):
    """One client: connects with its token, answers pings, notes what comes."""

    def __init__(self, hall: "Chatter", token: str) -> None:
        self._hall, self._token = hall, token
        self._got = bytearray()
        self._answers: dict[bytes, Answered] = {}
        self._count = 0
        self._is_up = False
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sent: set[bytes] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(UPGRADE)

    def connection_lost(self, exc: Exception | None) -> None:
        self._hall.fail(Unexpected(f"the server closed a connection: {exc}"))

    def data_received(self, data: bytes) -> None:
        got = self._got
        got += data
        if not self._is_up:
            head = got.find(b"\r\n\r\n")
            if head < 0:
                return
            if not got.startswith(b"HTTP/1.1 101"):
                self._hall.fail(Unexpected(got[:500].decode(errors="replace")))
                return
            self._is_up = True
            del got[: head + 4]
        at = 0
        while len(got) >= at + 2:
            size, start = got[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(got[at + 2 : at + 4]), at + 4
            elif size == 127:
                size, start = int.from_bytes(got[at + 2 : at + 10]), at + 10
            if len(got) < start + size:
                break
            self._frame(got[at] & 15, bytes(got[start : start + size]))
            at = start + size
        del got[:at]

    def emit(self, event: str, data: object, answered: Answered) -> None:
        """Send an event; `answered` is called with what acknowledges it."""
        number = str(self._count).encode()
        self._count += 1
        self._answers[number] = answered
        self._write(b"42" + number + msgspec.json.encode((event, data)))

    def close(self) -> None:
        """Go without a word."""
        self._transport.abort()

    def _write(self, text: bytes, kind: int = TEXT) -> None:
        """Write one frame, masked by nothing, which is a mask too and costs nobody time."""
        size = len(text)
        length = bytes([128 | size]) if size < 126 else bytes([128 | 126]) + size.to_bytes(2)
        self._transport.write(bytes([128 | kind]) + length + b"\0\0\0\0" + text)

    def _frame(self, kind: int, text: bytes) -> None:
        if kind == PING:
            self._write(text, kind=10)
        elif kind == CLOSE:
            self._hall.fail(Unexpected(f"the server ended a connection: {text[2:200]!r}"))
        elif text.startswith(b"42"):
            self._heard(text)
        elif text.startswith(b"43"):
            number, _, rest = text[2:].partition(b"[")
            self._answers.pop(number)(rest)
        elif text == b"2":
            self._write(b"3")
        elif text.startswith(b"0"):
            self._write(b"40" + msgspec.json.encode({"token": self._token}))
        elif text.startswith(b"40"):
            self.ready.set_result(None)
        else:
            self._hall.fail(Unexpected(text[:500].decode(errors="replace")))

    def _heard(self, text: bytes) -> None:
        heard, now = self._hall.heard, time.perf_counter()
        heard.events += 1
        heard.last_at = now
        if text.startswith(NEW):
            start = text.index(MARK) + len(MARK)
            mark = text[start : text.index(b'"', start)]
            if mark in self.sent:
                heard.own += 1
            else:
                heard.times.append(now - self._hall.sent_at[mark])
        elif text.startswith(GAP):
            heard.dropped += msgspec.json.decode(text[len(GAP) : -1])["dropped"] or 0


class Chatter:
    """All clients: seat k of room r is client r * seats + k."""

    def __init__(self, rooms: Sequence[UUID], seats: int) -> None:
        """Connect nobody yet."""
        self.rooms, self.seats = rooms, seats
        self.peers: list[Peer] = []
        self.heard = Heard(times=[])
        self.sent_at: dict[bytes, float] = {}
        self.sent = 0
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._text = "The second one is ready, the third wants another coat. Come by when you like and tell me which blue."

    def fail(self, error: Exception) -> None:
        """End the run."""
        if not self._over.done():
            self._over.set_exception(error)

    async def connect(self, port: int, tokens: Sequence[str]) -> None:
        """Connect everybody and enter the rooms."""
        loop = asyncio.get_running_loop()
        for first in range(0, len(tokens), AT_ONCE):
            made = [
                await loop.create_connection(lambda token=token: Peer(self, token), "127.0.0.1", port)
                for token in tokens[first : first + AT_ONCE]
            ]
            peers = [peer for _, peer in made]
            self.peers += peers
            await self._within(asyncio.gather(*(peer.ready for peer in peers)))
            await self._within(asyncio.gather(*(self._join(peer, (first + at) // self.seats) for at, peer in enumerate(peers))))
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing comes any more; what came is forgotten."""
        until = time.perf_counter() + PATIENCE
        while time.perf_counter() < until:
            before = self.heard.events
            await asyncio.sleep(0.3)
            if self.heard.events == before:
                break
        self.heard = Heard(times=[])

    async def paced(self, rate: float, seconds: float) -> Heard:
        """Send so many messages a second, whatever becomes of them; then wait for all of them."""
        loop = asyncio.get_running_loop()
        left = count = max(1, round(rate * seconds))
        done: asyncio.Future[None] = loop.create_future()

        def answered(answer: bytes) -> None:
            nonlocal left
            self._check(answer)
            left -= 1
            if not left:
                done.set_result(None)

        began = loop.time()
        for number in range(count):
            loop.call_at(began + number / rate, self._send, answered)
        await self._within(done, seconds)
        return await self._all_heard(count)

    async def flat_out(self, at_once: int, seconds: float) -> Heard:
        """Keep so many messages under way; then wait for all of them."""
        loop = asyncio.get_running_loop()
        until, before = time.perf_counter() + seconds, self.sent
        left = at_once
        done: asyncio.Future[None] = loop.create_future()

        def answered(answer: bytes) -> None:
            nonlocal left
            self._check(answer)
            if time.perf_counter() < until:
                self._send(answered)
                return
            left -= 1
            if not left:
                done.set_result(None)

        for _ in range(at_once):
            self._send(answered)
        await self._within(done, seconds)
        return await self._all_heard(self.sent - before)

    def close(self) -> None:
        """Let everybody go."""
        if not self._over.done():
            self._over.cancel()
        for peer in self.peers:
            peer.close()

    def _send(self, answered: Answered) -> None:
        """Send the next message: rooms take turns, and in each its seats."""
        number = self.sent
        self.sent += 1
        room = number % len(self.rooms)
        peer = self.peers[room * self.seats + number // len(self.rooms) % self.seats]
        mark = f"n{number}"
        peer.sent.add(mark.encode())
        self.sent_at[mark.encode()] = now = time.perf_counter()
        self.heard.began_at = self.heard.began_at or now
        peer.emit("message:send", {"conversationId": str(self.rooms[room]), "content": self._text, "clientId": mark}, answered)

    def _join(self, peer: Peer, room: int) -> asyncio.Future[None]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def answered(answer: bytes) -> None:
            self._check(answer)
            done.set_result(None)

        peer.emit("room:join", {"room": f"conversation:{self.rooms[room]}"}, answered)
        return done

    async def _all_heard(self, count: int) -> Heard:
        """Return what was heard of so many messages, when all are there or have been dropped, or after a while without news."""
        heard = self.heard
        quiet, before = 0, -1
        while heard.messages < count * self.seats and quiet < 20:
            quiet = quiet + 1 if heard.events == before else 0
            before = heard.events
            await asyncio.sleep(0.05)
        self.heard = Heard(times=[])
        return heard

    def _check(self, answer: bytes) -> None:
        if answer.startswith(b'{"error"'):
            self.fail(Unexpected(answer[:500].decode(errors="replace")))

    async def _within(self, what: asyncio.Future[Any], seconds: float = 0) -> None:
        await asyncio.wait({what, self._over}, timeout=seconds + PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if self._over.done():
            self._over.result()
        if not what.done():
            raise Unexpected("the server has not answered all")
