"""Socket.IO: the handshake, and the bridge between its connections and the hub. Loaded only by processes that serve.

python-socketio speaks the protocol; rooms, queues and membership are the hub's. The events of one connection are worked off in turn.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, cast
from uuid import UUID

import msgspec

from skillhall.kernel.config import Config
from skillhall.kernel.http.edge import LOCAL_ORIGIN
from skillhall.kernel.http.gate import SignInRequired
from skillhall.kernel.http.limits import RateLimited, Windows, address_key
from skillhall.kernel.http.problem import Bug, Busy
from skillhall.kernel.http.request import address_of, networks
from skillhall.kernel.live.hub import Hub
from skillhall.kernel.live.said import Said
from skillhall.kernel.live.signals import Payload, Wiring, answer, error_of, unforeseen
from skillhall.kernel.live.socket_client import AsyncServer, Json, Lane, SocketClient, TextPacket, exceptions, hang_up, packet_of
from skillhall.kernel.refusals import FieldError, Invalid, Refusal, TooMany, Unavailable

LARGEST: Final = 100_000
PING_SECONDS, PONG_SECONDS = 25, 20
IDLE_SECONDS: Final = 15.0
OLDER_PATH: Final = "/notifications-socket"
PASSING: Final = (Bug, TooMany, Unavailable)
"""The families of refusals that have nothing to do with who connects: the same, a moment later, is let in."""


class Sockets:
    """The Socket.IO server of one process, an ASGI application."""

    def __init__(self, hub: Hub, wiring: Wiring) -> None:
        """Build it; nothing is opened."""
        config = hub.runner.house.config
        self.hub, self.wiring = hub, wiring
        self.clients: dict[str, SocketClient] = {}
        self._trusted = networks(config.trusted_proxies)
        self._connects = Windows(hub.settings.connects_per_minute)
        self._idle: frozenset[str] = frozenset()
        self.server: Any = AsyncServer(
            async_mode="asgi", async_handlers=False, json=Json, serializer=TextPacket, cors_allowed_origins=admits(config),
            max_http_buffer_size=LARGEST, ping_interval=PING_SECONDS, ping_timeout=PONG_SECONDS, http_compression=False,
            logger=logging.getLogger("socketio.server"), engineio_logger=logging.getLogger("engineio.server"),
        )  # fmt: skip
        self.server.eio.create_queue = Lane
        self.server.on("connect", self._connect)
        self.server.on("disconnect", self._disconnect)
        self.server.on("*", self._event)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        """Serve one request or connection."""
        await self.server.handle_request(scope, receive, send)

    def also(self, said: Said) -> tuple[Any, ...]:
        """Return the packets that tell older clients the same."""
        data = msgspec.to_builtins(said.data)
        return tuple(packet_of(Said(name, value)) for name, value in self.wiring.also(said.name, data))

    async def run(self) -> None:
        """End idle connections until canceled."""
        while True:
            await asyncio.sleep(IDLE_SECONDS)
            await self.sweep()

    async def sweep(self) -> None:
        """End connections that never said who they are, or were disconnected and stay: those idle now and the last time asked."""
        known = {client.engine_id for client in self.clients.values()}
        idle = frozenset(self.server.eio.sockets) - known
        for engine_id in idle & self._idle:
            await hang_up(self.server, engine_id)
        self._idle = idle

    async def _connect(self, sid: str, environ: Mapping[str, Any], auth: object) -> bool:
        """Let a client in, or refuse it, after which socket.io's clients stay away. What passes only cuts: they try again by themselves."""
        try:
            await self._admit(sid, environ, cast("Payload", auth) if isinstance(auth, dict) else {})
        except Exception as error:
            refusal = error if isinstance(error, Refusal) else unforeseen("connect", error)
            if not isinstance(refusal, PASSING):
                raise exceptions.ConnectionRefusedError(refusal.sentence, error_of(refusal)) from error
            await hang_up(self.server, self.server.manager.eio_sid_from_sid(sid, "/"))
            return False
        return True

    async def _admit(self, sid: str, environ: Mapping[str, Any], auth: Payload) -> None:
        scope = environ["asgi.scope"]
        address = address_of(scope, self._trusted)
        verdict = self._connects.hit(address_key(address))
        if not verdict.allowed:
            raise RateLimited(limit="live", retry_after=verdict.reset_seconds)
        token = auth.get("token") or environ.get("HTTP_AUTHORIZATION")
        if not isinstance(token, str) or self.hub.is_ending:
            raise Busy(retry_after=1) if self.hub.is_ending else SignInRequired
        token = token.removeprefix("Bearer ").strip()
        read = await self.hub.runner.read()
        actor = await self.hub.gate.admit(read, token)
        if (profile := auth.get("profileId")) is not None:
            actor = await self.hub.gate.as_profile(read, actor, _profile(profile))
        client = SocketClient(self.hub, self.server, self.also, sid, actor, token)
        client.address = address
        client.is_older = scope["path"].startswith(OLDER_PATH)
        self.clients[sid] = client
        self.hub.enter(client)

    async def _disconnect(self, sid: str, _reason: str) -> None:
        client = self.clients.pop(sid, None)
        if client is not None:
            client.lane.on_taken = None
            self.hub.leave(client)

    async def _event(self, event: str, sid: str, *given: object) -> Any:  # noqa: ANN401
        client = self.clients.get(sid)
        if client is None:
            return None
        if client.is_stuck:
            self.hub.soon(client.close(None))
            return None
        older = self.wiring.older.get(event)
        if older is None:
            return await answer(self.hub, client, self.wiring.signals, event, given[0] if given else {}, client.address)
        client.is_older = True
        name, data = older(given)
        said = await answer(self.hub, client, self.wiring.signals, name, data, client.address)
        for also, value in self.wiring.answers(event, data, said):
            client.lane.put_nowait(packet_of(Said(also, value)))
        if isinstance(said, dict) and "error" in said:
            return {"success": False, **cast("Payload", said)}
        return {"success": True, "data": cast("object", said)}


def admits(config: Config) -> Callable[[str | None, Mapping[str, Any]], bool]:
    """Return which pages may connect: those of this server, those of its web clients, and local ones in sandbox mode."""
    origins = config.web_origins

    def allowed(origin: str | None, environ: Mapping[str, Any]) -> bool:
        if origin is None or origin in origins or origin.partition("://")[2] == environ.get("HTTP_HOST"):
            return True
        return config.is_sandbox and LOCAL_ORIGIN.fullmatch(origin.encode()) is not None

    return allowed


def _profile(value: object) -> UUID:
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError as error:
        raise Invalid(FieldError("profileId", "body", "not_an_id", "Must be an id (UUID).")) from error
