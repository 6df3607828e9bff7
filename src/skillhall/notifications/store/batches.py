"""Batches in the database."""

from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks
from skillhall.notifications.model.batch import Batch, batch_of
from skillhall.notifications.model.refusals import BatchNotFound

INSERT = sql("""
INSERT INTO notifications.batch (id, type, audience, words, path, priority, channels, data, state, at, expires_at, created_by, created_at,
    started_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
""")
LOCK = sql("""
SELECT id, type, audience, words, path, priority, channels, data, state, at, expires_at, created_by, created_at, started_at, finished_at,
    last_account_id, reached, sent, withdrawn
FROM notifications.batch WHERE id = $1 FOR NO KEY UPDATE
""")
UPDATE = sql("""
UPDATE notifications.batch SET state = $2, started_at = $3, finished_at = $4, last_account_id = $5, reached = $6, sent = $7, withdrawn = $8
WHERE id = $1
""")
TOLD = sql("""
SELECT DISTINCT account_id FROM notifications.notice WHERE batch_id = $1 AND ($2::uuid IS NULL OR account_id > $2)
ORDER BY account_id LIMIT $3
""")


async def insert(tx: Tx, batch: Batch) -> None:
    """Store a new batch."""
    await tx.run(
        INSERT, batch.id, batch.type, msgspec.to_builtins(batch.audience), msgspec.to_builtins(batch.words), batch.path, batch.priority,
        None if batch.channels is None else list(batch.channels), batch.data, batch.state, batch.at, batch.expires_at, batch.created_by,
        batch.created_at, batch.started_at,
    )  # fmt: skip


@locks(96, 0)
async def lock_batch(tx: Tx, batch_id: UUID) -> Batch:
    """Lock a batch: one goes on with it at a time."""
    row = await tx.row(LOCK, batch_id)
    if row is None:
        raise BatchNotFound(batch_id=batch_id)
    return batch_of(dict(row))


async def update(tx: Tx, batch: Batch) -> None:
    """Write how far a locked batch has come."""
    await tx.run(
        UPDATE, batch.id, batch.state, batch.started_at, batch.finished_at, batch.last_account_id, batch.reached, batch.sent,
        batch.withdrawn,
    )  # fmt: skip


async def told(tx: Tx, batch_id: UUID, after: UUID | None, limit: int) -> list[UUID]:
    """Return the next accounts that a batch has told, in their order."""
    return [row["account_id"] for row in await tx.rows(TOLD, batch_id, after, limit)]
