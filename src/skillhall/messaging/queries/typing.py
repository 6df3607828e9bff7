"""Who may say that they are typing, and whether anybody needs to know."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.messaging.model.refusals import ConversationNotFound, HasLeft, ReadOnly

CROWD = 100
"""In a conversation of more people nobody is told who is typing: it would be told all the time."""
TYPIST = sql("""
SELECT p.profile_id, c.flagged_at IS NOT NULL AS is_flagged, p.left_at IS NOT NULL AS has_left,
    (SELECT count(*) FROM messaging.participant o WHERE o.conversation_id = c.id AND o.left_at IS NULL) > $3 AS is_crowd,
    c.kind = 'direct' AND EXISTS (
        SELECT FROM messaging.participant o JOIN identity.public_block b
            ON (b.account_id, b.blocked_id) IN ((o.account_id, p.account_id), (p.account_id, o.account_id))
        WHERE o.conversation_id = c.id AND o.account_id <> p.account_id) AS is_blocked
FROM messaging.participant p JOIN messaging.conversation c ON c.id = p.conversation_id
WHERE p.conversation_id = $1 AND p.account_id = $2 AND c.deleted_at IS NULL
""")


async def typist(read: Read, by: Actor, conversation_id: UUID) -> UUID | None:
    """Return the profile by which the caller may be shown typing; None where nobody is told: in a crowd, or across a block."""
    row = await read.row(TYPIST, conversation_id, by.account_id, CROWD)
    if row is None:
        raise ConversationNotFound(conversation_id=conversation_id)
    if row["has_left"]:
        raise HasLeft
    if row["is_flagged"]:
        raise ReadOnly
    return None if row["is_crowd"] or row["is_blocked"] else row["profile_id"]
