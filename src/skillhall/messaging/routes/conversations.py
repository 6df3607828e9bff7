"""HTTP of conversations: opening, listing, reading, leaving."""

from typing import Literal
from uuid import UUID

from msgspec import Struct

from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, patch, post
from skillhall.kernel.shapes import Page
from skillhall.messaging.commands.leave import leave_conversation
from skillhall.messaging.commands.open_conversation import open_conversation
from skillhall.messaging.commands.read import read_up_to
from skillhall.messaging.commands.rename import rename_group
from skillhall.messaging.model import refusals as no
from skillhall.messaging.model.conversation import ConversationView, OpenConversation, ReadUpTo, ReadView, Rename, UnreadView
from skillhall.messaging.queries import conversations as queries
from skillhall.messaging.queries.conversations import ConversationQuery
from skillhall.profiles.api import ProfileNotFound

ID = "/conversations/{conversation_id:uuid}"
SOMEBODY = "01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01"
OPENING = (ProfileNotFound, AccountNotFound, AccountNotActive, no.OneselfMeant, no.VerifyFirst, no.TooManyPeople)


class Scope(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """For whom."""

    scope: Literal["me", "all"] = "me"


@get("/conversations")
async def list_conversations(call: Call, query: ConversationQuery) -> Page[ConversationView]:
    """List your conversations, latest message first: those of the profile you act as.

    `lastRead` of the participants are their receipts. `sort` by updatedAt or createdAt; `search` looks at titles and names.
    """
    return await queries.conversations_page(call.read, call.by, query)


@post("/conversations", created="/conversations/{id}", key=Key.NATURAL, refuses=OPENING, example={"profileId": SOMEBODY})
async def start_conversation(call: Call, data: OpenConversation) -> Answer[ConversationView]:
    """Open the conversation with somebody, or a group with several.

    There is one direct conversation of two profiles: opening it again, or from the other side, answers the same. Send an Idempotency-Key
    with a group. With an unproven e-mail address you can write to those you are connected with.
    """
    return await call.run(open_conversation, data)


@get("/conversations/unread-count")
async def count_unread_messages(call: Call) -> UnreadView:
    """Count the messages that wait for you; archived and muted conversations do not count."""
    return await queries.unread_view(call.read, call.by)


@get(ID, etag=True, refuses=(no.ConversationNotFound,))
async def read_conversation(call: Call, conversation_id: UUID) -> ConversationView:
    """Read one of your conversations."""
    return await queries.conversation_view(call.read, call.by, conversation_id)


@patch(ID, etag=True, refuses=(no.ConversationNotFound, no.GroupOnly, no.OwnerOnly, no.ReadOnly), example={"title": "Sunday quartet"})
async def rename_conversation(call: Call, conversation_id: UUID, data: Rename) -> Answer[ConversationView]:
    """Rename a group of yours."""
    return await call.run(rename_group, conversation_id, data, call.match)


@patch(f"{ID}/read", refuses=(no.ConversationNotFound,), example={"upToSequence": 17})
async def mark_conversation_read(call: Call, conversation_id: UUID, data: ReadUpTo) -> Answer[ReadView]:
    """Say how far you have read: up to a sequence, or all. It never goes back."""
    return await call.run(read_up_to, conversation_id, data)


@delete(ID, refuses=(no.ConversationNotFound, no.GroupOnly, no.OwnerOnly))
async def delete_conversation(call: Call, conversation_id: UUID, query: Scope) -> Answer[Deleted]:
    """Hide a conversation from your list until its next message; a group you leave, and hide by deleting it again.

    `scope=all` ends a group of yours for everybody. What was said is kept for disputes.
    """
    return await call.run(leave_conversation, conversation_id, for_all=query.scope == "all")
