"""Reading: how far somebody has read. It only rises, whichever device says so and in whatever order; nothing else is locked."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.messaging.commands.telling import tell_conversation
from skillhall.messaging.model.conversation import ReadUpTo, ReadView
from skillhall.messaging.ports import Reading
from skillhall.messaging.store.participants import lock_and_read


async def read_up_to(tx: Tx, by: Actor, conversation_id: UUID, command: ReadUpTo) -> ReadView:
    """Note that the caller has read everything, or up to a sequence; what is higher than the last message means the last one.

    The others are told, but not across a block.
    """
    row = await lock_and_read(tx, conversation_id, by.account_id, command.up_to_sequence)
    if row["has_risen"]:
        if not row["is_blocked"]:
            room = f"conversation:{conversation_id}"
            tx.hint(room, "message:read", conversation_id=conversation_id, profile_id=row["profile_id"], up_to=row["up_to"])
        tell_conversation(tx, conversation_id, row["last"], [by.account_id])
        for reading in tx.ports(Reading):
            await reading.has_read(tx, by.account_id, conversation_id)
    return ReadView(conversation_id=conversation_id, up_to_sequence=row["up_to"], unread_count=row["unread"])
