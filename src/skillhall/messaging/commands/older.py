"""What older clients ask for in one step, made of our own verbs."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.messaging.commands.leave import leave_conversation
from skillhall.messaging.commands.read import read_up_to
from skillhall.messaging.commands.send import send
from skillhall.messaging.model.conversation import ReadUpTo, ReadView
from skillhall.messaging.model.message import MessageView
from skillhall.messaging.model.older import SendMessage
from skillhall.messaging.queries.members import member
from skillhall.messaging.queries.spot import seen
from skillhall.messaging.queries.standings import find_facts


async def send_addressed(tx: Tx, by: Actor, command: SendMessage) -> MessageView:
    """Send a message to the conversation it names."""
    return await send(tx, by, command.conversation_id, command.message)


async def read_message(tx: Tx, by: Actor, message_id: UUID) -> ReadView:
    """Note that the caller has read a message, and with it all before it."""
    found = await seen(tx, by, message_id)
    return await read_up_to(tx, by, found.conversation_id, ReadUpTo(up_to_sequence=found.sequence))


async def delete_conversation(tx: Tx, by: Actor, conversation_id: UUID) -> Deleted:
    """End a group for everybody when the caller owns it; else leave it, or hide what is no group."""
    own = await member(tx, by, conversation_id)
    facts = await find_facts(tx, conversation_id)
    for_all = own.role == "owner" and own.left_at is None and facts is not None and facts.kind == "group"
    return await leave_conversation(tx, by, conversation_id, for_all=for_all)
