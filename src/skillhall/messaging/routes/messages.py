"""HTTP of messages: sending, paging, catching up, editing, deleting."""

from uuid import UUID

from skillhall.identity.api import AccountNotActive
from skillhall.kernel.files import FileInUse, FileMissing, WrongKind
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, patch, post, put
from skillhall.kernel.shapes import Page
from skillhall.messaging.commands.delete import delete_message
from skillhall.messaging.commands.edit import edit_message
from skillhall.messaging.commands.send import send
from skillhall.messaging.model import refusals as no
from skillhall.messaging.model.message import EditMessage, MessageView, NewMessage
from skillhall.messaging.queries import messages as queries
from skillhall.messaging.queries.messages import MessageQuery
from skillhall.profiles.api import ProfileNotFound

IN_CONVERSATION = "/conversations/{conversation_id:uuid}/messages"
ID = "/messages/{message_id:uuid}"
HELLO = {"content": "Hello! Is Saturday fine?", "clientId": "7f1c2a34-52d1-4f3e-9a36-0c9f7f1b5c11"}
SENDING = (
    no.ConversationNotFound, ProfileNotFound, no.HasLeft, no.ReadOnly, no.OtherContent, no.MessageNotFound, no.SubjectUnknown,
    AccountNotActive, FileMissing, FileInUse, WrongKind,
)  # fmt: skip
EDITING = (no.MessageNotFound, no.SenderOnly, no.MessageDeleted, no.TooLateToEdit, no.TooManyEdits, no.ReadOnly, no.HasLeft)


@get(IN_CONVERSATION, refuses=(no.ConversationNotFound,))
async def list_messages(call: Call, conversation_id: UUID, query: MessageQuery) -> Page[MessageView]:
    """List the messages of a conversation: newest first, or what came after a sequence, oldest first.

    After an absence ask `after` the last sequence you have and `changedAfter` the `lastRevision` you have: nothing is missed.
    """
    return await queries.messages_page(call.read, call.by, conversation_id, query)


@post(IN_CONVERSATION, created="/messages/{id}", key=Key.NATURAL, refuses=SENDING, example=HELLO)
async def send_message(call: Call, conversation_id: UUID, data: NewMessage) -> Answer[MessageView]:
    """Send a message. Send it again with the same `clientId` when no answer came: it stays one message."""
    return await call.run(send, conversation_id, data)


@get(ID, refuses=(no.MessageNotFound,))
async def read_message(call: Call, message_id: UUID) -> MessageView:
    """Read one message."""
    return await queries.seen_view(call.read, call.by, message_id)


@put(ID, refuses=EDITING, example={"content": "Hello! Is Sunday fine?"})
async def update_message(call: Call, message_id: UUID, data: EditMessage) -> Answer[MessageView]:
    """Let a message of yours say something else, within 24 hours."""
    return await call.run(edit_message, message_id, data)


@patch(ID, refuses=EDITING, example={"content": "Hello! Is Sunday fine?"})
async def change_message(call: Call, message_id: UUID, data: EditMessage) -> Answer[MessageView]:
    """Edit a message, as PUT does."""
    return await call.run(edit_message, message_id, data)


@delete(ID, refuses=(no.MessageNotFound, no.SenderOnly, no.ReadOnly))
async def remove_message(call: Call, message_id: UUID) -> Answer[Deleted]:
    """Delete a message of yours; its place in the sequence stays, without content."""
    return await call.run(delete_message, message_id)
