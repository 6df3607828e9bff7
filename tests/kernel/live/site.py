"""A live server in this process: a gate of signed tokens, a room kind of its own, a backlog, devices; on a port of 127.0.0.1."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from math import ceil
from typing import Any, Literal
from uuid import UUID

import aiohttp
import msgspec
from msgspec import Struct

from skillhall.deploy.server import web_server
from skillhall.deploy.socket_aliases import WIRING
from skillhall.kernel import ids, tokens
from skillhall.kernel.actor import Actor
from skillhall.kernel.config import Config
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.events import Hint
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.http.edge import Edge, Surroundings
from skillhall.kernel.live import SKIP, Backlog, Devices, Missed, Room, Shown, Skip, stream
from skillhall.kernel.live.client import LiveSettings
from skillhall.kernel.live.hub import Hub
from skillhall.kernel.live.sockets import Sockets
from skillhall.kernel.outside.fanout import Fanout, MemoryFanout
from skillhall.kernel.outside.limits import PostgresLimits
from skillhall.kernel.refusals import Refused
from skillhall.kernel.telemetry import Metrics

CONFIG = Config(mode="sandbox", secret="a-secret-for-tests-only-a-secret-for-tests-only", pool_size=8)
SETTINGS = LiveSettings(heartbeat_seconds=0.2, watch_seconds=0.05, devices_seconds=0.1, events_per_second=1000.0)
TABLE = "CREATE TABLE IF NOT EXISTS kernel.said (room uuid, sequence int, text text, primary key (room, sequence))"
SAY = sql("""
INSERT INTO kernel.said SELECT $1, coalesce(max(sequence), 0) + 1, $2 FROM kernel.said WHERE room = $1 RETURNING sequence
""")
LOCK = sql("SELECT pg_advisory_xact_lock(hashtext($1::text))")
LAST_SAID = sql("SELECT max(sequence) FROM kernel.said WHERE room = $1")
SAID = sql("SELECT sequence, text FROM kernel.said WHERE room = $1 AND sequence > $2 ORDER BY sequence LIMIT $3")


class Unsaid(Refused):
    """The room does not want to hear that."""

    code = "sample.unsaid"
    message = "Not {text}."


class Keys:
    """A gate that believes signed tokens until their login is revoked."""

    def __init__(self) -> None:
        self.revoked: set[UUID] = set()
        self.troubles: list[Exception] = []

    async def admit(self, read: Read, token: str) -> Actor:
        if self.troubles:
            raise self.troubles.pop()
        if token == "sk_key":
            return Actor(account_id=UUID(int=1), api_key_id=UUID(int=2), scopes=frozenset())
        claims = tokens.read_access(read.house.config.secret, token)
        if UUID(claims["sid"]) in self.revoked:
            raise tokens.TokenInvalid
        return Actor(account_id=UUID(claims["sub"]), login_id=UUID(claims["sid"]))

    async def as_profile(self, read: Read, actor: Actor, profile_id: UUID) -> Actor:
        return msgspec.structs.replace(actor, profile_id=profile_id)


def token(account: UUID, *, seconds: float = 900, login: UUID | None = None) -> str:
    """Return an access token of this account."""
    now = ids.new().int >> 80  # milliseconds
    claims = {"sub": str(account), "sid": str(login or ids.new()), "rev": 1, "iat": now // 1000, "exp": ceil(now / 1000 + seconds)}
    return tokens.sign_access(CONFIG.secret, claims)


class Talk:
    """Rooms whose members are given; what is said in them is kept and numbered."""

    kind = "conversation"

    def __init__(self, members: dict[UUID, set[UUID]] | None = None) -> None:
        """Everybody is a member where no members are given."""
        self.members = members
        self.opened = asyncio.Event()
        self.opened.set()
        self.loaded = asyncio.Event()
        self.loaded.set()

    async def may_enter(self, read: Read, actor: Actor, room_id: UUID) -> bool:
        is_member = self.members is None or actor.account_id in self.members.get(room_id, ())
        await self.opened.wait()
        return is_member

    async def heard(self, tx: Tx, actor: Actor, room_id: UUID, signal: str, data: dict[str, object]) -> object:
        if signal == "conversation:typing":
            tx.hint(f"conversation:{room_id}", signal, account_id=actor.account_id, is_typing=int(data.get("isTyping") is True))
            return {}
        if signal == "message:read":
            return [dict(row) for row in await tx.rows(SAID, room_id, data["upToSequence"], 10_000)]
        text = str(data.get("content"))
        if text == "bug":
            raise ZeroDivisionError
        await tx.value(LOCK, str(room_id))
        sequence = await tx.value(SAY, room_id, text)
        if text == "no":
            raise Unsaid(text=text)
        tx.hint(f"conversation:{room_id}", "message:new", sequence=sequence, text=text)
        return Told(sequence=sequence, by=actor.account_id)

    async def shown(self, read: Read, hint: Hint) -> dict[str, object] | Shown | Literal[Skip.SKIP] | None:
        if hint.ids.get("text") == "secret":
            return SKIP
        if hint.ids.get("text") == "broken":
            raise ZeroDivisionError
        if hint.name != "message:new":
            return None
        data: dict[str, object] = {"sequence": int(hint.ids["sequence"]), "content": hint.ids["text"]}
        if self.members is None:
            return data
        accounts = frozenset(self.members.get(UUID(hint.room.partition(":")[2]), ()))
        await self.loaded.wait()
        return Shown(data, accounts)


class Told(Struct, rename="camel"):
    """The acknowledgment of a message."""

    sequence: int
    by: UUID


class Own:
    """The account's own room."""

    kind = "user"

    async def may_enter(self, read: Read, actor: Actor, room_id: UUID) -> bool:
        return actor.account_id == room_id

    async def heard(self, tx: Tx, actor: Actor, room_id: UUID, signal: str, data: dict[str, object]) -> object:
        return {"online": [str(room_id)]}

    async def shown(self, read: Read, hint: Hint) -> None:
        return None


class Numbered:
    """A backlog of two a page: what was said in the room whose id is the account's."""

    async def last(self, read: Read, actor: Actor) -> int:
        return await read.value(LAST_SAID, actor.account_id) or 0

    async def missed(self, read: Read, actor: Actor, after: int) -> Sequence[Missed]:
        rows = await read.rows(SAID, actor.account_id, after, 2)
        return [Missed(row["sequence"], "notification:new", {"sequence": str(row["sequence"]), "text": row["text"]}) for row in rows]


class Present:
    """Notes what devices do."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, UUID]] = []
        self.kept: Mapping[UUID, UUID] = {}
        self.on_stayed: Callable[[], object] = dict

    async def came(self, tx: Tx, actor: Actor, device_id: UUID) -> None:
        self.noted.append(("came", actor.account_id))

    async def stayed(self, tx: Tx, devices: Mapping[UUID, UUID]) -> None:
        self.kept = devices
        self.on_stayed()

    async def left(self, tx: Tx, actor: Actor, device_id: UUID) -> None:
        self.noted.append(("left", actor.account_id))


class Live:
    """A running live server and what is behind it."""

    def __init__(self, base: str, hub: Hub, sockets: Sockets, gate: Keys, metrics: Metrics, session: aiohttp.ClientSession) -> None:
        self.base, self.hub, self.sockets, self.gate, self.metrics, self.session = base, hub, sockets, gate, metrics, session
        self.runner = hub.runner
        self.talk: Talk = hub.rooms.kinds["conversation"]  # type: ignore[assignment]
        self.present: Present = hub._devices[0]  # type: ignore[assignment]

    async def notice(self, account: UUID, text: str, *, is_told: bool = True) -> int:
        """Keep a numbered event of an account, and hint at it."""

        async def work(tx: Tx) -> int:
            sequence: int = await tx.value(SAY, account, text)
            if is_told:
                tx.hint(f"user:{account}", "notification:new", sequence=sequence, text=text)
            return sequence

        return await self.runner.run(work, actor=Actor.of("test", "a test"))

    async def eventually(self, is_so: Any) -> None:
        for _attempt in range(3000):
            if is_so():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("never")


@asynccontextmanager
async def live(
    runner: Runner, *, settings: LiveSettings = SETTINGS, fanout: Fanout | None = None, members: dict[UUID, set[UUID]] | None = None,
    listening: socket.socket | None = None,
) -> AsyncGenerator[Live]:  # fmt: skip
    """Serve until the end of the body."""
    await runner.pool.execute(TABLE)
    gate, metrics, carrier = Keys(), Metrics(), fanout or MemoryFanout()
    house = runner.house
    house.ports[Room], house.ports[Backlog], house.ports[Devices] = (Talk(members), Own()), (Numbered(),), (Present(),)
    runner.on_hints = carrier.publish
    hub = Hub(runner, gate, carrier, settings, metrics.live_events, metrics.live_clients, numbered=WIRING.numbered, passing=WIRING.passing)
    house.ports[Hub] = (hub,)
    sockets = Sockets(hub, WIRING)
    strict = PostgresLimits(runner.pool, house.clock, house.config.limit_factor)
    mounts: dict[str, Any] = {"/socket.io": sockets, "/notifications-socket": sockets}
    around = Surroundings(config=house.config, runner=runner, gate=gate, strict=strict, observe=metrics.observe_request, mounts=mounts)
    carrying = asyncio.create_task(carrier.run())
    while listening is not None and not carrier.is_up:  # noqa: ASYNC110 - who connects first would be told of a gap
        await asyncio.sleep(0.01)
    if listening is None:
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        listening.listen()
    server = web_server(Edge(endpoints_of(stream), around))
    tasks = [*(asyncio.create_task(work) for work in (server.serve(sockets=[listening]), hub.run())), carrying]
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            yield Live(f"http://127.0.0.1:{listening.getsockname()[1]}", hub, sockets, gate, metrics, session)
    finally:
        await hub.end()
        server.should_exit = True
        await tasks[0]
        for task in tasks[1:]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await sockets.server.shutdown()
        listening.close()
