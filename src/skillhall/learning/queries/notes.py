"""Notes on screens: one's own, and those the host shares."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from msgspec.structs import replace

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.files import links
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant
from skillhall.learning.model.materials import NoteNotFound
from skillhall.learning.store.participation import part

NOTES = Listing(
    columns=sql("n.id, n.session_id, n.account_id, n.text, n.is_shared, n.version, n.created_at, n.updated_at"),
    source=sql("learning.note n"),
    sorts={"createdAt": sql("n.created_at"), "updatedAt": sql("n.updated_at")},
    default_sort="createdAt",
    key=sql("n.id"),
    filters={
        "session": sql("n.session_id = {}"),
        "writer": sql("n.account_id = {}"),
        "reader": sql("(n.is_shared OR n.account_id = {})"),
        "shared": sql("n.is_shared = {}"),
    },
    search=sql("n.text ILIKE '%' || {} || '%'"),
)
NOTE = sql("""
SELECT id, session_id, account_id, text, is_shared, version, created_at, updated_at FROM learning.note WHERE id = $1 AND session_id = $2
""")
FILES = sql("SELECT note_id, file_id, file_name, content_type, size FROM learning.note_file WHERE note_id = ANY($1) ORDER BY position")


class NoteFileView(View, frozen=True, kw_only=True):
    """A file of a note; `url` gives its content for an hour, `size` is in bytes."""

    file_id: UUID
    url: str
    file_name: str
    content_type: str
    size: int


class NoteView(View, frozen=True, kw_only=True):
    """Words about a session: the caller's own, or the host's, who shares them with everybody who has a seat."""

    id: UUID
    session_id: UUID
    author_id: UUID
    is_own: bool
    is_shared: bool
    text: str
    files: list[NoteFileView]
    version: int
    created_at: Instant
    updated_at: Instant


class NoteQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of the notes of a session."""

    is_shared: bool | None = None


async def notes(read: Read, by: Actor, session_id: UUID, query: NoteQuery) -> Page[NoteView]:
    """Return one's own notes, and those shared with one; who gave the seat up keeps the own ones."""
    asking = await part(read, session_id, by)
    asking.check_concerned()
    side = "reader" if asking.may_read else "writer"
    where: dict[str, object] = {"session": session_id, side: by.account_id, "shared": query.is_shared}
    page = await NOTES.page(read, query, decode=partial(_note, by.account_id), where=where)
    return replace(page, items=await _with_files(read, page.items))


async def note(read: Read, by: Actor, session_id: UUID, note_id: UUID) -> NoteView:
    """Return one note that the caller may read."""
    asking = await part(read, session_id, by)
    asking.check_concerned()
    row = await read.row(NOTE, note_id, session_id)
    if row is None or not (row["account_id"] == by.account_id or (row["is_shared"] and asking.may_read)):
        raise NoteNotFound
    return (await _with_files(read, [_note(by.account_id, row)]))[0]


async def _with_files(read: Read, views: Sequence[NoteView]) -> list[NoteView]:
    rows = await read.rows(FILES, [view.id for view in views])
    urls = await links(read, [row["file_id"] for row in rows]) if rows else {}
    return [replace(view, files=[_file(row, urls) for row in rows if row["note_id"] == view.id]) for view in views]


def _note(account_id: UUID, row: Row) -> NoteView:
    return NoteView(
        id=row["id"],
        session_id=row["session_id"],
        author_id=row["account_id"],
        is_own=row["account_id"] == account_id,
        is_shared=row["is_shared"],
        text=row["text"],
        files=[],
        version=row["version"],
        created_at=instant(row["created_at"]),
        updated_at=instant(row["updated_at"]),
    )


def _file(row: Row, urls: dict[UUID, str]) -> NoteFileView:
    return NoteFileView(
        file_id=row["file_id"],
        url=urls.get(row["file_id"], ""),
        file_name=row["file_name"],
        content_type=row["content_type"],
        size=row["size"],
    )
