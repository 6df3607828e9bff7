"""Whether somebody takes part in a conversation."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.messaging.model.conversation import Participant
from skillhall.messaging.store.participants import participant_of

TAKES_PART = sql("""
SELECT EXISTS (
    SELECT FROM messaging.participant p JOIN messaging.conversation c ON c.id = p.conversation_id
    WHERE p.conversation_id = $1 AND p.account_id = $2 AND p.left_at IS NULL AND c.deleted_at IS NULL)
""")


async def takes_part(read: Read, by: Actor, conversation_id: UUID) -> bool:
    """Return whether the caller is in the conversation now."""
    found: bool = await read.value(TAKES_PART, conversation_id, by.account_id)
    return found


async def member(read: Read, by: Actor, conversation_id: UUID) -> Participant:
    """Return how the caller takes part, or has; refuse as if there were no such conversation when they never did."""
    return await participant_of(read, conversation_id, by.account_id)
