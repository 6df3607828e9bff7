"""The shapes of the wire that contexts build on: bodies, views, instants, subjects, pages."""

from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from msgspec import Meta, Struct

T = TypeVar("T")
Instant = Annotated[str, Meta(extra_json_schema={"format": "date-time", "examples": ["2026-11-20T10:30:00.000Z"]})]
Moment = Annotated[datetime, Meta(tz=True)]


def instant(at: datetime) -> Instant:
    """Return `at` as the wire writes it: UTC, three decimals, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def maybe_instant(at: datetime | None) -> Instant | None:
    """Return `at` as the wire writes it, or nothing."""
    return None if at is None else instant(at)


def camel(name: str) -> str:
    """Return a name of ours as the wire writes it: `retry_after` is `retryAfter`."""
    first, *others = name.split("_")
    return first + "".join(other.title() for other in others)


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What a client sends: camelCase, unknown fields refused. A field that PUT or PATCH may leave out defaults to `msgspec.UNSET`."""


class View(Struct, frozen=True, kw_only=True, rename="camel"):
    """What a client gets: camelCase."""


class Subject(Struct, frozen=True):
    """An opaque name by which a lower context knows an upper thing; never joined, never interpreted."""

    kind: str
    id: UUID

    def __str__(self) -> str:
        """Return `kind:id`."""
        return f"{self.kind}:{self.id}"


class ListQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The query every list takes; lists add their own named filters. `filter` is the same filters as one JSON object."""

    page: Annotated[int, Meta(ge=1, description="Which page, from 1.")] = 1
    limit: Annotated[int, Meta(ge=1, le=100, description="How many on a page.")] = 20
    sort: Annotated[str | None, Meta(description="Order by this, such as `createdAt`; `-createdAt` turns the order.")] = None
    search: Annotated[str, Meta(max_length=200, description="Words to look for.")] | None = None
    filter: Annotated[str | None, Meta(description="The other parameters of this list as one JSON object.")] = None
    fields: Annotated[str | None, Meta(description="Names of top-level fields, with commas: the answer has these alone.")] = None
    cursor: Annotated[str | None, Meta(description="`nextCursor` of the page before; empty to begin. Nothing is counted then.")] = None


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a list. `total` is None when a cursor was used; it counts to 10,000 and is then capped."""

    items: list[T]
    page: int
    limit: int
    total: int | None
    is_capped: bool
    has_next: bool
    next_cursor: str | None
