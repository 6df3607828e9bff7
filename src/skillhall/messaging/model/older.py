"""Bodies as older clients write them."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body
from skillhall.messaging.model.conversation import OpenConversation, Title
from skillhall.messaging.model.message import NewMessage


class SendMessage(NewMessage, frozen=True, kw_only=True):
    """A message with its conversation, as older clients send it; `messageType` is their word for `type`."""

    conversation_id: UUID
    message_type: str | None = None

    @property
    def message(self) -> NewMessage:
        """The message without its address."""
        return NewMessage(
            content=self.content,
            type=self.message_type or self.type,
            client_id=self.client_id,
            reply_to_id=self.reply_to_id,
            subject=self.subject,
            attachments=self.attachments,
        )


class NewGroup(Body, frozen=True, kw_only=True):
    """A group as older clients make one: `name`, or `title`, and the accounts or profiles in it beside its owner."""

    name: Title | None = None
    title: Title | None = None
    participant_ids: Annotated[tuple[UUID, ...], Meta(max_length=200)] = ()
    user_ids: Annotated[tuple[UUID, ...], Meta(max_length=200)] = ()
    profile_ids: Annotated[tuple[UUID, ...], Meta(max_length=200)] = ()

    def __post_init__(self) -> None:
        """Refuse a group without a name or without people."""
        wrong: list[FieldError] = []
        if (self.name is None) == (self.title is None):
            wrong.append(FieldError("name", "body", "messaging.one_name", "A group has one name."))
        if not (self.participant_ids or self.user_ids or self.profile_ids):
            wrong.append(FieldError("participantIds", "body", "missing", "Say who is in the group."))
        if wrong:
            raise Invalid(*wrong)

    @property
    def opening(self) -> OpenConversation:
        """What is opened."""
        return OpenConversation(
            type="group",
            title=self.name or self.title,
            participant_ids=self.participant_ids,
            user_ids=self.user_ids,
            profile_ids=self.profile_ids,
        )
