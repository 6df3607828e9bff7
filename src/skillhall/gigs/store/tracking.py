"""Timers and work sessions in the database. A partial unique index lets one of a person's run."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.gigs.model.tracking import EntryState, TimeEntry, TimeEntryNotFound
from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks

START = sql("""
WITH begun AS (
    INSERT INTO gigs.time_span (id, entry_id, account_id, started_at) VALUES ($1, $2, $3, $8)
    ON CONFLICT (account_id) WHERE ended_at IS NULL DO NOTHING RETURNING entry_id)
INSERT INTO gigs.time_entry (id, account_id, project_id, task_id, agreement_id, note, started_at)
SELECT entry_id, $3, $4, $5, $6, $7, $8 FROM begun
""")
RESUME = sql("""
INSERT INTO gigs.time_span (id, entry_id, account_id, started_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (account_id) WHERE ended_at IS NULL DO NOTHING
""")
END = sql("UPDATE gigs.time_entry SET ended_at = greatest($2, started_at) WHERE id = $1 AND ended_at IS NULL")
# The clocks of several machines differ by moments: what runs into what is counted already begins where that ended.
CLOSE_SPAN = sql("""
UPDATE gigs.time_span s SET started_at = w.since, ended_at = greatest($2, w.since) FROM (
    SELECT r.id, greatest(r.started_at, (SELECT max(o.ended_at) FROM gigs.time_span o WHERE o.account_id = r.account_id)) AS since
    FROM gigs.time_span r WHERE r.entry_id = $1 AND r.ended_at IS NULL) w
WHERE s.id = w.id
""")
LOCK = sql("SELECT id FROM gigs.time_entry WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE")
ENTRIES = sql("""
SELECT e.id, e.account_id, e.project_id, e.task_id, e.agreement_id, e.started_at, e.ended_at,
    (SELECT s.started_at FROM gigs.time_span s WHERE s.entry_id = e.id AND s.ended_at IS NULL) AS running_since
FROM gigs.time_entry e WHERE e.id = ANY($1)
""")
RUNNING = sql("SELECT entry_id FROM gigs.time_span WHERE account_id = $1 AND ended_at IS NULL")
ACTIVE = sql("""
SELECT e.id FROM gigs.time_entry e WHERE e.account_id = $1 AND e.ended_at IS NULL
ORDER BY EXISTS (SELECT FROM gigs.time_span s WHERE s.entry_id = e.id AND s.ended_at IS NULL) DESC, e.started_at DESC, e.id DESC LIMIT 1
""")
OPEN_ON_TASKS = sql("SELECT id FROM gigs.time_entry WHERE task_id = ANY($1) AND ended_at IS NULL")
OPEN_IN_PROJECT = sql("SELECT id FROM gigs.time_entry WHERE project_id = $1 AND account_id = $2 AND ended_at IS NULL")
AGREEMENT = sql("SELECT id, project_id, worker_id, state FROM gigs.agreement WHERE id = $1")
AGREEMENT_OF = sql("""
SELECT id FROM gigs.agreement WHERE project_id = $1 AND worker_id = $2 AND state IN ('active', 'pending_review') AND closed_at IS NULL
""")


async def start(tx: Tx, account_id: UUID, project_id: UUID, task_id: UUID | None, agreement_id: UUID | None, note: str) -> UUID | None:
    """Begin to count now and return the entry; nothing when something of this person's runs already."""
    entry_id = ids.new()
    begun = await tx.run(START, ids.new(), entry_id, account_id, project_id, task_id, agreement_id, note, tx.now)
    return entry_id if begun else None


async def resume(tx: Tx, found: TimeEntry) -> bool:
    """Count a locked, paused entry again from now; False while something else of this person's runs."""
    return await tx.run(RESUME, ids.new(), found.id, found.account_id, tx.now) == 1


async def rest(tx: Tx, found: TimeEntry, state: EntryState, at: datetime) -> None:
    """Pause or end a locked entry; what runs is counted until `at`."""
    await tx.run(CLOSE_SPAN, found.id, at)
    if state is EntryState.ENDED:
        await tx.run(END, found.id, at)


@locks(30, 8)
async def lock_entry(tx: Tx, entry_id: UUID, account_id: UUID) -> TimeEntry:
    """Lock an entry of this person's, or refuse."""
    await tx.rows(LOCK, [entry_id])
    found = await entry(tx, entry_id)
    if found.account_id != account_id:
        raise TimeEntryNotFound
    return found


async def entry(read: Read, entry_id: UUID) -> TimeEntry:
    """Return an entry as it is now, or refuse."""
    row = await read.row(ENTRIES, [entry_id])
    if row is None:
        raise TimeEntryNotFound
    return _entry(row)


async def running(read: Read, account_id: UUID) -> UUID | None:
    """Return what runs of this person's."""
    return await read.value(RUNNING, account_id)


async def active(read: Read, account_id: UUID) -> UUID | None:
    """Return what runs of this person's, or else what was begun last and not ended."""
    return await read.value(ACTIVE, account_id)


async def end_on_tasks(tx: Tx, task_ids: Sequence[UUID]) -> None:
    """End whatever runs or is paused on these tasks; their projects are locked, so nothing new begins."""
    await _end(tx, [row["id"] for row in await tx.rows(OPEN_ON_TASKS, list(task_ids))])


async def end_in_project(tx: Tx, project_id: UUID, account_id: UUID) -> None:
    """End whatever somebody has running or paused in a locked project."""
    await _end(tx, [row["id"] for row in await tx.rows(OPEN_IN_PROJECT, project_id, account_id)])


async def agreement(read: Read, agreement_id: UUID) -> Row | None:
    """Return project, worker and state of an agreement."""
    return await read.row(AGREEMENT, agreement_id)


async def agreement_of(read: Read, project_id: UUID, worker_id: UUID) -> UUID | None:
    """Return the agreement under which this person works on a project now."""
    return await read.value(AGREEMENT_OF, project_id, worker_id)


@locks(30, 8)
async def _end(tx: Tx, entry_ids: Sequence[UUID]) -> None:
    if not entry_ids:
        return
    await tx.rows(LOCK, list(entry_ids))
    for row in await tx.rows(ENTRIES, list(entry_ids)):
        await rest(tx, _entry(row), EntryState.ENDED, tx.now)


def _entry(row: Row) -> TimeEntry:
    return msgspec.convert(dict(row), TimeEntry)
