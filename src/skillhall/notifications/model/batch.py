"""A batch: what staff sends to many, and how far it has come."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct, field

from skillhall.kernel.events import Task
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Instant, Moment, View, instant, maybe_instant
from skillhall.notifications.model.audience import Audience, check_named
from skillhall.notifications.model.facts import Fact
from skillhall.notifications.model.refusals import NotSendable
from skillhall.notifications.model.types import Channel, Priority, Type, find_type
from skillhall.notifications.model.types.hall import SENDABLE
from skillhall.notifications.words import LANGUAGES, language_of

Title = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S", description="Text that is not blank")]
Text = Annotated[str, Meta(min_length=1, max_length=4000, pattern=r"\S", description="Text that is not blank")]
Path = Annotated[str, Meta(max_length=300, pattern=r"^(/?[A-Za-z0-9][A-Za-z0-9/_.?=&%-]*)?$(?!\n)", description="A path of this hall")]
Data = Annotated[dict[str, object], Meta(max_length=20)]
State = Literal["scheduled", "running", "done", "cancelled"]
CHUNK: Final = 500
AT_ONCE: Final = 100
CHANNEL_WORDS: Final[Mapping[str, Channel]] = {
    "in_app": "in_app", "inapp": "in_app", "in-app": "in_app", "email": "email", "push": "push", "sms": "sms",
}  # fmt: skip


class Wording(Body, frozen=True, kw_only=True):
    """Title and text in one language."""

    title: Title
    message: Text


class Sending(Body, frozen=True, kw_only=True):
    """What is sent. `translations` are for readers of other languages; `channels` limits it to these; `link` is a path of this hall."""

    type: Annotated[str, Meta(max_length=80)] = "hall.announcement"
    title: Title
    message: Text
    translations: dict[str, Wording] = field(default_factory=dict)
    link: Path | None = None
    priority: Priority | None = None
    channels: Annotated[list[str], Meta(min_length=1, max_length=4)] | None = None
    scheduled_for: Moment | None = None
    expires_at: Moment | None = None
    data: Data = field(default_factory=dict)


class SendOne(Sending, frozen=True, kw_only=True):
    """One notification to one member."""

    user_id: UUID


class Send(Sending, frozen=True, kw_only=True):
    """To these members, or to an audience: exactly one of them."""

    user_ids: Annotated[list[UUID], Meta(min_length=1, max_length=1000)] | None = None
    audience: Audience | None = None

    def whom(self) -> Audience:
        """Return the audience that is meant, or refuse none and two."""
        if (self.user_ids is None) == (self.audience is None):
            raise Invalid(FieldError("audience", "body", "notifications.audience_missing", "Send userIds or an audience, one of them."))
        meant = Audience(account_ids=self.user_ids) if self.audience is None else self.audience
        check_named(meant)
        return meant


class SendMany(Sending, frozen=True, kw_only=True):
    """To an audience."""

    audience: Audience


class Batch(Struct, frozen=True, kw_only=True):
    """One sending to many, as it is kept. `words` are by language; those under `""` are for everybody else."""

    id: UUID
    type: str
    audience: Audience
    words: dict[str, Wording]
    path: str
    priority: Priority
    channels: tuple[Channel, ...] | None
    data: dict[str, object]
    state: State
    at: datetime
    expires_at: datetime | None
    created_by: UUID
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    last_account_id: UUID | None = None
    reached: int = 0
    sent: int = 0
    withdrawn: int = 0

    def facts(self, locale: str) -> dict[str, Fact]:
        """Return title and text for a reader of this locale."""
        words = self.words.get(language_of(locale), self.words[""])
        return {"title": words.title, "text": words.message}


class BatchView(View, frozen=True, kw_only=True):
    """A sending. `reached` counts the members it has come to, `sent` those who were told, `withdrawn` what was taken back unread."""

    id: UUID
    type: str
    title: str
    message: str
    link: str | None
    priority: str
    audience: Audience
    status: str
    scheduled_for: Instant
    reached: int
    sent: int
    withdrawn: int
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None


class FanOut(Task, frozen=True, kw_only=True):
    """Tell the next members of a batch."""

    name: ClassVar[str] = "notifications.fan_out"
    batch_id: UUID


class Withdraw(Task, frozen=True, kw_only=True):
    """Take the next unread notices of a cancelled batch back."""

    name: ClassVar[str] = "notifications.withdraw"
    batch_id: UUID
    after: UUID | None = None


def sendable(name: str) -> Type:
    """Return the type a sender names; refuse what staff does not send."""
    kind = find_type(name)
    if kind is None:
        raise Invalid(
            FieldError("type", "body", "notifications.unknown_type", "There is no such type; GET /notifications/types lists them.")
        )
    if kind.code not in SENDABLE:
        raise NotSendable(type=kind.code, types=", ".join(sorted(SENDABLE)))
    return kind


def checked(command: Sending, now: datetime) -> tuple[Type, tuple[Channel, ...] | None]:
    """Return type and channels of a sending; refuse unknown words and an end before its beginning, all at once."""
    kind = sendable(command.type)
    errors = [
        FieldError(f"channels.{place}", "body", "notifications.unknown_channel", "One of: in_app, email, push, sms.")
        for place, word in enumerate(command.channels or ())
        if word.lower() not in CHANNEL_WORDS
    ]
    errors += [
        FieldError(f"translations.{name}", "body", "notifications.unknown_language", f"One of: {', '.join(LANGUAGES)}.")
        for name in command.translations
        if name not in LANGUAGES
    ]
    if command.expires_at is not None and command.expires_at <= max(now, command.scheduled_for or now):
        errors.append(FieldError("expiresAt", "body", "notifications.ends_too_early", "Must be after it is sent."))
    if errors:
        raise Invalid(*errors)
    return kind, None if command.channels is None else tuple({CHANNEL_WORDS[word.lower()]: None for word in command.channels})


def batch_of(row: Mapping[str, object]) -> Batch:
    """Return the batch of a database row."""
    return msgspec.convert(dict(row), Batch)


def batch_view(batch: Batch) -> BatchView:
    """Return a batch as staff sees it."""
    words = batch.words[""]
    return BatchView(
        id=batch.id,
        type=batch.type,
        title=words.title,
        message=words.message,
        link=f"/{batch.path}" if batch.path else None,
        priority=batch.priority,
        audience=batch.audience,
        status=batch.state,
        scheduled_for=instant(batch.at),
        reached=batch.reached,
        sent=batch.sent,
        withdrawn=batch.withdrawn,
        created_at=instant(batch.created_at),
        started_at=maybe_instant(batch.started_at),
        finished_at=maybe_instant(batch.finished_at),
    )
