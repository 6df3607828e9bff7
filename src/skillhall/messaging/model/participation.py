"""Who is added to a group, how one keeps a conversation for oneself, and what staff stops."""

from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from skillhall.kernel.refusals import FieldError, Invalid, NotFound, Refused
from skillhall.kernel.shapes import Body, Instant, Moment, View
from skillhall.messaging.model.conversation import ParticipantView
from skillhall.messaging.model.message import MessageView

FOREVER: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""Until when a conversation is muted that is muted without an end."""
MOST_AT_ONCE: Final = 100


class ParticipantNotFound(NotFound):
    """Nobody of this id is in the conversation."""

    code = "messaging.participant_not_found"
    message = "There is no participant {participant_id} in this conversation."


class TooManyReactions(Refused):
    """A message bears so many different emoji only; one that it has can still be joined."""

    code = "messaging.too_many_reactions"
    message = "A message has at most {most} different reactions."


class NewParticipants(Body, frozen=True, kw_only=True):
    """Whom to add: by `profileIds`, or by `userIds`, also called `participantIds`; an account stands for its primary profile."""

    profile_ids: Annotated[tuple[UUID, ...], Meta(max_length=MOST_AT_ONCE)] = ()
    user_ids: Annotated[tuple[UUID, ...], Meta(max_length=MOST_AT_ONCE)] = ()
    participant_ids: Annotated[tuple[UUID, ...], Meta(max_length=MOST_AT_ONCE)] = ()

    def __post_init__(self) -> None:
        """Refuse a body that names nobody."""
        if not self.profile_ids and not self.accounts:
            raise Invalid(FieldError("profileIds", "body", "missing", "Say whom to add: profileIds or userIds."))

    @property
    def accounts(self) -> list[UUID]:
        """Every account it names, once."""
        return list(dict.fromkeys([*self.user_ids, *self.participant_ids]))


class OwnFlags(Body, frozen=True, kw_only=True):
    """How the caller keeps a conversation; what is absent stays. `mutedUntil` mutes until then, `isMuted` without an end, or no more."""

    is_archived: bool | UnsetType = UNSET
    is_favorite: bool | UnsetType = UNSET
    is_muted: bool | UnsetType = UNSET
    muted_until: Moment | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        """Refuse to mute until some time and not at all."""
        if self.is_muted is False and isinstance(self.muted_until, datetime):
            raise Invalid(FieldError("mutedUntil", "body", "invalid", "Leave it out, or say isMuted: true."))

    def silence(self, until: datetime | None) -> datetime | None:
        """Return until when the conversation is muted, which was muted `until`."""
        if self.is_muted is False:
            return None
        if isinstance(self.muted_until, datetime):
            return self.muted_until
        if self.is_muted is True:
            return FOREVER
        return until if self.muted_until is UNSET else None


class FlagConversation(Body, frozen=True, kw_only=True):
    """Why staff stops a conversation; its people do not see the reason."""

    reason: Annotated[str, Meta(min_length=1, max_length=1000, pattern=r"\S", description="Text that is not blank")]


class FlagView(View, frozen=True, kw_only=True):
    """A conversation that staff has stopped: what it is, not what is said in it."""

    id: UUID
    type: str
    reason: str
    flagged_at: Instant
    flagged_by: UUID
    participant_count: int


class ParticipantsView(View, frozen=True, kw_only=True):
    """Who is in a conversation now, at most 200."""

    conversation_id: UUID
    participants: list[ParticipantView]


class TypingView(View, frozen=True, kw_only=True):
    """What became of a sign that somebody types."""

    conversation_id: UUID
    is_typing: bool


class FoundMessageView(View, frozen=True, kw_only=True):
    """A message that a search has found, and the title of its conversation; null in a direct one."""

    message: MessageView
    conversation_type: str
    conversation_title: str | None


class Found(Struct, frozen=True):
    """A row of a search."""

    id: UUID
    kind: str
    title: str | None
