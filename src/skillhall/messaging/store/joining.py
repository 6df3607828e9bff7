"""Who joins a group, how one keeps a conversation, and its being stopped by staff."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks
from skillhall.messaging.model.conversation import Member

JOIN = sql("""
INSERT INTO messaging.participant AS p (conversation_id, profile_id, account_id, joined_at, first_sequence, last_read)
SELECT $1, n.profile_id, n.account_id, $4, $5::bigint, $5::bigint - 1
FROM unnest($2::uuid[], $3::uuid[]) n (profile_id, account_id) ORDER BY n.account_id
ON CONFLICT (conversation_id, account_id) DO UPDATE SET left_at = NULL, until_sequence = NULL, left_title = NULL,
    joined_at = excluded.joined_at, first_sequence = excluded.first_sequence,
    last_read = greatest(p.last_read, excluded.last_read), is_archived = false
WHERE p.left_at IS NOT NULL
""")
THERE = sql("SELECT account_id FROM messaging.participant WHERE conversation_id = $1 AND left_at IS NULL ORDER BY joined_at, account_id")
LOCK_OWN = sql("""
SELECT p.muted_until FROM messaging.participant p JOIN messaging.conversation c ON c.id = p.conversation_id
WHERE p.conversation_id = $1 AND p.account_id = $2 AND c.deleted_at IS NULL FOR NO KEY UPDATE OF p
""")
KEEP = sql("""
UPDATE messaging.participant SET is_archived = coalesce($3, is_archived), is_favorite = coalesce($4, is_favorite), muted_until = $5
WHERE conversation_id = $1 AND account_id = $2
""")
FLAG = sql("""
UPDATE messaging.conversation SET flagged_at = $2, flagged_reason = $3, flagged_by = $4, version = version + 1 WHERE id = $1
""")


@locks(60, 2)
async def lock_and_join(tx: Tx, conversation_id: UUID, members: Sequence[Member], first_sequence: int) -> None:
    """Let these people join a locked conversation, or come back; they see it from `first_sequence` on, whatever they saw before."""
    profiles, accounts = [one.profile_id for one in members], [one.account_id for one in members]
    await tx.run(JOIN, conversation_id, profiles, accounts, tx.now, first_sequence)


async def accounts_in(read: Read, conversation_id: UUID) -> list[UUID]:
    """Return the accounts that are in a conversation now, who came first before."""
    return [row["account_id"] for row in await read.rows(THERE, conversation_id)]


@locks(60, 2)
async def lock_own(tx: Tx, conversation_id: UUID, account_id: UUID) -> Row | None:
    """Lock somebody's own part in a conversation; return until when they have muted it, or nothing when they take no part."""
    return await tx.row(LOCK_OWN, conversation_id, account_id)


async def keep_own(
    tx: Tx, conversation_id: UUID, account_id: UUID, *, is_archived: bool | None, is_favorite: bool | None, muted_until: datetime | None
) -> None:
    """Write how somebody keeps a conversation; None leaves a flag as it is, but mutes no more."""
    await tx.run(KEEP, conversation_id, account_id, is_archived, is_favorite, muted_until)


async def flag(tx: Tx, conversation_id: UUID, at: datetime | None, reason: str | None, by: UUID | None) -> None:
    """Stop a locked conversation, or let it go on."""
    await tx.run(FLAG, conversation_id, at, reason, by)
