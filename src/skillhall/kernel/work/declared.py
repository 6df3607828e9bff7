"""What a context declares of its background work: reactions, jobs, sweeps, schedules."""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import Statement
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.events import Event, Task
from skillhall.kernel.work.outside import Outside


class Reaction(Struct, frozen=True, kw_only=True):
    """What a context does when something has happened: `run(event, tx)`; its effect and its done-mark commit together.

    `name` is "context.what_it_does". `ordered` delivers the events of one subject one after the other.
    """

    name: str
    event: type[Event]
    run: Callable[[Any, Tx], Awaitable[None]]
    ordered: bool = False


class Job(Struct, frozen=True, kw_only=True):
    """Work put aside by `tx.enqueue(task, at=…)`: `run(task, tx)`, effective exactly once."""

    task: type[Task]
    run: Callable[[Any, Tx], Awaitable[None]]


class OutsideJob(Struct, frozen=True, kw_only=True):
    """Work that calls an outside party: `run(task, outside)`, at least once; `outside.finish` carries the done-mark."""

    task: type[Task]
    run: Callable[[Any, Outside], Awaitable[None]]


class Sweep(Struct, frozen=True, kw_only=True):
    """What happens when time has passed, derived from rows instead of from timers.

    `due` selects `(id uuid, due_at timestamptz)` of up to $2 rows due at or before business time $1, earliest first;
    `next_due` selects the earliest due time later than $1 (or null): the clock steps there, past rows that failed and are still due.
    `run(id, tx)` acts on one row in a transaction of its own and does nothing when somebody was faster.
    """

    name: str
    due: Statement
    next_due: Statement
    run: Callable[[Any, Tx], Awaitable[None]]


class Schedule(Struct, frozen=True, kw_only=True):
    """Housekeeping every so many wall-clock seconds, by one worker among many: `run(tx)`."""

    name: str
    every_seconds: int
    run: Callable[[Tx], Awaitable[None]]


def actor_of(name: str) -> Actor:
    """Return as whom work of this name runs: its context."""
    return Actor.of(name.split(".", 1)[0], name)


Receiver = Reaction | Job | OutsideJob | Sweep


def name_of(receiver: Receiver) -> str:
    """Return the name its deliveries carry."""
    return receiver.task.name if isinstance(receiver, Job | OutsideJob) else receiver.name
