"""Editing a message: its sender, for a day. What it said before is kept for evidence."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.messaging.commands.telling import tell_changed, tell_conversation
from skillhall.messaging.model.conversation import MessagingRules
from skillhall.messaging.model.message import MOST_EDITS, EditMessage, MessageView
from skillhall.messaging.model.refusals import HasLeft, MessageNotFound, ReadOnly, TooManyEdits
from skillhall.messaging.queries.messages import message_view
from skillhall.messaging.store import messages


async def edit_message(tx: Tx, by: Actor, message_id: UUID, command: EditMessage) -> MessageView:
    """Let a message of one's own say something else; the same again changes nothing. Two at once: one after the other, both kept.

    Across a block nothing reaches the other any more, new words in an old message neither: it is as if it were not there.
    """
    rules, text = tx.setting(MessagingRules), command.content.strip()
    found = await messages.lock_written(tx, message_id, by.account_id, rules.told)
    message = found.message
    if found.is_blocked:
        raise MessageNotFound(message_id=message_id)
    message.check_sender(by.account_id)
    message.check_alive()
    if found.has_left:
        raise HasLeft
    if found.is_flagged:
        raise ReadOnly
    if text != message.text:
        message.check_editable(tx.now, rules.edit_hours)
        if await messages.count_edits(tx, message_id) >= MOST_EDITS:
            raise TooManyEdits(most=MOST_EDITS)
        revision = await messages.edit_message(tx, message, text, tx.now)
        tell_changed(tx, message.conversation_id, message_id, revision)
        if message.sequence == found.last_sequence:
            tell_conversation(tx, message.conversation_id, found.last_sequence, found.told_ids)
    return await message_view(tx, message_id)
