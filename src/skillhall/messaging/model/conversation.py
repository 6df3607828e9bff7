"""Conversations, who takes part in them, and what the hall says in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.kernel import ids
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Instant, Subject, View
from skillhall.messaging.model.message import LastMessageView, SubjectView
from skillhall.messaging.model.refusals import GroupOnly, HasLeft, OwnerOnly, ReadOnly

Kind = Literal["direct", "group", "session", "project"]
Role = Literal["owner", "member"]
KINDS: Final[dict[str, Kind]] = {"direct": "direct", "group": "group", "session": "session", "project": "project", "private": "direct"}
LONGEST_TITLE: Final = 200
Title = Annotated[str, Meta(min_length=1, max_length=LONGEST_TITLE, pattern=r"\S", description="Text that is not blank")]


class MessagingRules(Struct, frozen=True, kw_only=True):
    """What an operator may set about messaging. `told` is how many people of a conversation hear of a message outside its room."""

    edit_hours: int = 24
    participants: int = 100
    told: int = 100


class Member(Struct, frozen=True):
    """Somebody who takes part: an account by one of its profiles."""

    account_id: UUID
    profile_id: UUID


class Say(Struct, frozen=True, kw_only=True):
    """One system message about `subject`, and who is in its conversation from now on.

    `kind` direct: the conversation of exactly two members, which many subjects share; else the subject's own. `title` is the subject's.
    `members` not in it yet join, those who have left come back, and who is not named stays; `left` see this message and leave.
    `code` ("learning.session_scheduled") with `params` is what clients translate, `text` says it in English.
    """

    subject: Subject
    title: str
    kind: Literal["direct", "session", "project"]
    members: Sequence[Member]
    code: str
    params: dict[str, str | int]
    text: str
    left: Sequence[Member] = ()

    @property
    def key(self) -> UUID:
        """What makes its conversation the only one."""
        if self.kind == "direct":
            one, other = (member.profile_id for member in self.members)
            return pair_key(one, other)
        return ids.derived(self.kind, self.subject.kind, self.subject.id)


class Conversation(Struct, frozen=True, kw_only=True):
    """One row. `last_sequence` counts its messages, `last_revision` what has been changed about them."""

    id: UUID
    kind: Kind
    subject_kind: str | None = None
    subject_id: UUID | None = None
    title: str | None = None
    owner_profile_id: UUID | None = None
    owner_account_id: UUID | None = None
    last_sequence: int = 0
    last_revision: int = 0
    last_message_at: datetime
    flagged_at: datetime | None = None
    flagged_reason: str | None = None
    flagged_by: UUID | None = None
    deleted_at: datetime | None = None
    version: int = 1
    created_at: datetime

    def check_writable(self) -> None:
        """Refuse while staff looks into it."""
        if self.flagged_at is not None:
            raise ReadOnly

    def check_owner(self, by: "Participant") -> None:
        """Refuse what only the owner of a group does."""
        if self.kind != "group":
            raise GroupOnly
        if by.role != "owner":
            raise OwnerOnly


class Participant(Struct, frozen=True, kw_only=True):
    """How one account takes part, by which profile."""

    conversation_id: UUID
    profile_id: UUID
    account_id: UUID
    role: Role = "member"
    joined_at: datetime
    left_at: datetime | None = None
    first_sequence: int = 1
    until_sequence: int | None = None
    hidden_before: int = -1
    last_read: int = 0
    is_archived: bool = False
    is_favorite: bool = False
    muted_until: datetime | None = None

    @property
    def first_seen(self) -> int:
        """The first message it may see."""
        return max(self.first_sequence, self.hidden_before + 1)

    def check_present(self) -> None:
        """Refuse who has left."""
        if self.left_at is not None:
            raise HasLeft


class OpenConversation(Body, frozen=True, kw_only=True):
    """Whom to talk with: one person by `profileId` or `userId`, or several by `profileIds` and `userIds`, which makes a group.

    `type` `group` makes a group of one as well. `participantProfileId`, `participantId` and `participantIds` are read as `profileId`,
    `userId` and `userIds`; an account stands for its primary profile.
    """

    type: str | None = None
    title: Title | None = None
    profile_id: UUID | None = None
    user_id: UUID | None = None
    profile_ids: Annotated[tuple[UUID, ...], Meta(max_length=200)] = ()
    user_ids: Annotated[tuple[UUID, ...], Meta(max_length=200)] = ()
    participant_profile_id: UUID | None = None
    participant_id: UUID | None = None
    participant_ids: Annotated[tuple[UUID, ...], Meta(max_length=200)] = ()

    def __post_init__(self) -> None:
        """Refuse a body that names nobody, a kind that is made by the hall alone, and a group without a title."""
        wrong: list[FieldError] = []
        if not self.profiles and not self.accounts:
            wrong.append(FieldError("profileId", "body", "missing", "Say whom to talk with: profileId, or userId, or several of them."))
        if self.type is not None and KINDS.get(self.type.strip().lower()) not in {"direct", "group"}:
            wrong.append(FieldError("type", "body", "not_an_option", "One of: direct, group."))
        elif self.kind == "group" and self.title is None:
            wrong.append(FieldError("title", "body", "missing", "A group has a title."))
        elif self.kind == "direct" and len(self.profiles) + len(self.accounts) > 1:
            wrong.append(FieldError("type", "body", "invalid", "A direct conversation is between two; make a group."))
        if wrong:
            raise Invalid(*wrong)

    @property
    def profiles(self) -> list[UUID]:
        """Every profile it names, once."""
        return _once(self.profile_id, self.participant_profile_id, *self.profile_ids)

    @property
    def accounts(self) -> list[UUID]:
        """Every account it names, once."""
        return _once(self.user_id, self.participant_id, *self.user_ids, *self.participant_ids)

    @property
    def kind(self) -> Kind:
        """What is to be opened."""
        if self.type is not None:
            return KINDS.get(self.type.strip().lower(), "direct")
        return "group" if len(self.profiles) + len(self.accounts) > 1 else "direct"


class ReadUpTo(Body, frozen=True, kw_only=True):
    """How far the caller has read; absent: everything."""

    up_to_sequence: Annotated[int, Meta(ge=0)] | None = None


class Rename(Body, frozen=True, kw_only=True):
    """A group's new title."""

    title: Title


class ParticipantView(View, frozen=True, kw_only=True):
    """Somebody in a conversation: `id` is the account. `lastRead` is the sequence up to which they have read: receipts follow from it.

    Across a block of two people it is 0.
    """

    id: UUID
    profile_id: UUID
    display_name: str
    username: str | None
    avatar_url: str | None
    role: Role
    last_read: int
    has_left: bool


class ConversationView(View, frozen=True, kw_only=True):
    """A conversation as one of its people sees it.

    `title` of a direct one is the other's name. `participants` are at most ten, others first; `participantCount` counts who has not left.
    `lastRead`, `unreadCount` and what follows up to `hasLeft` are the caller's own; muted without `mutedUntil` is muted without an end.
    `unreadCount` counts messages above `lastRead` that are not deleted; sending a message has read all before it. A client catches up by
    `lastSequence` and, for changes, `lastRevision`. Who has left sees nobody else in it, and title, time and messages as they were then.
    """

    id: UUID
    type: Kind
    title: str
    subject: SubjectView | None
    participants: list[ParticipantView]
    participant_count: int
    last_message: LastMessageView | None
    last_sequence: int
    last_revision: int
    profile_id: UUID
    role: Role
    last_read: int
    unread_count: int
    is_archived: bool
    is_favorite: bool
    is_muted: bool
    muted_until: Instant | None
    has_left: bool
    is_flagged: bool
    created_at: Instant
    updated_at: Instant
    version: int


class ReadView(View, frozen=True, kw_only=True):
    """How far the caller has read one conversation, and what is left."""

    conversation_id: UUID
    up_to_sequence: int
    unread_count: int


class UnreadView(View, frozen=True, kw_only=True):
    """How many messages wait in how many conversations; archived and muted ones do not count."""

    count: int
    conversations: int


class Standing(Struct, frozen=True, kw_only=True):
    """How somebody stands to a conversation, for who tells them of it. `first_unread`: the first message of another they have not read."""

    last_read: int
    first_unread: int | None
    is_muted: bool
    has_left: bool


class ConversationFacts(Struct, frozen=True, kw_only=True):
    """What a conversation is; a direct one has no title."""

    id: UUID
    kind: Kind
    title: str | None
    last_sequence: int

    @classmethod
    def of(cls, found: Conversation) -> Self:
        """Return the facts of a row."""
        return cls(id=found.id, kind=found.kind, title=found.title, last_sequence=found.last_sequence)


def pair_key(one: UUID, other: UUID) -> UUID:
    """Return what makes the direct conversation of two profiles the only one."""
    return ids.derived("direct", *sorted((one, other)))


def _once(*found: UUID | None) -> list[UUID]:
    return list(dict.fromkeys(one for one in found if one is not None))
