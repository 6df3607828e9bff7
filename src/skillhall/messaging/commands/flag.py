"""Staff stops a conversation: nothing is written in it until it goes on."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.shapes import Subject
from skillhall.messaging.commands.telling import tell_conversation
from skillhall.messaging.model.conversation import MessagingRules
from skillhall.messaging.model.participation import FlagConversation, FlagView
from skillhall.messaging.queries.flagged import flag_view
from skillhall.messaging.store import joining
from skillhall.messaging.store.conversations import lock_conversation


async def flag_conversation(tx: Tx, by: Actor, conversation_id: UUID, command: FlagConversation) -> FlagView:
    """Make a conversation read-only for all its people. Twice is once: the first reason stays."""
    conversation = await lock_conversation(tx, conversation_id)
    if conversation.flagged_at is None:
        await joining.flag(tx, conversation_id, tx.now, command.reason.strip(), by.account_id)
        tx.audit("messaging.flag_conversation", Subject("conversation", conversation_id), reason=command.reason.strip())
        await _tell(tx, conversation_id, conversation.last_sequence)
    return await flag_view(tx, conversation_id)


async def unflag_conversation(tx: Tx, by: Actor, conversation_id: UUID) -> Deleted:  # noqa: ARG001 - the audit line has the actor
    """Let a conversation go on; one that was not stopped stays as it is."""
    conversation = await lock_conversation(tx, conversation_id)
    if conversation.flagged_at is not None:
        await joining.flag(tx, conversation_id, None, None, None)
        tx.audit("messaging.unflag_conversation", Subject("conversation", conversation_id), before=conversation.flagged_reason)
        await _tell(tx, conversation_id, conversation.last_sequence)
    return Deleted(id=conversation_id)


async def _tell(tx: Tx, conversation_id: UUID, sequence: int) -> None:
    accounts = await joining.accounts_in(tx, conversation_id)
    tell_conversation(tx, conversation_id, sequence, accounts[: tx.setting(MessagingRules).told])
