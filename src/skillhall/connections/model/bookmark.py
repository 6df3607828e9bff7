"""What a profile has put aside to find again: on one of two shelves, perhaps in a folder, perhaps with a note."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from skillhall.kernel.shapes import Body, Instant, View

Shelf = Literal["saved", "favorite"]
Kind = Annotated[str, Meta(min_length=1, max_length=40, examples=["profile"])]
Folder = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S", description="Text that is not blank", examples=["Cellists"])]
Note = Annotated[
    str, Meta(min_length=1, max_length=1000, pattern=r"\S", description="Text that is not blank", examples=["Ask about Saturdays."])
]


class Bookmark(Struct, frozen=True, kw_only=True):
    """One thing on one shelf of one profile, as stored."""

    id: UUID
    shelf: Shelf
    kind: str
    subject_id: UUID
    folder: str | None
    note: str | None
    saved_at: datetime


class NewBookmark(Body, frozen=True, kw_only=True):
    """What to put aside: `kind` and the id of the thing."""

    kind: Kind
    subject_id: UUID
    shelf: Shelf = "saved"
    folder: Folder | None = None
    note: Note | None = None


class ChangeBookmark(Body, frozen=True, kw_only=True):
    """The fields to change; absent ones stay, null empties."""

    folder: Folder | UnsetType | None = UNSET
    note: Note | UnsetType | None = UNSET


class NewDeveloper(Body, frozen=True, kw_only=True):
    """Whom to put aside, as older clients write it: an account, whose primary profile is meant, or a profile."""

    developer_id: UUID


class SavedCard(View, frozen=True, kw_only=True):
    """What somebody has put aside, as its owner shows it: `path` is where to read it, below /api/v1. A rating goes from 1 to 5."""

    title: str
    subtitle: str | None
    image_url: str | None
    rating: float | None
    path: str


class BookmarkView(View, frozen=True, kw_only=True):
    """A bookmark. `card` is null while the thing is hidden from the caller, or gone."""

    id: UUID
    shelf: Shelf
    kind: str
    subject_id: UUID
    folder: str | None
    note: str | None
    card: SavedCard | None
    created_at: Instant


class FolderView(View, frozen=True, kw_only=True):
    """A folder, and how many bookmarks are in it."""

    folder: str
    bookmarks: int
