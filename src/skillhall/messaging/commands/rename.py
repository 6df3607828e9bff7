"""Giving a group another title."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.messaging.commands.telling import tell_conversation
from skillhall.messaging.model.conversation import ConversationView, MessagingRules, Rename
from skillhall.messaging.queries.conversations import conversation_view
from skillhall.messaging.store import conversations, participants


async def rename_group(tx: Tx, by: Actor, conversation_id: UUID, command: Rename, match: Match) -> ConversationView:
    """Rename a group of one's own."""
    conversation = await conversations.lock_conversation(tx, conversation_id)
    own = await participants.participant_of(tx, conversation_id, by.account_id)
    conversation.check_owner(own)
    conversation.check_writable()
    match.check(conversation.version)
    if command.title != conversation.title:
        await conversations.rename(tx, conversation_id, command.title)
        everybody = await participants.lock_participants(tx, conversation_id)
        told = [one.account_id for one in everybody if one.left_at is None][: tx.setting(MessagingRules).told]
        tell_conversation(tx, conversation_id, conversation.last_sequence, told)
    return await conversation_view(tx, by, conversation_id)
