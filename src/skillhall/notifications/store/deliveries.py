"""Deliveries in the database: one row per notice and channel that leaves the hall."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.notifications.model.delivery import Delivery, Outward
from skillhall.notifications.store import digests, push

PLAN = sql("""
INSERT INTO notifications.delivery (id, notice_id, account_id, channel, state, digest_id, due_at)
SELECT p.id, p.notice_id, p.account_id, p.channel, CASE WHEN p.digest_id IS NULL THEN 'pending' ELSE 'waiting_digest' END, p.digest_id,
    p.due_at
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::timestamptz[])
    AS p (id, notice_id, account_id, channel, digest_id, due_at)
ON CONFLICT (notice_id, channel) DO NOTHING RETURNING id
""")
LOCK = sql("""
SELECT id, notice_id, account_id, channel, state, reason, attempts, digest_id, due_at, retry_at, reached
FROM notifications.delivery WHERE id = $1 FOR NO KEY UPDATE
""")
LOCK_OF_DIGEST = sql("""
SELECT id, notice_id, account_id, channel, state, reason, attempts, digest_id, due_at, retry_at, reached
FROM notifications.delivery WHERE digest_id = $1 AND state = 'waiting_digest' ORDER BY id FOR NO KEY UPDATE
""")
BEGIN = sql("UPDATE notifications.delivery SET attempts = attempts + 1, retry_at = $2, address = coalesce($3, address) WHERE id = $1")
POSTPONE = sql("UPDATE notifications.delivery SET due_at = $2, retry_at = NULL WHERE id = $1")
END = sql("""
UPDATE notifications.delivery SET state = $2, reason = $3, retry_at = $4, sent_at = CASE WHEN $2 = 'sent' THEN $5 ELSE sent_at END,
    reached = reached || $6::uuid[]
WHERE id = $1
""")
END_MANY = sql("""
UPDATE notifications.delivery SET state = $2, reason = $3, sent_at = CASE WHEN $2 = 'sent' THEN $4 ELSE sent_at END WHERE id = ANY($1)
""")
MOVE = sql("""
UPDATE notifications.delivery d SET digest_id = m.to_id, due_at = m.due_at
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS m (from_id, to_id, due_at) WHERE d.digest_id = m.from_id
""")
UNHEARD = sql("SELECT id FROM notifications.delivery WHERE retry_at <= $1 ORDER BY retry_at LIMIT $2")
FIND_SENT = sql("""
SELECT d.id, d.notice_id, n.path, d.sent_at IS NOT NULL AS has_left
FROM notifications.delivery d JOIN notifications.notice n ON n.id = d.notice_id
WHERE d.id = $1 OR d.digest_id = $1
""")
TRACK = sql("""
UPDATE notifications.delivery SET opened_at = coalesce(opened_at, $2), clicked_at = CASE WHEN $3 = 'clicked' THEN coalesce(clicked_at, $2)
        ELSE clicked_at END,
    state = CASE WHEN $3 = 'clicked' AND state IN ('sent', 'delivered', 'opened') THEN 'clicked'
        WHEN state IN ('sent', 'delivered') THEN 'opened' ELSE state END
WHERE id = ANY($1)
""")
TRACK_NOTICE = sql("""
UPDATE notifications.notice SET opened_at = coalesce(opened_at, $2),
    clicked_at = CASE WHEN $3 = 'clicked' THEN coalesce(clicked_at, $2) ELSE clicked_at END
WHERE id = ANY($1)
""")
ARRIVED = sql(
    "UPDATE notifications.delivery SET state = 'delivered', delivered_at = $2 WHERE (id = $1 OR digest_id = $1) AND state = 'sent'"
)
BOUNCE = sql("""
UPDATE notifications.delivery SET state = 'bounced', reason = $2
WHERE (id = $1 OR digest_id = $1) AND channel = 'email' AND state IN ('sent', 'delivered', 'opened', 'clicked')
""")
ADDRESS_OF = sql("""
SELECT address FROM notifications.delivery WHERE id = $1 AND channel = 'email'
UNION ALL SELECT address FROM notifications.digest WHERE id = $1 AND channel = 'email'
""")
TYPES_OF_DIGEST = sql("""
SELECT DISTINCT n.type FROM notifications.delivery d JOIN notifications.notice n ON n.id = d.notice_id
WHERE d.digest_id = $2 AND d.account_id = $1
""")
FORGET = sql("""
DELETE FROM notifications.delivery WHERE id IN (SELECT id FROM notifications.delivery WHERE account_id = $1 ORDER BY id LIMIT $2)
""")


class Planned(Struct, frozen=True, kw_only=True):
    """A delivery to be stored; with a digest it waits for that."""

    id: UUID
    notice_id: UUID
    account_id: UUID
    channel: Outward
    due_at: datetime
    digest_id: UUID | None = None


class Sent(Struct, frozen=True, kw_only=True):
    """Something a message carried, where its notice leads, and whether it is known to have left."""

    id: UUID
    notice_id: UUID
    path: str
    has_left: bool


async def insert_planned(tx: Tx, planned: Sequence[Planned]) -> set[UUID]:
    """Store what is new of these; return its ids."""
    columns = ([getattr(one, name) for one in planned] for name in ("id", "notice_id", "account_id", "channel", "digest_id", "due_at"))
    return {row["id"] for row in await tx.rows(PLAN, *columns)}


@locks(97, 3)
async def lock_delivery(tx: Tx, delivery_id: UUID) -> Delivery | None:
    """Lock one delivery, or return nothing when its notice is gone."""
    row = await tx.row(LOCK, delivery_id)
    return None if row is None else msgspec.convert(dict(row), Delivery)


@locks(97, 3)
async def lock_waiting(tx: Tx, digest_id: UUID) -> list[Delivery]:
    """Lock what waits for a digest, oldest first."""
    return [msgspec.convert(dict(row), Delivery) for row in await tx.rows(LOCK_OF_DIGEST, digest_id)]


@locks(97, 3)
async def move(tx: Tx, digests_of: Mapping[UUID, tuple[UUID, datetime]]) -> None:
    """Put what these locked digests carry into others: by digest the one to go with, and when that is due."""
    await tx.run(MOVE, list(digests_of), [one for one, _ in digests_of.values()], [due_at for _, due_at in digests_of.values()])


async def begin(tx: Tx, delivery_id: UUID, retry_at: datetime, address: bytes | None) -> None:
    """Count an attempt that is made now; nobody hearing of it, it is made again at `retry_at` (wall)."""
    await tx.run(BEGIN, delivery_id, retry_at, address)


async def postpone(tx: Tx, delivery_id: UUID, due_at: datetime) -> None:
    """Let it wait until then (business time)."""
    await tx.run(POSTPONE, delivery_id, due_at)


async def end(
    tx: Tx, delivery_id: UUID, state: str, reason: str | None, retry_at: datetime | None = None, reached: Sequence[UUID] = ()
) -> None:
    """Write how an attempt ended, or that there is none to make."""
    await tx.run(END, delivery_id, state, reason, retry_at, tx.now, list(reached))


async def end_many(tx: Tx, delivery_ids: Sequence[UUID], state: str, reason: str | None) -> None:
    """Write how these ended, which went in one message."""
    await tx.run(END_MANY, list(delivery_ids), state, reason, tx.now)


async def unheard(read: Read, wall: datetime, limit: int) -> list[UUID]:
    """Return deliveries to be tried again."""
    return [row["id"] for row in await read.rows(UNHEARD, wall, limit)]


async def find_sent(read: Read, message_id: UUID) -> list[Sent]:
    """Return what a message carries: one delivery, or those of a digest. A reader may be faster than the record of its sending."""
    return [Sent(**row) for row in await read.rows(FIND_SENT, message_id)]


async def track(tx: Tx, sent: Sequence[Sent], what: Literal["opened", "clicked"]) -> None:
    """Note that somebody has opened what of these has left, or followed its link; the first time counts."""
    left = [one for one in sent if one.has_left]
    await tx.run(TRACK_NOTICE, [one.notice_id for one in left], tx.now, what)
    await tx.run(TRACK, [one.id for one in left], tx.now, what)


async def arrived(tx: Tx, message_id: UUID) -> int:
    """Note that a message is in its mailbox."""
    return await tx.run(ARRIVED, message_id, tx.now)


async def bounce(tx: Tx, message_id: UUID, reason: str) -> int:
    """Note that a message has come back; return how many deliveries it carried."""
    return await tx.run(BOUNCE, message_id, reason)


async def find_address(read: Read, message_id: UUID) -> bytes | None:
    """Return the hash of the address a message went to."""
    return await read.value(ADDRESS_OF, message_id)


async def types_of_digest(read: Read, account_id: UUID, digest_id: UUID) -> list[str]:
    """Return the types of notices that a digest of this account carried."""
    return [row["type"] for row in await read.rows(TYPES_OF_DIGEST, account_id, digest_id)]


async def forget(tx: Tx, account_id: UUID, limit: int) -> bool:
    """Delete up to `limit` deliveries of an account, then its digests and browsers; return whether nothing is left."""
    if await tx.run(FORGET, account_id, limit) == limit:
        return False
    await digests.forget(tx, account_id)
    await push.erase_push(tx, account_id)
    return True
