"""A tiny context without tables of its own, to try the kernel on: it notes what ran in `kernel.schedule`."""

import asyncio
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks
from skillhall.kernel.events import Event, Task
from skillhall.kernel.module import Job, Module, OutsideJob, Reaction, Schedule, Sweep
from skillhall.kernel.refusals import Conflict, Refused
from skillhall.kernel.work.outside import Outside

NOTE = sql("INSERT INTO kernel.schedule (name, next_at) VALUES ($1, now())")
NOTES = sql("SELECT name FROM kernel.schedule ORDER BY next_at, name")
LOCK = sql("SELECT 1 FROM kernel.schedule WHERE name = $1 FOR NO KEY UPDATE")
DUE = sql("SELECT id, recorded_at AS due_at FROM kernel.file WHERE state = 'stored' AND recorded_at <= $1 ORDER BY recorded_at LIMIT $2")
NEXT_DUE = sql("SELECT min(recorded_at) FROM kernel.file WHERE state = 'stored' AND recorded_at > $1")
CLOSE = sql("UPDATE kernel.file SET state = 'pending' WHERE id = $1 AND state = 'stored'")


class Happened(Event, frozen=True, kw_only=True):
    """Something happened."""

    name: ClassVar[str] = "sample.happened"
    about: ClassVar[tuple[str, str]] = ("thing", "thing_id")
    public: ClassVar[bool] = True
    thing_id: UUID
    number: int = 0


class Note(Task, frozen=True, kw_only=True):
    """Write a note, `fails` times only after failing."""

    name: ClassVar[str] = "sample.note"
    text: str
    fails: bool = False


class Call(Task, frozen=True, kw_only=True):
    """Call somebody, then note it."""

    name: ClassVar[str] = "sample.call"
    text: str


class No(Refused):
    """A plain refusal."""

    code = "sample.no"
    message = "No, {why}."


class Remembered(Conflict):
    """A refusal that keeps what was written."""

    code = "sample.remembered"
    message = "No, and I remember."
    keeps = True


async def note(tx: Tx, text: str) -> None:
    """Write one note; a second of the same text is a unique violation."""
    await tx.run(NOTE, text)


@locks(30, 1)
async def lock_first(tx: Tx, name: str) -> None:
    """Lock a row of the lower rank."""
    await tx.row(LOCK, name)


@locks(70)
async def lock_second(tx: Tx, name: str) -> None:
    """Lock a row of the higher rank."""
    await tx.row(LOCK, name)


async def on_happened(event: Happened, tx: Tx) -> None:
    """Note the number."""
    await note(tx, f"heard {event.number}")


async def on_note(task: Note, tx: Tx) -> None:
    """Note, or fail after noting."""
    await note(tx, task.text)
    if task.fails:
        raise RuntimeError("as asked")


async def on_call(task: Call, outside: Outside) -> None:
    """Pretend to call, then note with the done-mark."""
    await asyncio.sleep(0)
    await outside.finish(lambda tx: note(tx, f"called {task.text}"))


async def close(file_id: UUID, tx: Tx) -> None:
    """Close one row and say so."""
    if await tx.run(CLOSE, file_id):
        await note(tx, f"closed {file_id} at {tx.now:%H:%M}")
        tx.enqueue(Note(text=f"later {file_id}"), at=tx.now + timedelta(minutes=30))


async def tidy(tx: Tx) -> None:
    """Housekeeping."""
    await note(tx, "tidied")


SAMPLE = Module(
    name="kernel",
    storey=0,
    reactions=(Reaction(name="sample.hear", event=Happened, run=on_happened, ordered=True),),
    jobs=(Job(task=Note, run=on_note), OutsideJob(task=Call, run=on_call)),
    sweeps=(Sweep(name="sample.close", due=DUE, next_due=NEXT_DUE, run=close),),
    schedules=(Schedule(name="sample.tidy", every_seconds=60, run=tidy),),
)
