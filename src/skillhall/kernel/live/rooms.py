"""Rooms with somebody in them, in one process: who is in which, and what a hint says to them, in the order of the hints."""

import asyncio
from collections import deque
from collections.abc import Callable, Container, Coroutine, Mapping
from types import MappingProxyType
from typing import Any, Final

import structlog
from prometheus_client import Counter

from skillhall.kernel.db.runner import Runner
from skillhall.kernel.events import Hint
from skillhall.kernel.live.client import Client
from skillhall.kernel.live.ports import Room, Shown, Skip
from skillhall.kernel.live.said import Said, gap, number_of, plain

log = structlog.get_logger("skillhall.live")
EXPEL: Final = "room:expel"
WAITING_HINTS: Final = 1000
READS: Final = 8
BREATH: Final = 500
NO_STATES: Final[Mapping[str, str]] = MappingProxyType({})
Soon = Callable[[Coroutine[Any, Any, None]], None]


class Channel:
    """One room: its members, and the hints that wait to be said to them."""

    __slots__ = ("lost", "members", "passing", "waiting", "works")

    def __init__(self) -> None:
        """Begin empty."""
        self.passing: dict[frozenset[tuple[str, str]], asyncio.TimerHandle] = {}
        self.members: dict[Client, None] = {}
        self.waiting: deque[Hint] = deque()
        self.lost = 0
        self.works = False


class Rooms:
    """All rooms; one that nobody here is in costs nothing."""

    def __init__(
        self, runner: Runner, figures: Counter, soon: Soon, *, numbered: str = "", passing: Mapping[str, str] = NO_STATES,
        seconds: float = 0,
    ) -> None:  # fmt: skip
        """`soon` runs the work of a room beside; `numbered` is the event whose `sequence` is its place in the account's backlog.

        `passing` are events of a state that passes, with the id that is "1" while it lasts: not said again for `seconds`, it has ended.
        """
        self.kinds: dict[str, Room] = {room.kind: room for room in runner.house.ports.get(Room, ())}
        self.expelled = 0
        self._runner = runner
        self._soon = soon
        self._numbered, self._passing, self._seconds = numbered, passing, seconds
        self._channels: dict[str, Channel] = {}
        self._reads = asyncio.Semaphore(READS)
        self._sent, self._dropped = figures.labels("sent"), figures.labels("dropped")

    def join(self, client: Client, room: str) -> None:
        """Put a client into a room; whether it may be there has been asked."""
        client.rooms.add(room)
        self._channels.setdefault(room, Channel()).members[client] = None

    def part(self, client: Client, room: str) -> None:
        """Take a client out of a room."""
        client.rooms.discard(room)
        channel = self._channels.get(room)
        if channel is not None:
            channel.members.pop(client, None)
            self._tidy(room, channel)

    def hear(self, hint: Hint) -> None:
        """Say a hint to the room it is for, after those before it; returns at once."""
        if hint.name == EXPEL:
            self.expelled += 1
        channel = self._channels.get(hint.room)
        if channel is None:
            return
        if len(channel.waiting) >= WAITING_HINTS and hint.name != EXPEL:
            channel.lost += 1
            return
        channel.waiting.append(hint)
        if not channel.works:
            channel.works = True
            self._soon(self._work(hint.room, channel))

    def offer(self, client: Client, said: Said) -> None:
        """Say one event to one client."""
        self._sent.inc()
        if not client.offer(said):
            self._dropped.inc()

    async def _work(self, room: str, channel: Channel) -> None:
        try:
            while channel.waiting:
                hint = channel.waiting.popleft()
                if hint.name == EXPEL:
                    for client in [one for one in channel.members if str(one.actor.account_id) == hint.ids.get("account_id")]:
                        self.part(client, room)
                elif before := dict(channel.members):
                    if (said := await self._said(hint)) is not None:
                        await self._spread(room, channel, said, before)
                    self._let_pass(channel, hint)
                if channel.lost:
                    lost, channel.lost = channel.lost, 0
                    await self._spread(room, channel, gap(lost))
        finally:
            channel.works = False
            self._tidy(room, channel)

    def end_of(self, hint: Hint) -> Hint | None:
        """Return the hint by which the state that this one tells of ends; nothing when it tells of none that lasts."""
        state = self._passing.get(hint.name)
        return None if state is None or hint.ids.get(state) != "1" else Hint(hint.room, hint.name, {**hint.ids, state: "0"})

    def _let_pass(self, channel: Channel, hint: Hint) -> None:
        """End a passing state by ourselves in time: its own end may be lost, and who began it may be killed."""
        if hint.name not in self._passing:
            return
        end = self.end_of(hint)
        about = frozenset((end or hint).ids.items())
        if (before := channel.passing.pop(about, None)) is not None:
            before.cancel()
        if end is not None:
            channel.passing[about] = asyncio.get_running_loop().call_later(self._seconds, self.hear, end)

    async def _said(self, hint: Hint) -> Said | None:
        number = number_of(hint.ids) if hint.name == self._numbered else None
        room = self.kinds.get(hint.room.partition(":")[0])
        if room is None:
            return Said(hint.name, plain(hint), number)
        try:
            async with self._reads:
                shown = await room.shown(await self._runner.read(), hint)
        except Exception as error:  # noqa: BLE001 - whatever it is, the room goes on, and its clients catch up
            log.warning("hint_not_shown", room=hint.room, hint=hint.name, error=repr(error))
            return gap(1)
        if shown is Skip.SKIP:
            return None
        data, accounts = (shown.data, shown.accounts) if isinstance(shown, Shown) else (shown, None)
        return Said(hint.name, plain(hint) if data is None else data, number, accounts)

    async def _spread(self, room: str, channel: Channel, said: Said, before: Container[Client] = ()) -> None:
        """Say it to all who may hear it; put out the others, but not who has come in while it was asked who may (`before`: had not)."""
        for count, client in enumerate(tuple(channel.members), 1):
            if said.accounts is None or client.actor.account_id in said.accounts:
                self.offer(client, said)
            elif client in before:
                self.part(client, room)
            if count % BREATH == 0:
                await asyncio.sleep(0)

    def _tidy(self, room: str, channel: Channel) -> None:
        if not channel.members and not channel.works and self._channels.get(room) is channel:
            del self._channels[room]
            for timer in channel.passing.values():
                timer.cancel()
