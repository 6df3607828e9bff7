"""How people stand to a conversation: for who tells them of it."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.messaging.model.conversation import ConversationFacts, Standing

STANDINGS = sql("""
SELECT p.account_id, p.last_read, coalesce(p.muted_until > $3, false) AS is_muted, p.left_at IS NOT NULL AS has_left, (
    SELECT m.sequence FROM messaging.message m
    WHERE m.conversation_id = p.conversation_id AND m.sequence > greatest(p.last_read, p.first_sequence - 1, p.hidden_before)
        AND (p.until_sequence IS NULL OR m.sequence <= p.until_sequence) AND m.account_id <> p.account_id AND m.deleted_at IS NULL
    ORDER BY m.sequence LIMIT 1) AS first_unread
FROM messaging.participant p WHERE p.conversation_id = $1 AND p.account_id = ANY($2)
""")
FACTS = sql("SELECT id, kind, title, last_sequence FROM messaging.conversation WHERE id = $1 AND deleted_at IS NULL")


async def standing_of(read: Read, conversation_id: UUID, account_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Return how far each of these accounts has read, and whether it wants to hear; who takes no part is left out."""
    rows = await read.rows(STANDINGS, conversation_id, list(account_ids), read.now)
    return {row["account_id"]: msgspec.convert(dict(row), Standing) for row in rows}


async def find_facts(read: Read, conversation_id: UUID) -> ConversationFacts | None:
    """Return what a conversation is; nothing when it is deleted."""
    row = await read.row(FACTS, conversation_id)
    return None if row is None else msgspec.convert(dict(row), ConversationFacts)
