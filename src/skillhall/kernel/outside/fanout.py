"""The fan-out of live hints to every process: in memory for one process, by PostgreSQL NOTIFY or Redis for several.

A hint may be lost (clients catch up by sequence), is never sent twice, and comes back to the process that sent it too.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Final, Protocol

import msgspec
import structlog

from skillhall.kernel.db.pool import open_connection
from skillhall.kernel.db.statement import sql
from skillhall.kernel.events import Hint

log = structlog.get_logger("skillhall.fanout")

Listener = Callable[[Hint], None]
CHANNEL: Final = "skillhall_hints"
NOTIFY = sql("SELECT pg_notify($1, $2)")
PAYLOAD_BYTES: Final = 7900  # PostgreSQL refuses 8000
WAITING: Final = 10_000
RETRY_SECONDS: Final = 1.0
IDLE_SECONDS: Final = 5.0


class Fanout(Protocol):
    """Carries hints. `run` does the carrying until it is canceled, and lasts through the absence of the carrier."""

    @property
    def is_up(self) -> bool:
        """Whether hints of other processes arrive now."""
        ...

    @property
    def rounds(self) -> int:
        """How often the carrier was lost: hints may have been lost each time."""
        ...

    def publish(self, hints: Sequence[Hint]) -> None:
        """Send these hints soon; never waits, never fails. The oldest waiting ones are dropped when too many wait."""
        ...

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each hint (it must not block); return what ends that."""
        ...

    async def run(self) -> None:
        """Carry hints until canceled."""
        ...


class MemoryFanout:
    """Within one process: `publish` calls the listeners itself."""

    def __init__(self) -> None:
        """Begin without listeners."""
        self._listeners: list[Listener] = []

    @property
    def is_up(self) -> bool:
        """Memory does not go away."""
        return True

    @property
    def rounds(self) -> int:
        """Nor is it ever lost."""
        return 0

    def publish(self, hints: Sequence[Hint]) -> None:
        """Hand the hints over at once."""
        self.tell(hints)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each hint; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def run(self) -> None:
        """There is nothing to carry."""
        await asyncio.Event().wait()

    def tell(self, hints: Iterable[Hint]) -> None:
        """Call every listener; one that fails is logged and does not hold up the others."""
        for hint in hints:
            for listener in tuple(self._listeners):
                try:
                    listener(hint)
                except Exception:
                    log.exception("hint_listener_failed", room=hint.room, hint=hint.name)


class CarriedFanout(MemoryFanout):
    """What the fan-outs over a server share: a bounded queue, packets of many hints, and a loop that connects again."""

    def __init__(self) -> None:
        """Begin without a connection."""
        super().__init__()
        self._waiting: deque[Hint] = deque(maxlen=WAITING)
        self._news = asyncio.Event()
        self._is_up = False
        self._rounds = 0

    @property
    def is_up(self) -> bool:
        """Whether the connection stands."""
        return self._is_up

    @property
    def rounds(self) -> int:
        """How often a connection that stood was lost and stands again."""
        return self._rounds - (not self._is_up)

    def publish(self, hints: Sequence[Hint]) -> None:
        """Queue the hints for the next packet."""
        self._waiting.extend(hints)
        self._news.set()

    async def run(self) -> None:
        """Connect, carry, and connect again after a pause when the server goes away."""
        while True:
            try:
                await self._carry()
            except* Exception as group:  # noqa: BLE001 - a cut connection shows itself in many ways
                log.warning("fanout_down", error=str(group.exceptions[0]))
            finally:
                self._rounds += self._is_up
                self._is_up = False
            await asyncio.sleep(RETRY_SECONDS)

    async def _carry(self) -> None:
        raise NotImplementedError

    async def _send_all(self, send: Callable[[str], Awaitable[object]]) -> None:
        """Wait for hints and send what waits; returns after an idle while, so that the caller can look at the connection."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS):  # Python 3.11's `wait_for` swallows a cancel that meets the news
                await self._news.wait()
        self._news.clear()
        for packet in packets(self._taken()):
            await send(packet)

    def _taken(self) -> Iterator[Hint]:
        while self._waiting:
            yield self._waiting.popleft()


class PostgresFanout(CarriedFanout):
    """Over NOTIFY, on one connection of its own that also listens. Reaches the processes on the same database."""

    def __init__(self, dsn: str) -> None:
        """Keep the address; `run` connects."""
        super().__init__()
        self._dsn = dsn

    async def _carry(self) -> None:
        connection = await open_connection(self._dsn, application_name="skillhall hints")
        try:
            await connection.add_listener(CHANNEL, self._heard)
            connection.add_termination_listener(lambda _connection: self._news.set())
            self._is_up = True
            while not connection.is_closed():
                await self._send_all(lambda packet: connection.fetchval(NOTIFY, CHANNEL, packet))
        finally:
            connection.terminate()

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        self.tell(unpacked(str(payload)))


def packets(hints: Iterable[Hint]) -> Iterator[str]:
    """Return the hints as JSON lists that a notification can hold; a hint that none can hold is dropped and logged."""
    packet: list[str] = []
    size = 2
    for hint in hints:
        text = msgspec.json.encode(hint).decode()
        length = len(text.encode()) + 1
        if length > PAYLOAD_BYTES:
            log.error("hint_too_long", room=hint.room, hint=hint.name, bytes=length)
            continue
        if size + length > PAYLOAD_BYTES:
            yield f"[{','.join(packet)}]"
            packet, size = [], 2
        packet.append(text)
        size += length
    if packet:
        yield f"[{','.join(packet)}]"


def unpacked(payload: str | bytes) -> list[Hint]:
    """Return the hints of a packet; one of another version of ours that we cannot read is logged and lost."""
    try:
        return msgspec.json.decode(payload, type=list[Hint])
    except msgspec.MsgspecError:
        log.warning("hint_not_readable")
        return []
