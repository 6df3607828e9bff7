"""Who takes part, in the database. All but reading and one's own flags is written under the lock of the conversation."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks
from skillhall.messaging.model.conversation import Member, Participant
from skillhall.messaging.model.refusals import ConversationNotFound

ONE = sql("""
SELECT p.conversation_id, p.profile_id, p.account_id, p.role, p.joined_at, p.left_at, p.first_sequence, p.until_sequence, p.hidden_before,
    p.last_read, p.is_archived, p.is_favorite, p.muted_until
FROM messaging.participant p JOIN messaging.conversation c ON c.id = p.conversation_id
WHERE p.conversation_id = $1 AND p.account_id = $2 AND c.deleted_at IS NULL
""")
LOCK = sql("""
SELECT conversation_id, profile_id, account_id, role, joined_at, left_at, first_sequence, until_sequence, hidden_before, last_read,
    is_archived, is_favorite, muted_until
FROM messaging.participant WHERE conversation_id = $1 ORDER BY account_id FOR NO KEY UPDATE
""")
INSERT = sql("""
INSERT INTO messaging.participant (conversation_id, profile_id, account_id, role, joined_at, hidden_before)
SELECT $1, n.profile_id, n.account_id, n.role, $6, n.hidden_before
FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[]) AS n (profile_id, account_id, role, hidden_before)
""")
READ = sql("""
WITH own AS (
    SELECT p.conversation_id, p.account_id, p.profile_id, p.last_read, greatest(p.first_sequence - 1, p.hidden_before) AS unseen,
        least(c.last_sequence, p.until_sequence) AS last,
        c.kind = 'direct' AND EXISTS (
            SELECT FROM messaging.participant o JOIN identity.public_block b
                ON (b.account_id, b.blocked_id) IN ((o.account_id, p.account_id), (p.account_id, o.account_id))
            WHERE o.conversation_id = c.id AND o.account_id <> p.account_id) AS is_blocked
    FROM messaging.participant p JOIN messaging.conversation c ON c.id = p.conversation_id
    WHERE c.id = $1 AND p.account_id = $2 AND c.deleted_at IS NULL
), raised AS (
    UPDATE messaging.participant p SET last_read = greatest(p.last_read, least($3, own.last)) FROM own
    WHERE p.conversation_id = own.conversation_id AND p.account_id = own.account_id AND p.last_read < least($3, own.last)
    RETURNING p.last_read
), now_read AS (
    SELECT own.conversation_id, own.profile_id, own.last, own.unseen, own.is_blocked,
        coalesce((SELECT last_read FROM raised), own.last_read) AS up_to, EXISTS (SELECT FROM raised) AS has_risen
    FROM own
)
SELECT r.profile_id, r.up_to, r.has_risen, r.last, r.is_blocked,
    greatest(r.last - greatest(r.up_to, r.unseen), 0) - (
        SELECT count(*) FROM messaging.message m
        WHERE m.conversation_id = r.conversation_id AND m.deleted_at IS NOT NULL
            AND m.sequence > greatest(r.up_to, r.unseen) AND m.sequence <= r.last) AS unread
FROM now_read r
""")
FOLLOW_OWN = sql("""
UPDATE messaging.participant SET last_read = $3 WHERE conversation_id = $1 AND account_id = $2 AND last_read = $3 - 1
""")
HIDE = sql("""
UPDATE messaging.participant SET hidden_before = greatest(hidden_before, $3), last_read = greatest(last_read, $3)
WHERE conversation_id = $1 AND account_id = $2
""")
LEAVE = sql("""
UPDATE messaging.participant SET left_at = $3, until_sequence = $4, role = 'member',
    left_title = (SELECT title FROM messaging.conversation WHERE id = $1)
WHERE conversation_id = $1 AND account_id = $2 AND left_at IS NULL
""")
PROMOTE = sql("""
UPDATE messaging.participant SET role = 'owner' WHERE conversation_id = $1 AND account_id = (
    SELECT account_id FROM messaging.participant
    WHERE conversation_id = $1 AND left_at IS NULL ORDER BY joined_at, account_id LIMIT 1)
RETURNING profile_id, account_id
""")


async def participant_of(read: Read, conversation_id: UUID, account_id: UUID) -> Participant:
    """Return how an account takes part, or has; refuse as if there were no such conversation when it never did."""
    row = await read.row(ONE, conversation_id, account_id)
    if row is None:
        raise ConversationNotFound(conversation_id=conversation_id)
    return msgspec.convert(dict(row), Participant)


@locks(60, 2)
async def lock_participants(tx: Tx, conversation_id: UUID) -> list[Participant]:
    """Lock everybody of a locked conversation, in account order."""
    return [msgspec.convert(dict(row), Participant) for row in await tx.rows(LOCK, conversation_id)]


async def insert_first(tx: Tx, conversation_id: UUID, owner: Member, others: Sequence[Member], *, is_hidden: bool) -> None:
    """Store the people of a conversation that has just been made; `is_hidden`: the others see it with its first message."""
    everybody = [owner, *others]
    await tx.run(
        INSERT, conversation_id, [one.profile_id for one in everybody], [one.account_id for one in everybody],
        ["owner", *("member" for _ in others)], [-1, *(0 if is_hidden else -1 for _ in others)], tx.now,
    )  # fmt: skip


@locks(60, 2)
async def lock_and_read(tx: Tx, conversation_id: UUID, account_id: UUID, up_to: int | None) -> Row:
    """Raise `last_read`, never above what there is and never down; return profile_id, up_to, has_risen, last, is_blocked, unread."""
    row = await tx.row(READ, conversation_id, account_id, up_to)
    if row is None:
        raise ConversationNotFound(conversation_id=conversation_id)
    return row


async def follow_own(tx: Tx, conversation_id: UUID, account_id: UUID, sequence: int) -> None:
    """Note that somebody has read what they caused, when they had read everything before it."""
    await tx.run(FOLLOW_OWN, conversation_id, account_id, sequence)


async def hide(tx: Tx, conversation_id: UUID, account_id: UUID, up_to: int) -> None:
    """Hide a locked conversation, and all it holds now, from one account."""
    await tx.run(HIDE, conversation_id, account_id, up_to)


async def leave(tx: Tx, conversation_id: UUID, account_id: UUID, up_to: int) -> None:
    """Let somebody leave a locked conversation; they see it up to this message."""
    await tx.run(LEAVE, conversation_id, account_id, tx.now, up_to)


async def promote(tx: Tx, conversation_id: UUID) -> Member | None:
    """Make who has been in a locked group longest its owner; return them, nothing when nobody is left."""
    row = await tx.row(PROMOTE, conversation_id)
    return None if row is None else Member(account_id=row["account_id"], profile_id=row["profile_id"])
