"""Bookmarks on screens, each with the card its owner gives the caller."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from skillhall.connections.model.bookmark import Bookmark, BookmarkView, FolderView, SavedCard, Shelf
from skillhall.connections.model.refusals import BookmarkNotFound
from skillhall.connections.ports import Savable
from skillhall.connections.queries.parties import acting
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Page, instant

BOOKMARKS = Listing(
    columns=sql("b.id, b.shelf, b.kind, b.subject_id, b.folder, b.note, b.saved_at"),
    source=sql("connections.bookmark b"),
    sorts={"createdAt": sql("b.saved_at")},
    default_sort="-createdAt",
    key=sql("b.id"),
    filters={
        "profile": sql("b.profile_id = {}"),
        "shelf": sql("b.shelf = {}"),
        "kind": sql("b.kind = {}"),
        "folder": sql("b.folder = {}"),
    },
    search=sql("(b.note ILIKE '%' || {} || '%' OR b.folder ILIKE '%' || {} || '%')"),
)
BOOKMARK = sql("SELECT id, shelf, kind, subject_id, folder, note, saved_at FROM connections.bookmark WHERE id = $1 AND account_id = $2")
FOLDERS = sql("""
SELECT folder, count(*)::int AS bookmarks FROM connections.bookmark
WHERE profile_id = $1 AND folder IS NOT NULL GROUP BY folder ORDER BY folder LIMIT 1000
""")
PROFILES = sql("""
SELECT v.id, v.display_name, v.username, v.avatar_url, v.rating FROM profiles.public_profile v
WHERE v.id = ANY($1) AND v.is_visible AND NOT EXISTS (
    SELECT FROM identity.public_block b WHERE (b.account_id, b.blocked_id) IN ((v.account_id, $2), ($2, v.account_id)))
""")
PROFILE_OR_PRIMARY = sql("SELECT id FROM profiles.public_profile WHERE id = $1 OR (account_id = $1 AND is_primary)")
PROFILES_MEANT = sql("SELECT id FROM profiles.public_profile WHERE id = $1 OR account_id = $1")


class BookmarkQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of one's bookmarks. `search` looks into notes and folders."""

    shelf: Shelf | None = None
    kind: Annotated[str, Meta(max_length=40)] | None = None
    folder: Annotated[str, Meta(max_length=100)] | None = None


class DeveloperQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Whom: an account or a profile."""

    developer_id: UUID


class SavableProfiles:
    """Fills `Savable` for profiles."""

    kind = "profile"

    async def cards(self, read: Read, by: Actor, ids: Sequence[UUID]) -> dict[UUID, SavedCard]:
        """Return cards of those profiles the caller may see."""
        return {row["id"]: _profile_card(row) for row in await read.rows(PROFILES, list(ids), by.account_id)}


async def bookmarks_page(read: Read, query: BookmarkQuery, by: Actor) -> Page[BookmarkView]:
    """Return what the profile the caller acts as has put aside, newest first."""
    if query.kind is not None:
        savable(read, query.kind, "query")
    where = {"profile": (await acting(read, by)).id, "shelf": query.shelf, "kind": query.kind, "folder": query.folder}
    page = await BOOKMARKS.page(read, query, decode=_bookmark, where=where)
    items = await views(read, page.items, by)
    return Page(
        items=items, page=page.page, limit=page.limit, total=page.total, is_capped=page.is_capped, has_next=page.has_next,
        next_cursor=page.next_cursor,
    )  # fmt: skip


async def bookmark_view(read: Read, bookmark_id: UUID, by: Actor) -> BookmarkView:
    """Return one of the caller's bookmarks."""
    row = await read.row(BOOKMARK, bookmark_id, by.account_id)
    if row is None:
        raise BookmarkNotFound(bookmark_id=bookmark_id)
    return (await views(read, [_bookmark(row)], by))[0]


async def folders(read: Read, by: Actor) -> Page[FolderView]:
    """Return the folders of the profile the caller acts as, by name."""
    items = [FolderView(**row) for row in await read.rows(FOLDERS, (await acting(read, by)).id)]
    return Page(items=items, page=1, limit=max(len(items), 1), total=len(items), is_capped=False, has_next=False, next_cursor=None)


async def views(read: Read, bookmarks: Sequence[Bookmark], by: Actor) -> list[BookmarkView]:
    """Return bookmarks with their cards: one question to each owner."""
    found: dict[tuple[str, UUID], SavedCard] = {}
    for owner in read.ports(Savable):
        if ids := [one.subject_id for one in bookmarks if one.kind == owner.kind]:
            found |= {(owner.kind, subject_id): one for subject_id, one in (await owner.cards(read, by, ids)).items()}
    return [
        BookmarkView(
            id=one.id,
            shelf=one.shelf,
            kind=one.kind,
            subject_id=one.subject_id,
            folder=one.folder,
            note=one.note,
            card=found.get((one.kind, one.subject_id)),
            created_at=instant(one.saved_at),
        )
        for one in bookmarks
    ]


def savable(read: Read, kind: str, location: str = "body") -> Savable:
    """Return who owns things of this kind; refuse a kind that nobody does."""
    owners = {owner.kind: owner for owner in read.ports(Savable)}
    if kind not in owners:
        raise Invalid(FieldError("kind", location, "connections.unknown_kind", f"One of: {', '.join(sorted(owners))}."))
    return owners[kind]


async def find_developer(read: Read, developer_id: UUID) -> UUID | None:
    """Return the profile of this id, or the primary one of the account of this id."""
    return await read.value(PROFILE_OR_PRIMARY, developer_id)


async def meant(read: Read, developer_id: UUID) -> list[UUID]:
    """Return every profile that this id may mean: the profile, or all of the account."""
    return [row["id"] for row in await read.rows(PROFILES_MEANT, developer_id)]


def _bookmark(row: Row) -> Bookmark:
    return msgspec.convert({name: row[name] for name in Bookmark.__struct_fields__}, Bookmark)


def _profile_card(row: Row) -> SavedCard:
    return SavedCard(
        title=row["display_name"],
        subtitle=row["username"],
        image_url=row["avatar_url"],
        rating=row["rating"],
        path=f"/profiles/{row['id']}",
    )
