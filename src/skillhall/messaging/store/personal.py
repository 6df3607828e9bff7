"""What messaging stores about one person, to take along and to forget. That there was a message stays; what it said goes."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.kernel.db.statement import Statement, sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.messaging.store.attachments import drop_files

CONVERSATIONS = sql("""
SELECT to_jsonb(p) || jsonb_build_object('kind', c.kind, 'title', c.title) AS row
FROM messaging.participant p JOIN messaging.conversation c ON c.id = p.conversation_id WHERE p.account_id = $1 ORDER BY p.joined_at, c.id
""")
SENT = sql("""
SELECT to_jsonb(m) - '{fingerprint,words}'::text[] || jsonb_build_object(
    'earlier', (
        SELECT jsonb_agg(to_jsonb(e) - 'message_id' ORDER BY e.version) FROM messaging.message_edit e WHERE e.message_id = m.id),
    'files', (
        SELECT jsonb_agg(to_jsonb(a) - 'message_id' ORDER BY a.position) FROM messaging.attachment a WHERE a.message_id = m.id)) AS row
FROM messaging.participant p JOIN messaging.message m ON m.conversation_id = p.conversation_id AND m.account_id = p.account_id
WHERE p.account_id = $1 ORDER BY m.created_at, m.id
""")
REACTIONS = sql("SELECT to_jsonb(r) AS row FROM messaging.reaction r WHERE account_id = $1 ORDER BY at, message_id")
GROUPS = sql("""
SELECT c.id FROM messaging.participant p JOIN messaging.conversation c ON c.id = p.conversation_id
WHERE p.account_id = $1 AND p.left_at IS NULL AND c.kind = 'group' AND c.deleted_at IS NULL ORDER BY c.id LIMIT $2
""")
WORDS = sql("""
SELECT m.id, m.conversation_id FROM messaging.participant p
JOIN messaging.message m ON m.conversation_id = p.conversation_id AND m.account_id = p.account_id
WHERE p.account_id = $1 AND (
    m.text <> '' OR m.deleted_at IS NULL OR EXISTS (SELECT FROM messaging.attachment a WHERE a.message_id = m.id))
ORDER BY m.id LIMIT $2
""")
# In the order in which the hall locks conversations to speak in them.
LOCK = sql("SELECT id FROM messaging.conversation WHERE id = ANY($1) ORDER BY key, id FOR NO KEY UPDATE")
FORGET_WORDS = sql("""
WITH gone AS (
    SELECT id, conversation_id, row_number() OVER (PARTITION BY conversation_id ORDER BY sequence) AS place
    FROM messaging.message WHERE id = ANY($1)
), counted AS (
    UPDATE messaging.conversation c SET last_revision = c.last_revision + n.places
    FROM (SELECT conversation_id, max(place) AS places FROM gone GROUP BY conversation_id) n WHERE c.id = n.conversation_id
    RETURNING c.id, c.last_revision - n.places AS revision
), unwritten AS (
    DELETE FROM messaging.message_edit e USING gone WHERE e.message_id = gone.id
), bare AS (
    DELETE FROM messaging.attachment a USING gone WHERE a.message_id = gone.id RETURNING a.message_id
)
UPDATE messaging.message m SET text = '', deleted_at = coalesce(m.deleted_at, $2), revision = counted.revision + gone.place
FROM gone JOIN counted ON counted.id = gone.conversation_id WHERE m.id = gone.id
RETURNING m.id, m.id IN (SELECT message_id FROM bare) AS has_files
""")
FORGET_REACTIONS = sql("""
DELETE FROM messaging.reaction WHERE (message_id, profile_id, emoji) IN (
    SELECT message_id, profile_id, emoji FROM messaging.reaction WHERE account_id = $1 LIMIT $2)
""")
EXPORTS: dict[str, Statement] = {"conversations": CONVERSATIONS, "messages": SENT, "reactions": REACTIONS}


async def everything(read: Read, account_id: UUID) -> dict[str, object]:
    """Return all rows of this person."""
    return await read.objects(EXPORTS, account_id)


async def groups_of(read: Read, account_id: UUID, limit: int) -> Sequence[UUID]:
    """Return groups the account is in, in the order of their ids."""
    return [row["id"] for row in await read.rows(GROUPS, account_id, limit)]


@locks(60, 1)
async def lock_and_forget_words(tx: Tx, account_id: UUID, limit: int) -> int:
    """Empty at most `limit` messages, each with the next revision of its conversation, and drop as many reactions; return how many."""
    words = await tx.rows(WORDS, account_id, limit)
    await tx.rows(LOCK, list({row["conversation_id"] for row in words}))
    emptied = await tx.rows(FORGET_WORDS, [row["id"] for row in words], tx.now)
    for row in emptied:
        if row["has_files"]:
            await drop_files(tx, row["id"])
    return len(emptied) + await tx.run(FORGET_REACTIONS, account_id, limit)
