"""Taking oneself out: a group is left, any other conversation is hidden until its next message. An owner may end a group for all."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.messaging.commands.say import append
from skillhall.messaging.commands.telling import expel, tell_conversation
from skillhall.messaging.model.conversation import Conversation
from skillhall.messaging.store import conversations, participants
from skillhall.messaging.store.participants import lock_participants


async def leave_conversation(tx: Tx, by: Actor, conversation_id: UUID, *, for_all: bool = False) -> Deleted:
    """Leave a group, or hide what cannot be left, or has been; `for_all`: end the caller's group for everybody."""
    conversation = await conversations.lock_conversation(tx, conversation_id)
    own = await participants.participant_of(tx, conversation_id, by.account_id)
    if for_all:
        conversation.check_owner(own)
        await _end(tx, conversation)
    elif conversation.kind == "group" and own.left_at is None:
        await leave_group(tx, conversation_id, by.account_id)
    else:
        await participants.hide(tx, conversation_id, by.account_id, conversation.last_sequence)
        tell_conversation(tx, conversation_id, conversation.last_sequence, [by.account_id])
    return Deleted(id=conversation_id)


async def _end(tx: Tx, conversation: Conversation) -> None:
    await conversations.close(tx, conversation.id, tx.now)
    for one in await lock_participants(tx, conversation.id):
        expel(tx, conversation.id, one.account_id)
        tell_conversation(tx, conversation.id, conversation.last_sequence, [one.account_id], change="deleted")


async def leave_group(tx: Tx, conversation_id: UUID, account_id: UUID) -> None:
    """Let somebody leave a group; when its owner goes, who has been in it longest owns it. The message about it keeps no name."""
    conversation = await conversations.lock_conversation(tx, conversation_id)
    everybody = await lock_participants(tx, conversation_id)
    own = next((one for one in everybody if one.account_id == account_id and one.left_at is None), None)
    if own is None:
        return
    told = [one.account_id for one in everybody if one.left_at is None]
    params: dict[str, str | int] = {"profileId": str(own.profile_id)}
    await append(tx, conversation, "messaging.member_left", params, "Somebody has left the group.", told)
    await participants.leave(tx, conversation_id, account_id, conversation.last_sequence + 1)
    if own.role == "owner":
        heir = await participants.promote(tx, conversation_id)
        await conversations.hand_over(tx, conversation_id, heir)
    tell_conversation(tx, conversation_id, conversation.last_sequence + 1, told, change="participant_removed")
    expel(tx, conversation_id, account_id)
