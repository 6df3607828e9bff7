"""Deleting a message: its sender, at any time. Nobody in the conversation sees its words any more; they are kept for evidence."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.messaging.commands.telling import tell_changed, tell_conversation
from skillhall.messaging.model.conversation import MessagingRules
from skillhall.messaging.model.refusals import ReadOnly
from skillhall.messaging.store import messages


async def delete_message(tx: Tx, by: Actor, message_id: UUID) -> Deleted:
    """Take a message of one's own back; again changes nothing. Its place in the sequence stays."""
    found = await messages.lock_written(tx, message_id, by.account_id, tx.setting(MessagingRules).told)
    message = found.message
    message.check_sender(by.account_id)
    if found.is_flagged:
        raise ReadOnly
    if message.deleted_at is None:
        revision = await messages.delete_message(tx, message, tx.now)
        tell_changed(tx, message.conversation_id, message_id, revision)
        tell_conversation(tx, message.conversation_id, found.last_sequence, found.told_ids)
    return Deleted(id=message_id)
