"""Devices that are connected now: one row each, told to stay every 30 seconds of wall time."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks

SILENT_AFTER: Final = timedelta(seconds=90)
"""A device that has missed three of its signs of life is gone, whatever became of its process."""
TOLD: Final = 50
"""How many people a change of presence is told at once; the others see it when they look."""

LOCK = sql("SELECT id FROM messaging.device WHERE account_id = ANY($1) ORDER BY id FOR UPDATE")
KEEP = sql("""
INSERT INTO messaging.device (id, account_id, seen_at)
SELECT id, account_id, $3 FROM unnest($1::uuid[], $2::uuid[]) given (id, account_id) ORDER BY id
ON CONFLICT (id) DO UPDATE SET seen_at = greatest(messaging.device.seen_at, excluded.seen_at)
""")
REMOVE = sql("DELETE FROM messaging.device WHERE id = $1 AND account_id = $2")
PRESENT = sql("SELECT DISTINCT account_id FROM messaging.device WHERE account_id = ANY($1) AND seen_at > $2")
FORGET = sql("""
WITH silent AS (
    DELETE FROM messaging.device WHERE id IN (
        SELECT id FROM messaging.device WHERE seen_at <= $1 ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED)
    RETURNING id, account_id)
SELECT DISTINCT s.account_id FROM silent s
WHERE NOT EXISTS (SELECT FROM messaging.device d WHERE d.account_id = s.account_id AND d.seen_at > $1)
""")
WATCHING = sql("""
SELECT known.account_id FROM (
    SELECT other.account_id, c.last_message_at AS at FROM messaging.participant own
    JOIN messaging.conversation c ON c.id = own.conversation_id AND c.deleted_at IS NULL
    JOIN messaging.participant other ON other.conversation_id = c.id AND other.account_id <> own.account_id AND other.left_at IS NULL
    WHERE own.account_id = $1 AND own.left_at IS NULL AND (own.has_written OR c.kind IN ('session', 'project'))
    UNION ALL
    SELECT k.other_account_id, k.connected_at FROM connections.public_connection k
    WHERE k.profile_id = ANY(ARRAY(SELECT v.id FROM profiles.public_profile v WHERE v.account_id = $1))
) known
WHERE EXISTS (SELECT FROM messaging.device d WHERE d.account_id = known.account_id AND d.seen_at > $2)
    AND NOT EXISTS (SELECT FROM identity.public_block b
        WHERE (b.account_id, b.blocked_id) IN (($1, known.account_id), (known.account_id, $1)))
GROUP BY known.account_id ORDER BY max(known.at) DESC, known.account_id LIMIT $3
""")


@locks(60, 5)
async def lock_devices(tx: Tx, account_ids: Sequence[UUID]) -> None:
    """Lock the devices of these accounts, so that of two that leave at once the second one is seen to be the last."""
    await tx.rows(LOCK, list(account_ids))


@locks(60, 6)
async def lock_and_keep(tx: Tx, devices: Mapping[UUID, UUID], at: datetime) -> None:
    """Note that these devices (device → account) are here."""
    await tx.run(KEEP, list(devices), list(devices.values()), at)


async def remove_device(tx: Tx, device_id: UUID, account_id: UUID) -> bool:
    """Remove a locked device; return whether it was there."""
    return await tx.run(REMOVE, device_id, account_id) > 0


async def present_among(read: Read, account_ids: Sequence[UUID], wall: datetime) -> set[UUID]:
    """Return which of these accounts have a device here."""
    return {row["account_id"] for row in await read.rows(PRESENT, list(account_ids), wall - SILENT_AFTER)}


async def present(read: Read, account_ids: Sequence[UUID]) -> set[UUID]:
    """Return which of these accounts are here now."""
    return await present_among(read, account_ids, read.wall)


async def forget_silent(tx: Tx, wall: datetime) -> list[UUID]:
    """Remove devices that have been silent for too long; return the accounts that have none left."""
    return [row["account_id"] for row in await tx.rows(FORGET, wall - SILENT_AFTER)]


async def watching(read: Read, account_id: UUID, wall: datetime) -> list[UUID]:
    """Return up to 50 accounts that are here and may see this one (`online_among`, turned round), latest talks first."""
    return [row["account_id"] for row in await read.rows(WATCHING, account_id, wall - SILENT_AFTER, TOLD)]
