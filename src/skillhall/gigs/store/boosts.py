"""Boosts in the database. The lock of the project guards those of one project."""

from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks

LOCK = sql("SELECT id FROM gigs.project WHERE id = $1 FOR NO KEY UPDATE")
# What is bought while the same kind runs begins when that ends.
INSERT = sql("""
INSERT INTO gigs.boost (id, project_id, account_id, kind, starts_at, ends_at, created_at)
SELECT $1, $2, $3, $4, f.starts_at, f.starts_at + $5::interval, $6
FROM (SELECT greatest($6::timestamptz, (SELECT max(b.ends_at) FROM gigs.boost b
    WHERE b.project_id = $2 AND b.kind = $4 AND b.ended_at IS NULL)) AS starts_at) f
ON CONFLICT (id) DO NOTHING
""")
# Those of its kind that come later move up by what is left of it.
REVOKE = sql("""
WITH gone AS (
    UPDATE gigs.boost SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL
    RETURNING project_id, kind, ends_at, ends_at - greatest(starts_at, $2::timestamptz) AS rest)
UPDATE gigs.boost b SET starts_at = b.starts_at - gone.rest, ends_at = b.ends_at - gone.rest
FROM gone WHERE b.project_id = gone.project_id AND b.kind = gone.kind AND b.ended_at IS NULL AND b.starts_at >= gone.ends_at AND b.id <> $1
""")
# What was left of it, from now or from the end of the last of its kind.
RESTORE = sql("""
UPDATE gigs.boost b SET starts_at = f.starts_at, ends_at = f.starts_at + (b.ends_at - greatest(b.starts_at, b.ended_at)), ended_at = NULL
FROM (SELECT greatest($2::timestamptz, max(o.ends_at) FILTER (WHERE o.ended_at IS NULL)) AS starts_at
    FROM gigs.boost me JOIN gigs.boost o USING (project_id, kind) WHERE me.id = $1) f
WHERE b.id = $1 AND b.ended_at < b.ends_at
""")
END = sql("UPDATE gigs.boost SET ended_at = ends_at WHERE project_id = $1 AND ended_at IS NULL AND ends_at <= $2")
SHOW = sql("""
UPDATE gigs.project p SET boost = b.kind, boosted_until = b.until
FROM (SELECT 1) one LEFT JOIN LATERAL (
    SELECT x.kind, max(x.ends_at) AS until FROM gigs.boost x WHERE x.project_id = $1 AND x.ended_at IS NULL GROUP BY x.kind
    ORDER BY array_position(ARRAY['featured', 'premium', 'standard'], x.kind) LIMIT 1) b ON true
WHERE p.id = $1 AND (p.boost, p.boosted_until) IS DISTINCT FROM (b.kind, b.until)
""")
PROJECT_OF = sql("SELECT project_id FROM gigs.boost WHERE id = $1")
DUE = sql("SELECT id, ends_at AS due_at FROM gigs.boost WHERE ended_at IS NULL AND ends_at <= $1 ORDER BY ends_at LIMIT $2")
NEXT_DUE = sql("SELECT min(ends_at) FROM gigs.boost WHERE ended_at IS NULL AND ends_at > $1")


class Boost(Struct, frozen=True, kw_only=True):
    """What somebody has paid for, by the id of the purchase."""

    id: UUID
    project_id: UUID
    account_id: UUID
    kind: str
    runs: timedelta


@locks(30, 1)
async def begin(tx: Tx, one: Boost) -> None:
    """Let a boost run from now, or from the end of the one of its kind; once, however often it is told."""
    await tx.row(LOCK, one.project_id)
    await tx.run(INSERT, one.id, one.project_id, one.account_id, one.kind, one.runs, tx.now)
    await tx.run(SHOW, one.project_id)


@locks(30, 1)
async def revoke(tx: Tx, boost_id: UUID, project_id: UUID) -> None:
    """End a boost now; nothing when it has ended."""
    await tx.row(LOCK, project_id)
    await tx.run(REVOKE, boost_id, tx.now)
    await tx.run(SHOW, project_id)


@locks(30, 1)
async def restore(tx: Tx, boost_id: UUID, project_id: UUID) -> None:
    """Let a boost that was ended early run for the rest of its time; nothing when it runs, or has run all of it."""
    await tx.row(LOCK, project_id)
    await tx.run(RESTORE, boost_id, tx.now)
    await tx.run(SHOW, project_id)


@locks(30, 1)
async def end_due(tx: Tx, boost_id: UUID) -> None:
    """End what has run its time, and let the project stand by what is left."""
    project_id: UUID | None = await tx.value(PROJECT_OF, boost_id)
    if project_id is not None:
        await tx.row(LOCK, project_id)
        await tx.run(END, project_id, tx.now)
        await tx.run(SHOW, project_id)
