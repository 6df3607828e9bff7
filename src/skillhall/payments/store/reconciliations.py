"""Reconciliations, the lines of statements, and differences in the database."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.payments.model.reconciling import MOVEMENT, Difference, Findings, Line
from skillhall.payments.ports import Movement

LOCK_BOOKS = sql("SELECT pg_advisory_xact_lock(hashtextextended('payments.reconcile:' || $1::text, 15))")
BEGIN = sql("""
INSERT INTO payments.reconciliation AS r (id, provider, day, state, started_at) VALUES ($1, $2, $3, 'running', $4)
ON CONFLICT (provider, day) DO UPDATE SET state = 'running', started_at = excluded.started_at, finished_at = NULL, error = '',
    runs = r.runs + 1
RETURNING id
""")
FAIL = sql("UPDATE payments.reconciliation SET state = 'failed', finished_at = $2, error = $3, is_clean = false WHERE id = $1")
FINISH = sql("""
UPDATE payments.reconciliation SET state = 'done', finished_at = $2, is_clean = $3, totals = $4,
    movements = (SELECT count(*) FROM payments.movement m
        WHERE m.provider = reconciliation.provider
          AND m.at >= reconciliation.day::timestamp AT TIME ZONE 'UTC' AND m.at < (reconciliation.day + 1)::timestamp AT TIME ZONE 'UTC')
WHERE id = $1
""")
KEEP = sql("""
INSERT INTO payments.movement (id, provider, number, kind, amount, fee, asset, ref, our_id, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (provider, number) DO NOTHING
""")
UNEXPLAINED = sql("""
SELECT id, provider, number, kind, amount, fee, asset, ref, our_id, at, about_kind, about_id
FROM payments.movement WHERE provider = $1 AND about_id IS NULL ORDER BY at, number
""")
LOCK_LINE = sql("""
SELECT id, provider, number, kind, amount, fee, asset, ref, our_id, at, about_kind, about_id
FROM payments.movement WHERE id = $1 FOR NO KEY UPDATE
""")
EXPLAIN = sql("UPDATE payments.movement SET about_kind = $2, about_id = $3, error = '' WHERE id = $1")
NOTE_ERROR = sql("UPDATE payments.movement SET error = $2 WHERE id = $1 AND about_id IS NULL")
MENDED = sql("""
INSERT INTO payments.difference (id, reconciliation_id, provider, asset, cause, about_kind, about_id, booked, stated, note, found_at,
    closed_at)
SELECT $1, $2, r.provider, $3, $4, $5, $6, $7, $8, $9, $10, $10 FROM payments.reconciliation r WHERE r.id = $2
""")
OPEN = sql("""
INSERT INTO payments.difference (id, reconciliation_id, provider, asset, cause, about_kind, about_id, booked, stated, note, found_at)
SELECT $1, $2, r.provider, $3, $4, $5, $6, $7, $8, $9, $10 FROM payments.reconciliation r WHERE r.id = $2
ON CONFLICT (provider, about_id, asset) WHERE closed_at IS NULL DO UPDATE SET reconciliation_id = excluded.reconciliation_id,
    cause = excluded.cause, booked = excluded.booked, stated = excluded.stated, note = excluded.note
""")
CLOSE = sql("""
UPDATE payments.difference d SET closed_at = $4
FROM payments.reconciliation r, unnest($2::uuid[], $3::text[]) AS gone (about_id, asset)
WHERE r.id = $1 AND d.provider = r.provider AND d.closed_at IS NULL AND d.about_id = gone.about_id AND d.asset = gone.asset
""")


@locks(15)
async def lock_books(tx: Tx, provider: str) -> None:
    """Let nobody else compare this provider until this transaction has ended."""
    await tx.value(LOCK_BOOKS, provider)


async def begin(tx: Tx, provider: str, day: date) -> UUID:
    """Note that this day is compared, or compared anew."""
    return await tx.value(BEGIN, ids.new(), provider, day, tx.wall)


async def keep_lines(tx: Tx, provider: str, movements: Sequence[Movement]) -> None:
    """Store the lines of a statement; those that are known stay as they are."""
    for one in sorted(movements, key=lambda one: one.id):
        line_id = derived(MOVEMENT, provider, one.id)
        await tx.run(KEEP, line_id, provider, one.id, one.kind, one.amount, one.fee, one.asset, one.ref, one.our_id, one.at)


async def unexplained_lines(read: Read, provider: str) -> list[Line]:
    """Return the lines of a provider that belong to nothing yet, the oldest first."""
    return [msgspec.convert(dict(row), Line) for row in await read.rows(UNEXPLAINED, provider)]


@locks(15)
async def lock_line(tx: Tx, line_id: UUID) -> Line:
    """Lock a line, which there is."""
    rows = await tx.rows(LOCK_LINE, line_id)
    return msgspec.convert(dict(rows[0]), Line)


async def explain_line(tx: Tx, line_id: UUID, about: Subject) -> None:
    """Note what a line belongs to."""
    await tx.run(EXPLAIN, line_id, about.kind, about.id)


async def note_error(tx: Tx, line_id: UUID, error: str) -> None:
    """Note why a line could not be applied."""
    await tx.run(NOTE_ERROR, line_id, error[:500])


async def insert_mended(tx: Tx, reconciliation_id: UUID, one: Difference) -> None:
    """Note a difference that is none any more."""
    await tx.run(
        MENDED, ids.new(), reconciliation_id, one.asset, one.cause, one.about.kind, one.about.id, one.booked, one.stated, one.note, tx.wall
    )


async def fail(tx: Tx, reconciliation_id: UUID, error: str) -> None:
    """Note that there was no statement to compare with."""
    await tx.run(FAIL, reconciliation_id, tx.wall, error[:500])


async def finish(tx: Tx, reconciliation_id: UUID, found: Findings) -> None:
    """Store what was found: differences that are there still, or again, are open, the others closed."""
    differing = {(one.about.id, one.asset) for one in found.differences}
    agreeing = [(about.id, asset) for about, asset in found.compared if (about.id, asset) not in differing]
    await tx.run(CLOSE, reconciliation_id, [one for one, _ in agreeing], [asset for _, asset in agreeing], tx.wall)
    for one in sorted(found.differences, key=lambda one: (one.about.id, one.asset)):
        await tx.run(
            OPEN,
            ids.new(),
            reconciliation_id,
            one.asset,
            one.cause,
            one.about.kind,
            one.about.id,
            one.booked,
            one.stated,
            one.note,
            tx.wall,
        )
    await tx.run(FINISH, reconciliation_id, tx.wall, found.is_clean, found.totals)
