"""HTTP of the people of a conversation, of one's own flags, and of staff that stops a conversation."""

from uuid import UUID

from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, patch, post
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.messaging.commands.flag import flag_conversation, unflag_conversation
from skillhall.messaging.commands.manage_participants import add_participants, remove_participant
from skillhall.messaging.commands.set_flags import set_flags
from skillhall.messaging.model.conversation import ConversationView, ParticipantView
from skillhall.messaging.model.participation import (
    FlagConversation,
    FlagView,
    NewParticipants,
    OwnFlags,
    ParticipantNotFound,
    ParticipantsView,
)
from skillhall.messaging.model.refusals import (
    ConversationNotFound,
    GroupOnly,
    HasLeft,
    OwnerOnly,
    ReadOnly,
    TooManyPeople,
    VerifyFirst,
)
from skillhall.messaging.queries.flagged import flagged_page
from skillhall.messaging.queries.participants import participants_page
from skillhall.profiles.api import ProfileNotFound

ROOM = "/conversations/{conversation_id:uuid}"
OWNING = (ConversationNotFound, HasLeft, GroupOnly, OwnerOnly, ReadOnly)
NEWCOMERS = {"profileIds": ["01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01"]}


@get(f"{ROOM}/participants", refuses=(ConversationNotFound, HasLeft))
async def list_participants(call: Call, conversation_id: UUID, query: ListQuery) -> Page[ParticipantView]:
    """List who is in a conversation; `lastRead` tells up to which message each has read."""
    return await participants_page(call.read, query, call.by, conversation_id)


@post(
    f"{ROOM}/participants",
    key=Key.NATURAL,
    refuses=(*OWNING, ProfileNotFound, VerifyFirst, TooManyPeople, AccountNotFound, AccountNotActive),
    example=NEWCOMERS,
)
async def add_to_group(call: Call, conversation_id: UUID, data: NewParticipants) -> Answer[ParticipantsView]:
    """Add people to your group. They see what is said from then on."""
    return await call.run(add_participants, conversation_id, data)


@patch(f"{ROOM}/participants/me", refuses=(ConversationNotFound,), example={"isArchived": False, "isFavorite": True, "isMuted": True})
async def keep_conversation(call: Call, conversation_id: UUID, data: OwnFlags) -> Answer[ConversationView]:
    """Archive, favor or mute a conversation for yourself."""
    return await call.run(set_flags, conversation_id, data)


@delete(f"{ROOM}/participants/{{participant_id:uuid}}", me="participant_id", refuses=(*OWNING, ParticipantNotFound))
async def remove_from_group(call: Call, conversation_id: UUID, participant_id: UUID) -> Answer[Deleted]:
    """Remove somebody, by account or profile, from your group; as `me`, leave a group."""
    return await call.run(remove_participant, conversation_id, participant_id)


@post(
    f"{ROOM}/flag", key=Key.NATURAL, permission="content.moderate", refuses=(ConversationNotFound,),
    example={"reason": "Reported for harassment."},
)  # fmt: skip
async def stop_conversation(call: Call, conversation_id: UUID, data: FlagConversation) -> Answer[FlagView]:
    """Stop a conversation: its people read it and write nothing until it goes on."""
    return await call.run(flag_conversation, conversation_id, data)


@delete(f"{ROOM}/flag", permission="content.moderate", refuses=(ConversationNotFound,))
async def release_conversation(call: Call, conversation_id: UUID) -> Answer[Deleted]:
    """Let a stopped conversation go on."""
    return await call.run(unflag_conversation, conversation_id)


@get("/admin/conversations/flagged", permission="content.moderate")
async def list_stopped_conversations(call: Call, query: ListQuery) -> Page[FlagView]:
    """List the conversations that staff has stopped."""
    return await flagged_page(call.read, query)
