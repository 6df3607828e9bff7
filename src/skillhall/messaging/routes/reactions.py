"""HTTP of reactions."""

from uuid import UUID

from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, post
from skillhall.messaging.commands.react import react, take_back
from skillhall.messaging.model.message import MessageView
from skillhall.messaging.model.participation import TooManyReactions
from skillhall.messaging.model.reaction import NewReaction
from skillhall.messaging.model.refusals import HasLeft, MessageDeleted, MessageNotFound, ReadOnly

REACTING = (MessageNotFound, HasLeft, ReadOnly, MessageDeleted)


@post("/messages/{message_id:uuid}/reactions", key=Key.NATURAL, refuses=(*REACTING, TooManyReactions), example={"emoji": "👍"})
async def add_reaction(call: Call, message_id: UUID, data: NewReaction) -> Answer[MessageView]:
    """React to a message with an emoji; twice is once."""
    return await call.run(react, message_id, data)


@delete("/messages/{message_id:uuid}/reactions/{emoji:str}", refuses=REACTING)
async def remove_reaction(call: Call, message_id: UUID, emoji: str) -> Answer[Deleted]:
    """Take a reaction of yours back."""
    return await call.run(take_back, message_id, emoji)
