"""A live client for journeys: Socket.IO over a websocket in a few lines, and an event stream; both note what they proved.

The real socket.io-client is tried in tests/live; this one needs no node.
"""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec

from tests.support import record
from tests.support.client import Client

WITHIN = 30


class Live:
    """Events that have come, and waiting for those that have not."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []
        self.numbers: list[int] = []
        self.is_over = False
        self._news = asyncio.Condition()

    def names(self) -> list[str]:
        return [name for name, _ in self.events]

    async def note(self, name: str, data: Any) -> None:
        async with self._news:
            self.events.append((name, data))
            self._news.notify_all()

    async def end(self) -> None:
        async with self._news:
            self.is_over = True
            self._news.notify_all()

    async def until(self, name: str, like: Callable[[Any], bool] = lambda _data: True) -> Any:
        """Wait for an event of this name that is like that; return what it holds."""
        seen = 0
        async with self._news:
            while True:
                for found, data in self.events[seen:]:
                    seen += 1
                    if found == name and like(data):
                        return data
                assert not self.is_over, f"ended before {name}: {self.names()}"
                try:
                    await asyncio.wait_for(self._news.wait(), WITHIN)
                except TimeoutError:
                    raise AssertionError(f"no {name}: {self.events[-5:]}") from None

    async def over(self) -> None:
        """Wait for the end of the connection."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: self.is_over), WITHIN)


class Wire(Live):
    """A Socket.IO connection."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        super().__init__()
        self._socket = socket
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._numbers = itertools.count()

    async def emit(self, event: str, *args: Any) -> Any:
        """Send an event; return what acknowledges it."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_str(f"42{number}{msgspec.json.encode([event, *args]).decode()}")
        answer = await asyncio.wait_for(self._answers[number], WITHIN)
        if isinstance(answer, dict) and "error" in answer:
            record.note("refusal", answer["error"]["reason"])
        return answer

    async def listen(self) -> None:
        """Sort what comes until the end."""
        async for message in self._socket:
            text = message.data
            if text == "2":
                await self._socket.send_str("3")
            elif text.startswith("42"):
                await self.note(*msgspec.json.decode(text[2:]))
            elif text.startswith("43"):
                number, _, rest = text[2:].partition("[")
                answers = msgspec.json.decode(f"[{rest}")
                self._answers.pop(int(number)).set_result(answers[0] if answers else None)
        await self.end()


@asynccontextmanager
async def wire(client: Client, *, base: str = "", path: str = "socket.io", token: str | None = None) -> AsyncGenerator[Wire]:
    """Connect somebody."""
    url = f"{base or client.base}/{path}/?EIO=4&transport=websocket"
    async with client.session.ws_connect(url, max_msg_size=0) as socket:
        assert (await socket.receive_str()).startswith("0")
        await socket.send_str("40" + msgspec.json.encode({"token": client.token if token is None else token}).decode())
        said = await socket.receive_str()
        if not said.startswith("40"):
            error = msgspec.json.decode(said[2:])
            record.note("refusal", error["data"]["reason"])
            raise PermissionError(error["data"]["reason"])
        opened = Wire(socket)
        listening = asyncio.create_task(opened.listen())
        try:
            yield opened
        finally:
            await socket.close()
            await listening


@asynccontextmanager
async def stream(client: Client, *, after: int | None = None, ticket: str | None = None, base: str = "") -> AsyncGenerator[Live]:
    """Open an event stream, signed in by the client's token or by a ticket."""
    headers = {} if ticket else {"Authorization": f"Bearer {client.token}"}
    if after is not None:
        headers["Last-Event-ID"] = str(after)
    url = f"{base or client.base}/api/v1/stream" + (f"?ticket={ticket}" if ticket else "")
    async with client.session.get(url, headers=headers, timeout=aiohttp.ClientTimeout(total=None)) as answer:
        record.note("answer", "GET", "/api/v1/stream", str(answer.status))
        assert answer.status == 200, await answer.text()
        opened = Live()
        listening = asyncio.create_task(_listen(answer, opened))
        try:
            yield opened
        finally:
            listening.cancel()
            await asyncio.wait({listening})


async def _listen(answer: aiohttp.ClientResponse, opened: Live) -> None:
    name, number = "", None
    async for line in answer.content:
        field, _, value = line.decode().rstrip("\n").partition(": ")
        if field == "event":
            name = value
        elif field == "id":
            number = int(value)
        elif field == "data":
            if number is not None:
                opened.numbers.append(number)
            await opened.note(name, msgspec.json.decode(value))
        elif not field:
            number = None
    await opened.end()
