"""What statements run on: `Read` (each statement alone, or a snapshot) and `Tx` (one command, one transaction).

The runner alone makes a `Tx`. It carries one frozen `House`; there are no globals.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast
from uuid import UUID

import asyncpg
from msgspec import Struct

from skillhall.kernel.actor import Actor
from skillhall.kernel.clock import Clock
from skillhall.kernel.config import Config
from skillhall.kernel.db.statement import Statement
from skillhall.kernel.events import Event, Hint, Queued, Task
from skillhall.kernel.shapes import Subject

T = TypeVar("T")
P = ParamSpec("P")
Row = asyncpg.Record


class House(Struct, frozen=True):
    """What a transaction may reach besides the database: configuration, both clocks, settings, ports."""

    config: Config
    clock: Clock
    settings: dict[type[Any], Any]
    ports: dict[type[Any], tuple[Any, ...]]


class Facts(Struct, frozen=True, kw_only=True):
    """What audit, events and logs keep of the request or delivery that runs a command; a reaction's `event_id` is what it hears."""

    request_id: str = ""
    address: str = ""
    operation: str = ""
    event_id: UUID | None = None


class AuditEntry(Struct, frozen=True, kw_only=True):
    """One line of the audit trail, written with the command it is about."""

    action: str
    subject: Subject
    before: object
    after: object
    reason: str | None


class LockOrderError(AssertionError):
    """A statement tried to lock below a rank already held: a deadlock in waiting."""


class Executor(Protocol):
    """What asyncpg's pool and connection have in common."""

    async def fetch(self, query: str, *args: object) -> list[Row]: ...
    async def fetchrow(self, query: str, *args: object) -> Row | None: ...
    async def fetchval(self, query: str, *args: object) -> Any: ...  # noqa: ANN401 - the column decides
    async def execute(self, query: str, *args: object) -> str: ...


class Read:
    """Runs statements without a transaction of its own; `now` is business time, `wall` real time, both UTC."""

    def __init__(self, executor: Executor, house: House) -> None:
        """Fix both times once: one request sees one moment."""
        self._executor = executor
        self.house = house
        self.now: datetime = house.clock.business()
        self.wall: datetime = house.clock.wall()

    async def rows(self, statement: Statement, *args: object) -> Sequence[Row]:
        """Return all rows."""
        return await self._executor.fetch(statement, *args)

    async def row(self, statement: Statement, *args: object) -> Row | None:
        """Return the first row, or nothing."""
        return await self._executor.fetchrow(statement, *args)

    async def value(self, statement: Statement, *args: object) -> Any:  # noqa: ANN401 - the column decides
        """Return the first column of the first row, or nothing."""
        return await self._executor.fetchval(statement, *args)

    async def objects(self, statements: Mapping[str, Statement], *args: object) -> dict[str, object]:
        """Return by name what these statements find, each in one JSON column: what a person's export is made of."""
        return {name: [row[0] for row in await self.rows(statement, *args)] for name, statement in statements.items()}

    def setting(self, kind: type[T]) -> T:
        """Return the settings Struct of this type, as the operator set it."""
        return cast("T", self.house.settings[kind])

    def port(self, kind: type[T]) -> T:
        """Return the one object that fills this port."""
        return cast("T", self.house.ports[kind][0])

    def ports(self, kind: type[T]) -> tuple[T, ...]:
        """Return every object that fills this port, lowest storey first; empty while nobody does."""
        return cast("tuple[T, ...]", self.house.ports.get(kind, ()))


class Tx(Read):
    """One command's transaction. Events, tasks, hints and audit lines are buffered and written just before the commit."""

    def __init__(self, connection: Executor, house: House, actor: Actor, facts: Facts) -> None:
        """Begin with nothing locked, nothing posted, nothing to say."""
        super().__init__(connection, house)
        self.actor = actor
        self.facts = facts
        self.has_posted = False
        self.events: list[Event] = []
        self.queued: list[Queued] = []
        self.hints: list[Hint] = []
        self.audits: list[AuditEntry] = []
        self._rank: tuple[int, int] = (0, 0)
        self._rank_holder = ""

    async def run(self, statement: Statement, *args: object) -> int:
        """Run a statement that writes; return how many rows it touched."""
        status = await self._executor.execute(statement, *args)
        count = status.rsplit(" ", 1)[-1]
        return int(count) if count.isdigit() else 0

    def publish(self, event: Event) -> None:
        """Say that something has happened: outbox row and one delivery per subscriber, with this commit."""
        self.events.append(event)

    def enqueue(self, task: Task, *, at: datetime | None = None, key: str | None = None) -> None:
        """Put work aside until business time `at` (None: now). Of one name, a `key` waits at most once, and runs one at a time."""
        self.queued.append(Queued(task=task, at=at, key=key))

    def hint(self, room: str, name: str, **ids: UUID | str | int) -> None:
        """Send a live hint to a room after the commit."""
        self.hints.append(Hint(room, name, {key: str(value) for key, value in ids.items()}))

    def audit(self, action: str, subject: Subject, before: object = None, after: object = None, reason: str | None = None) -> None:
        """Append a line to the audit trail, with actor, login, request id and address."""
        self.audits.append(AuditEntry(action=action, subject=subject, before=before, after=after, reason=reason or self.actor.reason))

    def enter(self, rank: int, step: int, holder: str) -> None:
        """Note that a lock of this rank is taken now; in sandbox mode refuse a rank that falls."""
        if self.house.config.is_sandbox and (rank, step) < self._rank:
            raise LockOrderError(f"{holder} locks at {rank}.{step} after {self._rank_holder} locked at {self._rank[0]}.{self._rank[1]}")
        if (rank, step) > self._rank:
            self._rank, self._rank_holder = (rank, step), holder

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """Run the body so that an exception undoes its rows, events, tasks, hints, audit lines, rank and posting, and goes on out."""
        before = (len(self.events), len(self.queued), len(self.hints), len(self.audits), self._rank, self._rank_holder, self.has_posted)
        connection = cast("asyncpg.Connection[Row]", self._executor)
        try:
            async with connection.transaction():
                yield
        except BaseException:
            events, queued, hints, audits, self._rank, self._rank_holder, self.has_posted = before
            del self.events[events:], self.queued[queued:], self.hints[hints:], self.audits[audits:]
            raise


def locks(rank: int, step: int = 0) -> Callable[[Callable[Concatenate[Tx, P], Awaitable[T]]], Callable[Concatenate[Tx, P], Awaitable[T]]]:
    """Declare the rank of a store function that takes row locks; `step` orders nouns inside a rank."""

    def declare(function: Callable[Concatenate[Tx, P], Awaitable[T]]) -> Callable[Concatenate[Tx, P], Awaitable[T]]:
        name = f"{function.__module__}.{getattr(function, '__name__', '?')}"

        @wraps(function)
        async def ranked(tx: Tx, *args: P.args, **kwargs: P.kwargs) -> T:
            tx.enter(rank, step, name)
            return await function(tx, *args, **kwargs)

        ranked.__dict__["lock_rank"] = (rank, step)
        return ranked

    return declare
