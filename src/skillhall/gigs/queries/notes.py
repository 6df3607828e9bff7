"""Files, updates and comments of a project on screens, and its figures. Whoever sees the project sees them."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from msgspec.structs import replace

from skillhall.gigs.queries.projects import seen
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.files import links
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.profiles.api import PersonCard

FILES = Listing(
    columns=sql("f.id, f.project_id, f.account_id, f.file_id, f.title, f.file_name, f.content_type, f.size, f.created_at"),
    source=sql("gigs.project_file f"),
    sorts={"createdAt": sql("f.created_at"), "title": sql("f.title")},
    default_sort="createdAt",
    key=sql("f.id"),
    filters={"id": sql("f.id = {}"), "project": sql("f.project_id = {}")},
    search=sql("f.title ILIKE '%' || {} || '%'"),
)
UPDATES = Listing(
    columns=sql("""
        u.id, u.project_id, u.account_id, u.kind, u.text, u.created_at,
        h.id AS profile_id, h.display_name, h.username, h.avatar_url, h.rating
    """),
    source=sql("gigs.project_update u JOIN profiles.public_profile h ON h.account_id = u.account_id AND h.is_primary"),
    sorts={"createdAt": sql("u.created_at")},
    default_sort="-createdAt",
    key=sql("u.id"),
    filters={"id": sql("u.id = {}"), "project": sql("u.project_id = {}")},
)
COMMENTS = Listing(
    columns=sql("""
        c.id, c.project_id, c.account_id, c.parent_id, c.text, c.created_at, c.edited_at, c.deleted_at,
        h.id AS profile_id, h.display_name, h.username, h.avatar_url, h.rating
    """),
    source=sql("gigs.project_comment c JOIN profiles.public_profile h ON h.id = c.profile_id"),
    sorts={"createdAt": sql("c.created_at")},
    default_sort="createdAt",
    key=sql("c.id"),
    filters={
        "id": sql("c.id = {}"),
        "project": sql("c.project_id = {}"),
        "viewer": sql("""NOT c.account_id = ANY (ARRAY(
            SELECT a.id FROM identity.public_account a WHERE NOT a.is_visible
            UNION ALL SELECT b.blocked_id FROM identity.public_block b WHERE b.account_id = {}
            UNION ALL SELECT b.account_id FROM identity.public_block b WHERE b.blocked_id = {}))"""),
    },
)
STATS = sql("""
SELECT (SELECT count(*) FROM gigs.project_view v WHERE v.project_id = $1)::int AS views,
    (SELECT count(DISTINCT v.account_id) FROM gigs.project_view v WHERE v.project_id = $1)::int AS viewers,
    (SELECT count(*) FROM gigs.project_comment c WHERE c.project_id = $1 AND c.deleted_at IS NULL)::int AS comments,
    (SELECT count(*) FROM gigs.project_update u WHERE u.project_id = $1)::int AS updates,
    (SELECT count(*) FROM gigs.project_file f WHERE f.project_id = $1)::int AS files,
    (SELECT count(*) FROM connections.public_saved s WHERE s.kind = 'project' AND s.subject_id = $1 AND s.shelf = 'saved')::int AS saves,
    (SELECT count(*) FROM connections.public_saved s WHERE s.kind = 'project' AND s.subject_id = $1 AND s.shelf = 'favorite')::int
        AS favorites,
    b.bids, b.applications, b.shortlisted, b.interviewing,
    (SELECT count(*) FROM gigs.invite i WHERE i.project_id = $1 AND i.state <> 'withdrawn')::int AS invites
FROM (
    SELECT count(*) FILTER (WHERE coalesce(amount, hourly_rate) IS NOT NULL)::int AS bids,
        count(*) FILTER (WHERE coalesce(amount, hourly_rate) IS NULL)::int AS applications,
        count(*) FILTER (WHERE state = 'shortlisted')::int AS shortlisted,
        count(*) FILTER (WHERE state = 'interviewing')::int AS interviewing
    FROM gigs.bid WHERE project_id = $1 AND state NOT IN ('withdrawn', 'expired')) b
""")


class FileView(View, frozen=True, kw_only=True):
    """A file shown with a project; `url` gives the content for an hour, `size` is in bytes."""

    id: UUID
    project_id: UUID
    uploaded_by: UUID
    title: str
    url: str
    file_id: UUID
    file_name: str
    content_type: str
    size: int
    created_at: Instant


class UpdateView(View, frozen=True, kw_only=True):
    """News of a project, by its owner or worker."""

    id: UUID
    project_id: UUID
    author_id: UUID
    author: PersonCard
    type: Literal["note", "status_change", "milestone", "activity"]
    text: str
    created_at: Instant


class CommentView(View, frozen=True, kw_only=True):
    """A comment; a deleted one has no text and no author any more."""

    id: UUID
    project_id: UUID
    parent_id: UUID | None
    author_id: UUID | None
    author: PersonCard | None
    content: str
    is_deleted: bool
    created_at: Instant
    edited_at: Instant | None


class StatsView(View, frozen=True, kw_only=True):
    """A project in numbers. A view is one person on one day. The last three are for its owner, null for others."""

    project_id: UUID
    views: int
    viewers: int
    bids: int
    applications: int
    saves: int
    favorites: int
    comments: int
    updates: int
    files: int
    shortlisted: int | None
    interviewing: int | None
    invites: int | None


async def files(read: Read, by: Actor, project_id: UUID, query: ListQuery) -> Page[FileView]:
    """Return the files of a project."""
    await seen(read, project_id, by)
    page = await FILES.page(read, query, decode=_file, where={"project": project_id})
    return replace(page, items=await _linked(read, page.items))


async def updates(read: Read, by: Actor, project_id: UUID, query: ListQuery) -> Page[UpdateView]:
    """Return the news of a project."""
    await seen(read, project_id, by)
    return await UPDATES.page(read, query, decode=_update, where={"project": project_id})


async def comments(read: Read, by: Actor, project_id: UUID, query: ListQuery) -> Page[CommentView]:
    """Return the comments on a project, without those of people whom a block keeps apart from the caller."""
    await seen(read, project_id, by)
    return await COMMENTS.page(read, query, decode=_comment, where={"project": project_id, "viewer": by.account_id})


async def project_stats(read: Read, by: Actor, project_id: UUID) -> StatsView:
    """Return a project in numbers."""
    is_own = (await seen(read, project_id, by))["account_id"] == by.account_id
    row = await read.row(STATS, project_id)
    assert row is not None  # noqa: S101 - an aggregate without GROUP BY has one row
    figures = StatsView(project_id=project_id, **row)
    return figures if is_own else replace(figures, shortlisted=None, interviewing=None, invites=None)


async def file_view(read: Read, file_id: UUID) -> FileView:
    """Return a file just added."""
    page = await FILES.page(read, ListQuery(limit=1, cursor=""), decode=_file, where={"id": file_id})
    return (await _linked(read, page.items))[0]


async def update_view(read: Read, update_id: UUID) -> UpdateView:
    """Return news just posted."""
    return (await UPDATES.page(read, ListQuery(limit=1, cursor=""), decode=_update, where={"id": update_id})).items[0]


async def comment_view(read: Read, comment_id: UUID) -> CommentView:
    """Return a comment just written."""
    return (await COMMENTS.page(read, ListQuery(limit=1, cursor=""), decode=_comment, where={"id": comment_id})).items[0]


async def _linked(read: Read, views: Sequence[FileView]) -> list[FileView]:
    urls = await links(read, [view.file_id for view in views])
    return [replace(view, url=urls.get(view.file_id, "")) for view in views]


def _file(row: Row) -> FileView:
    return FileView(
        id=row["id"],
        project_id=row["project_id"],
        uploaded_by=row["account_id"],
        title=row["title"],
        url="",
        file_id=row["file_id"],
        file_name=row["file_name"],
        content_type=row["content_type"],
        size=row["size"],
        created_at=instant(row["created_at"]),
    )


def _update(row: Row) -> UpdateView:
    return UpdateView(
        id=row["id"],
        project_id=row["project_id"],
        author_id=row["account_id"],
        author=_author(row),
        type=row["kind"],
        text=row["text"],
        created_at=instant(row["created_at"]),
    )


def _comment(row: Row) -> CommentView:
    is_deleted = row["deleted_at"] is not None
    return CommentView(
        id=row["id"],
        project_id=row["project_id"],
        parent_id=row["parent_id"],
        author_id=None if is_deleted else row["account_id"],
        author=None if is_deleted else _author(row),
        content=row["text"],
        is_deleted=is_deleted,
        created_at=instant(row["created_at"]),
        edited_at=maybe_instant(row["edited_at"]),
    )


def _author(row: Row) -> PersonCard:
    return PersonCard(
        id=row["profile_id"],
        display_name=row["display_name"],
        username=row["username"],
        avatar_url=row["avatar_url"],
        rating=row["rating"],
    )
