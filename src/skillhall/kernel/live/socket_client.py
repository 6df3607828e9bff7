"""One connection over Socket.IO: its queue in the transport, what it is told, how it ends. Loaded only by processes that serve."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Final

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.live import lean
from skillhall.kernel.live.client import Client, closing
from skillhall.kernel.live.hub import Hub
from skillhall.kernel.live.said import Said
from skillhall.kernel.refusals import Refusal

AsyncServer, Packet, OwnPacket, exceptions, EngineIOError = lean.load()
BROKEN = (KeyError, OSError, TimeoutError, EngineIOError)
MESSAGE: Final = 4
IN_FLIGHT: Final = 64
MOST_IN_LANE: Final = 4 * IN_FLIGHT
BINARY: Final = (5, 6)
CLOSE_SECONDS: Final = 2.0


class Json:
    """What encodes and decodes the packets."""

    @staticmethod
    def dumps(value: object, **_: object) -> str:
        """Return JSON text."""
        return msgspec.json.encode(value).decode()

    @staticmethod
    def loads(text: str | bytes) -> Any:  # noqa: ANN401
        """Return what the text says; `ValueError` when it is no JSON."""
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError) as error:
            raise ValueError(str(error)) from error


class TextPacket(OwnPacket):
    """A packet without attachments: the library would keep as many as a client announces, without an end. Nobody here sends any."""

    def decode(self, encoded_packet: Any) -> int:  # noqa: ANN401 - text, or what a client sent instead
        """Read a packet; `ValueError`, by which it is ignored, for one with attachments."""
        read: Any = super()
        if read.decode(encoded_packet) or self.packet_type in BINARY:
            raise ValueError("attachments are not taken")
        return 0


class Lane(asyncio.Queue[Any]):
    """The transport's own queue of one connection: it tells when something was taken from it."""

    on_taken: Callable[[], None] | None = None
    is_told = False

    def _get(self) -> Any:  # noqa: ANN401
        if self.on_taken is not None and not self.is_told:
            self.is_told = True
            asyncio.get_running_loop().call_soon(self._tell)
        return super()._get()

    def _tell(self) -> None:
        self.is_told = False
        if self.on_taken is not None:
            self.on_taken()


Also = Callable[[Said], tuple[Any, ...]]


class SocketClient(Client):
    """A client over Socket.IO. At most `IN_FLIGHT` events lie in the transport's queue, the others in the box, where the oldest may go."""

    def __init__(self, hub: Hub, server: Any, also: Also, sid: str, actor: Actor, token: str) -> None:  # noqa: ANN401 - untyped
        """Bind to one connection of the server; `also` makes what older clients get besides."""
        super().__init__(actor, token, hub.runner.house.config, hub.settings)
        self.sid = sid
        self.engine_id: str = server.manager.eio_sid_from_sid(sid, "/")
        self.lane: Lane = server.eio.sockets[self.engine_id].queue
        self.address = ""
        self.is_older = False
        self._hub, self._server, self._also = hub, server, also
        self.lane.on_taken = self.wake

    def wake(self) -> None:
        """Move from the box to the transport what fits."""
        while len(self.box) and self.lane.qsize() < IN_FLIGHT:
            self.write(self.box.take())

    @property
    def is_stuck(self) -> bool:
        """Whether it goes on saying things without taking the answers, which pass by the box."""
        return self.lane.qsize() > MOST_IN_LANE

    def write(self, said: Said) -> None:
        """Put one event into the transport's queue, and what an older client calls it behind it."""
        self.lane.put_nowait(said.once("socket", packet_of))
        if self.is_older:
            for packet in said.once("older", self._also):
                self.lane.put_nowait(packet)

    async def close(self, refusal: Refusal | None) -> None:
        """Disconnect: with a refusal socket.io's clients stay away, without one they connect anew."""
        with contextlib.suppress(*BROKEN):
            if refusal is None:
                await hang_up(self._server, self.engine_id)
            else:
                self.write(closing(refusal))
                await self._server.disconnect(self.sid)
        self._hub.leave(self)


async def hang_up(server: Any, engine_id: str) -> None:  # noqa: ANN401 - untyped
    """End a connection of the transport; what cannot be ended in time is left to its ping."""
    connection = server.eio.sockets.get(engine_id)
    if connection is not None:
        with contextlib.suppress(*BROKEN):
            await asyncio.wait_for(connection.close(wait=False, reason=server.reason.SERVER_DISCONNECT), CLOSE_SECONDS)
            connection.queue.put_nowait(None)  # the writer ends behind what waits: a websocket's client does not act on the word alone


def packet_of(said: Said) -> Any:  # noqa: ANN401 - engineio's packet, which keeps its own encoding for all who share it
    """Return the packet of an event: engine.io "message", socket.io "event"."""
    return Packet(MESSAGE, data="2" + Json.dumps((said.name, said.data)))
