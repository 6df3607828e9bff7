"""The hub of one process: who is connected, who may stay so, and who has to hear that hints were lost."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog
from prometheus_client import Counter, Gauge

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.pool import TROUBLE
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http.gate import Gate
from skillhall.kernel.live.client import Client, LiveSettings, TooManyClients
from skillhall.kernel.live.ports import Backlog, Devices
from skillhall.kernel.live.rooms import NO_STATES, Rooms
from skillhall.kernel.live.said import Said, gap
from skillhall.kernel.outside.fanout import Fanout
from skillhall.kernel.refusals import Refusal, Unauthenticated
from skillhall.kernel.shapes import instant
from skillhall.kernel.tokens import TokenExpired

log = structlog.get_logger("skillhall.live")
OWN: Final = Actor.of("kernel", "who is connected")
END_SECONDS: Final = 5.0
DEVICES_AT_ONCE: Final = 200


class Hub:
    """Everybody connected to this process."""

    def __init__(
        self, runner: Runner, gate: Gate, fanout: Fanout, settings: LiveSettings, events: Counter, connected: Gauge, *, numbered: str = "",
        passing: Mapping[str, str] = NO_STATES,
    ) -> None:  # fmt: skip
        """Listen to the fan-out from now on. `numbered` and `passing` are the names `Rooms` has to know."""
        self.runner, self.gate, self.settings = runner, gate, settings
        self.clients: dict[UUID, Client] = {}
        self.rooms = Rooms(runner, events, self.soon, numbered=numbered, passing=passing, seconds=settings.passing_seconds)
        self.backlogs: tuple[Backlog, ...] = runner.house.ports.get(Backlog, ())
        self.is_ending = False
        self._devices: tuple[Devices, ...] = runner.house.ports.get(Devices, ())
        self._accounts: dict[UUID, list[Client]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._fanout = fanout
        self._connected = connected
        self._rooms_seen_at = time.monotonic()
        self._unsubscribe = fanout.subscribe(self.rooms.hear)

    def enter(self, client: Client) -> None:
        """Let a client in, into its account's own room; the oldest of too many of one account has to go."""
        self.clients[client.id] = client
        client.round = self._fanout.rounds
        own = self._accounts.setdefault(client.actor.account_id, [])
        own.append(client)
        self._connected.set(len(self.clients))
        self.rooms.join(client, client.own_room)
        if len(own) > self.settings.clients_per_account:
            oldest = own.pop(0)
            self.soon(oldest.close(TooManyClients(retry_after=1)))
        self.soon(self._tell_devices("came", client))

    def leave(self, client: Client) -> None:
        """Forget a client; more than once is the same."""
        if self.clients.pop(client.id, None) is None:
            return
        self._connected.set(len(self.clients))
        own = self._accounts.get(client.actor.account_id, [])
        if client in own:
            own.remove(client)
        if not own:
            self._accounts.pop(client.actor.account_id, None)
        for room in tuple(client.rooms):
            self.rooms.part(client, room)
        self._fanout.publish([] if client.last_word is None else [client.last_word])
        self.soon(self._tell_devices("left", client))

    async def run(self) -> None:
        """Look after everybody until canceled; what takes long holds up nothing else."""
        often = self.settings.watch_seconds
        async with asyncio.TaskGroup() as group:
            for work, seconds in ((self.watch, often), (self.keep_rooms, often), (self.keep_devices, self.settings.devices_seconds)):
                group.create_task(self._every(seconds, work))

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except (*TROUBLE, TimeoutError) as error:
                log.warning("watch_failed", error=repr(error))
            except Exception:
                log.exception("watch_broken")

    async def watch(self) -> None:
        """End connections whose token or login is over; warn before. The others go on with what their account may do now."""
        read = await self.runner.read()
        for client in tuple(self.clients.values()):
            token, ends_at = client.token, client.expires_at
            left = None if ends_at is None else (ends_at - read.wall).total_seconds()
            try:
                if left is not None and left <= 0:
                    raise TokenExpired
                actor = await self.gate.admit(read, token)
            except Unauthenticated as refusal:
                if client.token is token:  # and not renewed meanwhile
                    self.soon(client.close(refusal))
                continue
            if client.token is not token:
                continue
            client.actor = msgspec.structs.replace(actor, profile_id=client.actor.profile_id)
            if ends_at is not None and left is not None and left <= self.settings.warning_seconds and not client.is_warned:
                client.is_warned = True
                self.rooms.offer(client, Said("auth:expiring", {"expiresAt": instant(ends_at)}))

    async def keep_rooms(self) -> None:
        """Put clients out of rooms not theirs any more: now those that may have lost hints, all of them now and then."""
        began_at, rounds = time.monotonic(), self._fanout.rounds
        is_due = began_at - self._rooms_seen_at >= self.settings.rooms_seconds
        for client in [one for one in self.clients.values() if is_due or one.round != rounds]:
            try:
                await self._part_strange(client)
            except (*TROUBLE, TimeoutError):
                raise
            except Exception:
                log.exception("rooms_not_seen")
            if client.round != rounds:
                client.round = rounds
                self.rooms.offer(client, gap(None))
        if is_due:
            self._rooms_seen_at = began_at

    async def _part_strange(self, client: Client) -> None:
        for name in client.rooms - {client.own_room}:
            kind, _, text = name.partition(":")
            if not await self.rooms.kinds[kind].may_enter(await self.runner.read(), client.actor, UUID(text)):
                self.rooms.part(client, name)

    async def keep_devices(self) -> None:
        """Say which devices are still connected; and again that those have left which went while it was said."""
        everybody = tuple(self.clients.values())
        for first in range(0, len(everybody) if self._devices else 0, DEVICES_AT_ONCE):
            some = everybody[first : first + DEVICES_AT_ONCE]

            async def stay(tx: Tx, some: tuple[Client, ...] = some) -> list[Client]:
                here = [client for client in some if client.id in self.clients]
                for port in self._devices if here else ():
                    await port.stayed(tx, {client.id: client.actor.account_id for client in here})
                return here

            for client in await self.runner.run(stay, actor=OWN):
                if client.id not in self.clients:
                    self.soon(self._tell_devices("left", client))

    async def _tell_devices(self, verb: str, client: Client) -> None:
        async def tell(tx: Tx) -> None:
            for port in self._devices:
                await (port.came if verb == "came" else port.left)(tx, client.actor, client.id)

        if not self._devices:
            return
        try:
            async with client.turn:  # nobody has left before having come
                await self.runner.run(tell, actor=client.actor)
        except Exception as error:  # noqa: BLE001 - a refusal (the account is gone) or the database: presence is not worth a connection
            log.warning("device_not_noted", verb=verb, error=repr(error))

    def soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside; `end` waits for it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("live_task_failed", exc_info=error)

    async def end(self, refusal: Refusal | None = None) -> None:
        """Let everybody go, so that they connect anew elsewhere; wait a while until that is noted."""
        if not self.is_ending:
            self.is_ending = True
            self._unsubscribe()
            for client in tuple(self.clients.values()):
                self.soon(client.close(refusal))
        over_at = asyncio.get_running_loop().time() + END_SECONDS
        while self._tasks and (left := over_at - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(tuple(self._tasks), timeout=left)
