"""Digests in the database: one row per account, channel and due time, however many plan it at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.notifications.model.digest import Period

# Who joins a digest locks its row until the commit: who sends it waits for that, and joining one that is being sent is impossible.
JOIN = sql("""
INSERT INTO notifications.digest AS d (id, account_id, channel, period, due_at)
SELECT p.id, p.account_id, p.channel, p.period, p.due_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[]) AS p (id, account_id, channel, period, due_at)
ORDER BY p.account_id, p.channel, p.due_at
ON CONFLICT (account_id, channel, due_at) DO UPDATE SET period = d.period WHERE d.state = 'waiting'
RETURNING id, account_id, channel, due_at
""")
LOCK = sql("""
SELECT id, account_id, channel, period, state, attempts, due_at, retry_at FROM notifications.digest WHERE id = $1 FOR NO KEY UPDATE
""")
LOCK_WAITING = sql("""
SELECT id, account_id, channel, period, state, attempts, due_at, retry_at FROM notifications.digest
WHERE account_id = $1 AND state = 'waiting' AND due_at > $2 ORDER BY channel, due_at FOR NO KEY UPDATE
""")
REMOVE = sql("DELETE FROM notifications.digest WHERE id = ANY($1)")
BEGIN = sql("""
UPDATE notifications.digest SET state = 'sending', attempts = attempts + 1, retry_at = $2, address = coalesce($3, address) WHERE id = $1
""")
POSTPONE = sql("UPDATE notifications.digest SET retry_at = NULL WHERE id = $1")
END = sql("""
UPDATE notifications.digest SET state = $2, retry_at = $3, sent_at = CASE WHEN $2 = 'sent' THEN $4 ELSE sent_at END WHERE id = $1
""")
BOUNCE = sql("UPDATE notifications.digest SET state = 'bounced' WHERE id = $1 AND state = 'sent'")
UNHEARD = sql("SELECT id FROM notifications.digest WHERE retry_at <= $1 ORDER BY retry_at LIMIT $2")
FORGET_OLD = sql("""
DELETE FROM notifications.digest WHERE id IN (
    SELECT g.id FROM notifications.digest g
    WHERE g.due_at < $1 AND NOT EXISTS (SELECT 1 FROM notifications.delivery d WHERE d.digest_id = g.id)
    ORDER BY g.due_at LIMIT $2)
""")
FORGET = sql("DELETE FROM notifications.digest WHERE account_id = $1")


class Digest(Struct, frozen=True, kw_only=True):
    """A row of `notifications.digest`."""

    id: UUID
    account_id: UUID
    channel: Literal["email", "push"]
    period: Period
    state: str
    attempts: int
    due_at: datetime
    retry_at: datetime | None


class Slot(Struct, frozen=True, kw_only=True):
    """Where a notice wants to wait."""

    account_id: UUID
    channel: str
    period: Period
    due_at: datetime


async def join(tx: Tx, slots: Sequence[Slot]) -> dict[tuple[UUID, str, datetime], tuple[UUID, bool]]:
    """Return the digest of each slot and whether it is new, made now where there is none; one that has left already is missing.

    Takes the rows' locks in the order of accounts, as whoever locks their inboxes before.
    """
    tx.enter(97, 2, "notifications.store.digests.join")
    made = {ids.new(): slot for slot in slots}
    columns = ([getattr(slot, name) for slot in made.values()] for name in ("account_id", "channel", "period", "due_at"))
    rows = await tx.rows(JOIN, list(made), *columns)
    return {(row["account_id"], row["channel"], row["due_at"]): (row["id"], row["id"] in made) for row in rows}


@locks(97, 2)
async def lock_digest(tx: Tx, digest_id: UUID) -> Digest | None:
    """Lock a digest, or return nothing when its account is gone."""
    row = await tx.row(LOCK, digest_id)
    return None if row is None else msgspec.convert(dict(row), Digest)


@locks(97, 2)
async def lock_waiting(tx: Tx, account_id: UUID) -> list[Digest]:
    """Lock the digests of an account whose time has not come."""
    return [msgspec.convert(dict(row), Digest) for row in await tx.rows(LOCK_WAITING, account_id, tx.now)]


async def remove(tx: Tx, digest_ids: Sequence[UUID]) -> None:
    """Take away locked digests that carry nothing."""
    await tx.run(REMOVE, list(digest_ids))


async def begin(tx: Tx, digest_id: UUID, retry_at: datetime, address: bytes | None) -> None:
    """Close it and count an attempt that is made now."""
    await tx.run(BEGIN, digest_id, retry_at, address)


async def postpone(tx: Tx, digest_id: UUID) -> None:
    """Let it wait for a task of its own: no attempt is under way, nor to be made again."""
    await tx.run(POSTPONE, digest_id)


async def end(tx: Tx, digest_id: UUID, state: str, retry_at: datetime | None = None) -> None:
    """Write how an attempt ended."""
    await tx.run(END, digest_id, state, retry_at, tx.now)


async def bounce(tx: Tx, digest_id: UUID) -> None:
    """Note that it has come back."""
    await tx.run(BOUNCE, digest_id)


async def unheard(read: Read, wall: datetime, limit: int) -> list[UUID]:
    """Return digests to be tried again."""
    return [row["id"] for row in await read.rows(UNHEARD, wall, limit)]


async def forget_old(tx: Tx, before: datetime, limit: int) -> None:
    """Delete digests that were due before then and whose notices are gone."""
    await tx.run(FORGET_OLD, before, limit)


async def forget(tx: Tx, account_id: UUID) -> None:
    """Delete the digests of an account without deliveries."""
    await tx.run(FORGET, account_id)
