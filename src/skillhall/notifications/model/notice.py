"""A notice: what a context asks for, the row it becomes, and what its reader sees of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.kernel.shapes import Subject
from skillhall.notifications.model.facts import Fact
from skillhall.notifications.model.types.kind import Channel, Priority

State = Literal["scheduled", "sent", "dismissed", "cancelled", "expired"]
LIFE: Final = timedelta(days=30)
MAX_TITLE, MAX_TEXT = 200, 4000


class Notice(Struct, frozen=True, kw_only=True):
    """What somebody shall be told. With account and type, `key` is unique: the same notice twice is one.

    Reactions leave `key` empty; the event's id is used. `path` is below the hall's address, without a slash before it.
    `at` is not before when; `expires_at` is 30 days after that unless said. `priority` None: the type's. `channels`: by these at most.
    """

    account_id: UUID
    type: str
    about: Subject
    facts: dict[str, Fact] = {}
    path: str = ""
    actor_id: UUID | None = None
    why: str = ""
    key: str = ""
    at: datetime | None = None
    expires_at: datetime | None = None
    data: dict[str, object] = {}
    priority: Priority | None = None
    batch_id: UUID | None = None
    channels: tuple[Channel, ...] | None = None


class NoticeRow(Struct, frozen=True, kw_only=True):
    """A notice as it is kept. `at` is when it came, or comes, into the inbox; `rule` the reaction or verb that made it.

    By other `channels` than these it does not go; None: by every one its reader wants.
    """

    id: UUID
    account_id: UUID
    sequence: int | None
    type: str
    category: str
    subject_kind: str
    subject_id: UUID
    title: str
    text: str
    action: str
    path: str
    language: str
    priority: Priority
    actor_id: UUID | None
    why: str
    rule: str
    event_id: UUID | None
    facts: dict[str, object]
    data: dict[str, object]
    key: str
    batch_id: UUID | None
    state: State
    at: datetime
    created_at: datetime
    expires_at: datetime
    read_at: datetime | None = None
    opened_at: datetime | None = None
    clicked_at: datetime | None = None
    channels: tuple[Channel, ...] | None = None
    is_silent: bool = False
    is_deleted: bool = False

    @property
    def is_live(self) -> bool:
        """Whether it is still worth telling: not read, not taken away, not cancelled, not expired."""
        return self.state in ("scheduled", "sent") and self.read_at is None and not self.is_deleted

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return Subject(self.subject_kind, self.subject_id)


def notice_row(row: Mapping[str, object]) -> NoticeRow:
    """Return the notice of a database row that has all its columns."""
    return msgspec.convert(dict(row), NoticeRow)


def expiry(at: datetime) -> datetime:
    """Return when a notice of this time expires: after 30 days, at the next full hour, so that many expire together."""
    end = at + LIFE
    return end.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
