"""The load: kept-alive connections that send one request after the other, over bare sockets so that its own cost is small."""

import asyncio
import re
import time
from collections.abc import Iterator
from typing import cast

import uvloop
from msgspec import Struct

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
Unit = tuple[bytes, ...]
"""The requests that are counted as one."""


class Unexpected(Exception):
    """The server answered something that is not a success; the measurement is worth nothing."""


class Latencies(Struct, frozen=True):
    """How long each unit took, in seconds, ascending; and how long all took together."""

    each: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Units a second."""
        return len(self.each) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the time within which this share of the units was answered, in milliseconds."""
        return self.each[min(len(self.each) - 1, int(len(self.each) * share))] * 1000


class Caller(asyncio.Protocol):
    """One connection: takes units until there are no more, or time is up."""

    def __init__(self, units: Iterator[Unit], until: float, times: list[float], done: asyncio.Future[None]) -> None:
        self._units, self._until, self._times, self._done = units, until, times, done
        self._left: Iterator[bytes] = iter(())
        self._got = b""
        self._size = 0
        self._began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._next_unit()

    def data_received(self, data: bytes) -> None:
        self._got = self._got + data if self._got else data
        if not self._size:
            head = self._got.find(b"\r\n\r\n")
            if head < 0:
                return
            length = LENGTH.search(self._got, 0, head + 2)
            self._size = head + 4 + (int(length[1]) if length else 0)
        if len(self._got) < self._size:
            return
        answer, self._got, self._size = self._got, b"", 0
        if answer[9:10] != b"2":
            self._end(Unexpected(answer.decode(errors="replace")[:2000]))
            return
        if (following := next(self._left, None)) is not None:
            self._transport.write(following)
            return
        self._times.append(time.perf_counter() - self._began)
        self._next_unit()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(Unexpected(f"the server closed the connection: {exc}"))

    def _next_unit(self) -> None:
        now = time.perf_counter()
        unit = next(self._units, None) if now < self._until else None
        if unit is None:
            self._end(None)
            self._transport.close()
            return
        self._began = now
        self._left = iter(unit)
        self._transport.write(next(self._left))

    def _end(self, error: Exception | None) -> None:
        if self._done.done():
            return
        if error is None:
            self._done.set_result(None)
        else:
            self._done.set_exception(error)


def send(port: int, units: Iterator[Unit], *, connections: int, seconds: float = 3600) -> Latencies:
    """Send units until they are used up or time is, and wait for every answer; anything but a success ends the run."""
    return uvloop.run(_send(port, units, connections, seconds))


async def _send(port: int, units: Iterator[Unit], connections: int, seconds: float) -> Latencies:
    loop = asyncio.get_running_loop()
    times: list[float] = []
    began = time.perf_counter()
    dones: list[asyncio.Future[None]] = [loop.create_future() for _ in range(connections)]
    for done in dones:

        def caller(done: asyncio.Future[None] = done) -> Caller:
            return Caller(units, began + seconds, times, done)

        await loop.create_connection(caller, "127.0.0.1", port)
    await asyncio.gather(*dones)
    return Latencies(sorted(times), time.perf_counter() - began)
