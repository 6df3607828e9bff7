"""HTTP of messaging as sources 000 and 004 know it, where more than the path differs; plain renames are in `deploy/aliases.py`."""

from uuid import UUID

from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, post, put
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.messaging.commands.older import delete_conversation, read_message, send_addressed
from skillhall.messaging.commands.open_conversation import open_conversation
from skillhall.messaging.model.conversation import ConversationView, OpenConversation, ReadView
from skillhall.messaging.model.message import MessageView
from skillhall.messaging.model.older import NewGroup, SendMessage
from skillhall.messaging.model.refusals import ConversationNotFound, GroupOnly, MessageNotFound, OwnerOnly
from skillhall.messaging.queries.chat_users import ChatUserView, chat_users
from skillhall.messaging.routes.conversations import OPENING
from skillhall.messaging.routes.messages import SENDING

ADDRESSED = {"conversationId": "01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01", "content": "Hello! Is Saturday fine?", "type": "text"}
GROUP = {"name": "Sunday quartet", "participantIds": ["01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01"]}


@post("/messages", created="/messages/{id}", key=Key.NATURAL, refuses=SENDING, example=ADDRESSED)
async def send_addressed_message(call: Call, data: SendMessage) -> Answer[MessageView]:
    """Send a message to the conversation that `conversationId` names."""
    return await call.run(send_addressed, data)


@put("/messages/{message_id:uuid}/read", refuses=(MessageNotFound, ConversationNotFound))
async def mark_message_read(call: Call, message_id: UUID) -> Answer[ReadView]:
    """Say that you have read a message, and all before it."""
    return await call.run(read_message, message_id)


@get("/chat/conversations/direct/{other_user_id:uuid}", refuses=OPENING)
async def find_or_open_conversation(call: Call, other_user_id: UUID) -> Answer[ConversationView]:
    """Read your conversation with somebody; it is opened when there is none, which nobody else sees before its first message."""
    return await call.run(open_conversation, OpenConversation(user_id=other_user_id))


@post("/chat/conversations/group", created="/conversations/{id}", refuses=OPENING, example=GROUP)
async def start_group(call: Call, data: NewGroup) -> Answer[ConversationView]:
    """Open a group. Send an Idempotency-Key: without one each call makes a group."""
    return await call.run(open_conversation, data.opening)


@delete("/chat/conversations/{conversation_id:uuid}", refuses=(ConversationNotFound, GroupOnly, OwnerOnly))
async def delete_chat(call: Call, conversation_id: UUID) -> Answer[Deleted]:
    """End a group of yours for everybody; leave another's, or hide a conversation that is no group."""
    return await call.run(delete_conversation, conversation_id)


@get("/user/chat/users")
async def list_chat_users(call: Call, query: ListQuery) -> Page[ChatUserView]:
    """List whom you may write to without looking for them: people you are connected with or talk with, and who of them is here."""
    return await chat_users(call.read, query, call.by)
