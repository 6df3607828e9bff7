"""Noting that something about a message has changed, so that clients catch up on it."""

from uuid import UUID

from skillhall.kernel.db.tx import Tx
from skillhall.messaging.commands.telling import tell_changed
from skillhall.messaging.store.conversations import lock_and_revise


async def revise(tx: Tx, conversation_id: UUID, message_id: UUID) -> int:
    """Lock the conversation, give the message its next revision, and hint it; return the revision."""
    revision = await lock_and_revise(tx, conversation_id, message_id)
    tell_changed(tx, conversation_id, message_id, revision)
    return revision
