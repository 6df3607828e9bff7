"""Reacting to a message with an emoji, and taking it back."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.messaging.commands.revise import revise
from skillhall.messaging.model.message import MessageView
from skillhall.messaging.model.participation import TooManyReactions
from skillhall.messaging.model.reaction import KINDS, NewReaction, checked
from skillhall.messaging.queries.messages import message_view
from skillhall.messaging.queries.spot import spot
from skillhall.messaging.store import reactions as store


async def react(tx: Tx, by: Actor, message_id: UUID, command: NewReaction) -> MessageView:
    """Add one's emoji to a message; twice is once. Two at once wait for each other at the conversation, so none is one too many."""
    emoji = command.sign
    found = await spot(tx, by, message_id)
    if not await store.has_reacted(tx, message_id, found.profile_id, emoji):
        await revise(tx, found.conversation_id, message_id)
        found = await spot(tx, by, message_id)
        borne = await store.emoji_of(tx, message_id)
        if emoji not in borne and len(borne) >= KINDS:
            raise TooManyReactions(most=KINDS)
        await store.add(tx, message_id, found.profile_id, by.account_id, emoji)
    return await message_view(tx, message_id)


async def take_back(tx: Tx, by: Actor, message_id: UUID, emoji: str) -> Deleted:
    """Take one's emoji back; one that is not there is gone already."""
    found = await spot(tx, by, message_id)
    if await store.has_reacted(tx, message_id, found.profile_id, checked(emoji)):
        await revise(tx, found.conversation_id, message_id)
        found = await spot(tx, by, message_id)
        await store.remove(tx, message_id, found.profile_id, emoji)
    return Deleted(id=message_id)
