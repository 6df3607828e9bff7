"""What messaging says: ids and numbers; nothing of what people write. Reads, typing and presence are hints, never events."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Event

CONVERSATION = ("conversation", "conversation_id")


class ConversationOpened(Event, frozen=True, kw_only=True):
    """A conversation has been made: by a person, or (opener None) by the hall with its first system message."""

    name: ClassVar[str] = "messaging.conversation_opened"
    about: ClassVar[tuple[str, str]] = CONVERSATION
    conversation_id: UUID
    kind: str
    opener_id: UUID | None
    opener_profile_id: UUID | None
    member_ids: list[UUID]


class MessageSent(Event, frozen=True, kw_only=True):
    """A person has written. `sender_id` and `recipient_ids` are accounts; these are all who have not muted the conversation."""

    name: ClassVar[str] = "messaging.message_sent"
    about: ClassVar[tuple[str, str]] = CONVERSATION
    conversation_id: UUID
    message_id: UUID
    sequence: int
    kind: str
    sender_id: UUID
    sender_profile_id: UUID
    recipient_ids: list[UUID]
