"""Conversations that were held elsewhere, as they are handed over: an import, the demo community. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from skillhall.kernel import ids
from skillhall.kernel.shapes import Subject
from skillhall.messaging.model.conversation import Kind, Member, Role, Say, pair_key
from skillhall.messaging.model.message import fingerprint_of


class AdoptedMessage(Struct, frozen=True, kw_only=True):
    """What somebody wrote, or (`by` None) the hall said by `code` and `params`; with who has reacted to it how."""

    at: datetime
    text: str
    by: Member | None = None
    subject: Subject | None = None
    code: str | None = None
    params: dict[str, str | int] | None = None
    reactions: Sequence[tuple[Member, str]] = ()


class AdoptedConversation(Struct, frozen=True, kw_only=True):
    """Two people (no title) or a group of the first one's. `read_until`: till when somebody has read; who is left out has read all."""

    id: UUID
    members: Sequence[Member]
    messages: Sequence[AdoptedMessage]
    title: str | None = None
    read_until: Mapping[UUID, datetime] = {}


class ConversationRow(Struct, frozen=True, kw_only=True):
    """A row of conversation."""

    id: UUID
    kind: Kind
    key: UUID | None
    title: str | None
    owner_profile_id: UUID | None
    owner_account_id: UUID | None
    last_sequence: int
    last_revision: int
    last_message_at: datetime
    created_at: datetime


class ParticipantRow(Struct, frozen=True, kw_only=True):
    """A row of participant."""

    conversation_id: UUID
    profile_id: UUID
    account_id: UUID
    role: Role
    joined_at: datetime
    last_read: int
    has_written: bool


class MessageRow(Struct, frozen=True, kw_only=True):
    """A row of message."""

    id: UUID
    conversation_id: UUID
    sequence: int
    fingerprint: UUID
    kind: Literal["text", "system"]
    profile_id: UUID | None
    account_id: UUID | None
    text: str
    code: str | None
    params: dict[str, str | int] | None
    subject_kind: str | None
    subject_id: UUID | None
    revision: int | None
    created_at: datetime


class ReactionRow(Struct, frozen=True, kw_only=True):
    """A row of reaction."""

    message_id: UUID
    profile_id: UUID
    account_id: UUID
    emoji: str
    at: datetime


class Rows(Struct, frozen=True, kw_only=True):
    """What is stored of adopted conversations."""

    conversations: list[ConversationRow]
    participants: list[ParticipantRow]
    messages: list[MessageRow]
    reactions: list[ReactionRow]


def rows(conversations: Sequence[AdoptedConversation], origin: str) -> Rows:
    """Return the rows of conversations that have messages, whose order is that of their times; the same at every time they are made."""
    found = Rows(conversations=[], participants=[], messages=[], reactions=[])
    for one in conversations:
        messages = sorted(one.messages, key=lambda message: message.at)
        revision = 0
        for sequence, message in enumerate(messages, 1):
            message_id = ids.derived(origin, "message", one.id, sequence)
            revision += len(message.reactions)
            found.messages.append(_message(one, message, message_id, sequence, revision if message.reactions else None))
            found.reactions.extend(
                ReactionRow(message_id=message_id, profile_id=by.profile_id, account_id=by.account_id, emoji=emoji, at=message.at)
                for by, emoji in message.reactions
            )
        found.conversations.append(_conversation(one, messages, revision))
        found.participants.extend(_participant(one, member, messages) for member in one.members)
    return found


def spoken(at: datetime, said: Say) -> AdoptedMessage:
    """Return what the hall would have said then."""
    return AdoptedMessage(at=at, text=said.text, subject=said.subject, code=said.code, params=said.params)


def _conversation(one: AdoptedConversation, messages: Sequence[AdoptedMessage], revision: int) -> ConversationRow:
    owner = one.members[0] if one.title is not None else None
    return ConversationRow(
        id=one.id,
        kind="direct" if owner is None else "group",
        key=pair_key(*(member.profile_id for member in one.members)) if owner is None else None,
        title=one.title,
        owner_profile_id=owner and owner.profile_id,
        owner_account_id=owner and owner.account_id,
        last_sequence=len(messages),
        last_revision=revision,
        last_message_at=messages[-1].at,
        created_at=messages[0].at,
    )


def _participant(one: AdoptedConversation, member: Member, messages: Sequence[AdoptedMessage]) -> ParticipantRow:
    until = one.read_until.get(member.account_id, messages[-1].at)
    read = [sequence for sequence, message in enumerate(messages, 1) if message.by == member or message.at <= until]
    return ParticipantRow(
        conversation_id=one.id,
        profile_id=member.profile_id,
        account_id=member.account_id,
        role="owner" if one.title is not None and member == one.members[0] else "member",
        joined_at=messages[0].at,
        last_read=max(read, default=0),
        has_written=any(message.by == member for message in messages),
    )


def _message(one: AdoptedConversation, message: AdoptedMessage, message_id: UUID, sequence: int, revision: int | None) -> MessageRow:
    return MessageRow(
        id=message_id,
        conversation_id=one.id,
        sequence=sequence,
        fingerprint=fingerprint_of(message.subject or Subject("conversation", one.id), message.code or "", message.text),
        kind="text" if message.by else "system",
        profile_id=message.by and message.by.profile_id,
        account_id=message.by and message.by.account_id,
        text=message.text,
        code=message.code,
        params=message.params,
        subject_kind=message.subject and message.subject.kind,
        subject_id=message.subject and message.subject.id,
        revision=revision,
        created_at=message.at,
    )
