"""Messages: what is sent, how it is told from another, how it is shown."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.kernel import ids
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Instant, Subject, View
from skillhall.messaging.model.refusals import MessageDeleted, SenderOnly, TooLateToEdit

Kind = Literal["text", "file", "system"]
WORDS: Final[dict[str, Kind]] = {
    "text": "text", "file": "file", "image": "file", "audio": "file", "video": "file", "document": "file", "media": "file",
}  # fmt: skip
LONGEST_TEXT: Final = 4000
MOST_ATTACHMENTS: Final = 10
MOST_EDITS: Final = 50
Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]


class NewAttachment(Body, frozen=True, kw_only=True):
    """An uploaded file of one's own to send along; `name` is shown instead of the file's."""

    file_id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class SubjectView(View, frozen=True, kw_only=True):
    """What a conversation or a message is about: `session`, `project`, `agreement` …, and its id."""

    kind: str
    id: UUID


class MessageSubject(Body, frozen=True, kw_only=True):
    """Something the hall has spoken of in the conversation."""

    kind: Annotated[str, Meta(min_length=1, max_length=50)]
    id: UUID


class NewMessage(Body, frozen=True, kw_only=True):
    """A message to send. `clientId` is new for each message and the same for a resend, which then is the same message.

    `type` follows from what is sent; older clients' words are read. A message has a text, or attachments, or both.
    """

    content: Text = ""
    type: str = "text"
    client_id: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    reply_to_id: UUID | None = None
    subject: MessageSubject | None = None
    attachments: Annotated[tuple[NewAttachment, ...], Meta(max_length=MOST_ATTACHMENTS)] = ()

    def __post_init__(self) -> None:
        """Refuse an empty message, and a type nobody may send."""
        wrong: list[FieldError] = []
        if not self.text and not self.attachments:
            wrong.append(FieldError("content", "body", "too_short", "A message says something, or brings a file."))
        if self.type.strip().lower() not in WORDS:
            wrong.append(FieldError("type", "body", "not_an_option", "One of: text, file."))
        files = [one.file_id for one in self.attachments]
        if len(set(files)) != len(files):
            wrong.append(FieldError("attachments", "body", "not_unique", "Each file once."))
        if wrong:
            raise Invalid(*wrong)

    @property
    def text(self) -> str:
        """The text without the space around it."""
        return self.content.strip()

    @property
    def kind(self) -> Kind:
        """Whether it brings files."""
        return "file" if self.attachments else "text"

    def fingerprint(self, account_id: UUID) -> UUID:
        """Return what is the same for every sending of this message by this account."""
        subject = "" if self.subject is None else f"{self.subject.kind}:{self.subject.id}"
        return ids.derived(account_id, self.text, self.reply_to_id or "", subject, *(one.file_id for one in self.attachments))


class EditMessage(Body, frozen=True, kw_only=True):
    """What a message says now."""

    content: Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT, pattern=r"\S", description="Text that is not blank")]


class Message(Struct, frozen=True, kw_only=True):
    """One row, for the verbs that change it."""

    id: UUID
    conversation_id: UUID
    sequence: int
    kind: Kind
    profile_id: UUID | None
    account_id: UUID | None
    text: str
    edited_at: datetime | None
    deleted_at: datetime | None
    created_at: datetime

    @property
    def written_at(self) -> datetime:
        """When the text it has now was written."""
        return self.edited_at or self.created_at

    def check_alive(self) -> None:
        """Refuse a deleted one."""
        if self.deleted_at is not None:
            raise MessageDeleted

    def check_sender(self, account_id: UUID) -> None:
        """Refuse everybody but its sender."""
        if self.account_id != account_id:
            raise SenderOnly

    def check_editable(self, now: datetime, hours: int) -> None:
        """Refuse when the time to edit is over."""
        if now > self.created_at + timedelta(hours=hours):
            raise TooLateToEdit(hours=hours)


class SenderView(View, frozen=True, kw_only=True):
    """Who has written: `id` is the account, `profileId` the profile they wrote as."""

    id: UUID
    profile_id: UUID
    display_name: str
    username: str | None
    avatar_url: str | None


class AttachmentView(View, frozen=True, kw_only=True):
    """A file of a message; `url` gives the content for an hour, `size` is in bytes."""

    file_id: UUID
    name: str
    content_type: str
    size: int
    url: str


class ReactionView(View, frozen=True, kw_only=True):
    """One emoji and who has reacted with it."""

    emoji: str
    count: int
    profile_ids: list[UUID]


class MessageView(View, frozen=True, kw_only=True):
    """A message, the same for everybody in the conversation.

    A system message has no `sender`; clients translate it by `code` and `params`, `content` says it in English. A deleted one has lost
    its content. `revision` is the conversation's count of changes at its latest one, null while it is as it was sent.
    """

    id: UUID
    conversation_id: UUID
    sequence: int
    client_id: str
    type: Kind
    content: str
    code: str | None
    params: dict[str, Any] | None
    sender: SenderView | None
    subject: SubjectView | None
    reply_to_id: UUID | None
    attachments: list[AttachmentView]
    reactions: list[ReactionView]
    is_edited: bool
    is_deleted: bool
    revision: int | None
    created_at: Instant
    edited_at: Instant | None


class LastMessageView(View, frozen=True, kw_only=True):
    """The latest message of a conversation, in short."""

    id: UUID
    sequence: int
    type: Kind
    content: str
    code: str | None
    params: dict[str, Any] | None
    sender_profile_id: UUID | None
    is_deleted: bool
    created_at: Instant


class TextVersion(View, frozen=True, kw_only=True):
    """What a message said, from when on."""

    text: str
    at: Instant


class FileEvidence(View, frozen=True, kw_only=True):
    """A file of a message, as it was called there."""

    file_id: UUID
    name: str


class MessageEvidence(View, frozen=True, kw_only=True):
    """A message as evidence: what it said in every version, also when it is deleted. `by` is null for the hall's own."""

    id: UUID
    conversation_id: UUID
    sequence: int
    by: UUID | None
    type: Kind
    code: str | None
    params: dict[str, Any] | None
    text: str
    earlier: list[TextVersion]
    files: list[FileEvidence]
    sent_at: Instant
    edited_at: Instant | None
    deleted_at: Instant | None


def subject_view(kind: str | None, id: UUID | None) -> SubjectView | None:  # noqa: A002 - as a subject calls it
    """Return a subject of two columns, or nothing."""
    return None if kind is None or id is None else SubjectView(kind=kind, id=id)


def fingerprint_of(subject: Subject, code: str, text: str) -> UUID:
    """Return the fingerprint of a system message."""
    return ids.derived("system", subject.kind, subject.id, code, text)
