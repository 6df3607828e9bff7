"""Published facts, and tasks put aside: plain frozen Structs with a name.

An event says `name` ("context.noun_past_verb"), `about` (the field that holds its subject's id and the subject's kind),
and `public` when it may leave the house. Its fields are ids and numbers, never personal text.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.shapes import Instant


class Event(Struct, frozen=True, kw_only=True, rename="camel"):
    """A fact. Subclasses repeat `frozen=True, kw_only=True` and set the class variables."""

    name: ClassVar[str] = ""
    about: ClassVar[tuple[str, str]] = ("", "")
    public: ClassVar[bool] = False

    @property
    def subject_kind(self) -> str:
        """The kind of thing the fact is about."""
        return self.about[0]

    @property
    def subject_id(self) -> UUID:
        """The id of the thing the fact is about."""
        return getattr(self, self.about[1])


class Task(Struct, frozen=True, kw_only=True):
    """Work put aside for one receiver. Subclasses repeat `frozen=True, kw_only=True` and set `name` ("context.verb_noun")."""

    name: ClassVar[str] = ""


class Envelope(Struct, frozen=True, kw_only=True, rename="camel"):
    """How an event looks on every wire."""

    id: UUID
    type: str
    occurred_at: Instant
    subject: dict[str, str]
    sequence: int
    data: dict[str, object]


class Queued(Struct, frozen=True, kw_only=True):
    """A task with its due time (business clock); `key` makes it unique among the undone ones of its name."""

    task: Task
    at: datetime | None = None
    key: str | None = None


class Hint(Struct, frozen=True):
    """A live hint to a room, sent after the commit; it may be lost (clients catch up by sequence)."""

    room: str
    name: str
    ids: dict[str, str]
