"""Materials and recordings on screens, and who has agreed to be recorded."""

from collections.abc import Sequence
from functools import partial
from typing import TypeVar
from uuid import UUID

from msgspec.structs import replace

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.files import links
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant
from skillhall.learning.model.materials import Consents, Kind, MaterialNotFound, RecordingNotFound
from skillhall.learning.model.participation import Part
from skillhall.learning.store import materials as store
from skillhall.learning.store.participation import part

MATERIALS = Listing(
    columns=sql("m.id, m.session_id, m.title, m.url, m.file_id, m.file_name, m.content_type, m.size, m.created_at"),
    source=sql("learning.material m"),
    sorts={"createdAt": sql("m.created_at"), "title": sql("m.title")},
    default_sort="createdAt",
    key=sql("m.id"),
    filters={"session": sql("m.session_id = {}"), "kind": sql("m.kind = {}"), "shown": sql("{}::boolean")},
    search=sql("m.title ILIKE '%' || {} || '%'"),
)
MATERIAL = sql("""
SELECT id, session_id, title, url, file_id, file_name, content_type, size, created_at
FROM learning.material WHERE id = $1 AND session_id = $2 AND kind = $3
""")
T = TypeVar("T", bound="MaterialView")


class MaterialView(View, frozen=True, kw_only=True):
    """Something the host hands out: a link, or a file, whose `url` gives the content for an hour; `size` is in bytes."""

    id: UUID
    session_id: UUID
    title: str
    url: str
    file_id: UUID | None
    file_name: str | None
    content_type: str | None
    size: int | None
    created_at: Instant


class RecordingView(MaterialView, frozen=True, kw_only=True):
    """What was recorded of a session; shown while everybody consents."""


class RecordingConsentView(View, frozen=True, kw_only=True):
    """Consent to being recorded. `consent` is the caller's own, null when never given or refused.

    Asked are the host, everybody with a seat and who was in the room; recordings may be added and are shown while `isComplete`.
    """

    session_id: UUID
    consent: bool | None
    asked: int
    consenting: int
    host_consents: bool
    is_complete: bool
    recordings: int


async def materials(read: Read, by: Actor, session_id: UUID, query: ListQuery) -> Page[MaterialView]:
    """Return what the host hands out."""
    (await part(read, session_id, by)).check_reads()
    return await _page(read, session_id, Kind.MATERIAL, query, MaterialView)


async def recordings(read: Read, by: Actor, session_id: UUID, query: ListQuery) -> Page[RecordingView]:
    """Return the recordings; none while somebody's consent is missing, except to staff."""
    asking = await part(read, session_id, by)
    asking.check_reads()
    shown = await _are_shown(read, asking)
    return await _page(read, session_id, Kind.RECORDING, query, RecordingView, shown=shown)


async def material(read: Read, by: Actor, session_id: UUID, material_id: UUID) -> MaterialView:
    """Return one material."""
    (await part(read, session_id, by)).check_reads()
    row = await read.row(MATERIAL, material_id, session_id, Kind.MATERIAL)
    if row is None:
        raise MaterialNotFound
    return (await _linked(read, [_view(MaterialView, row)]))[0]


async def recording(read: Read, by: Actor, session_id: UUID, recording_id: UUID) -> RecordingView:
    """Return one recording, under the same condition as all."""
    asking = await part(read, session_id, by)
    asking.check_reads()
    row = await read.row(MATERIAL, recording_id, session_id, Kind.RECORDING)
    if row is None or not await _are_shown(read, asking):
        raise RecordingNotFound
    return (await _linked(read, [_view(RecordingView, row)]))[0]


async def recording_consent(read: Read, by: Actor, session_id: UUID) -> RecordingConsentView:
    """Return how consent stands."""
    asking = await part(read, session_id, by)
    if not await store.was_present(read, session_id, by.account_id):
        asking.check_reads()
    found: Consents = await store.consents(read, session_id)
    return RecordingConsentView(
        session_id=session_id,
        consent=await store.own_consent(read, session_id, by.account_id),
        asked=found.asked,
        consenting=found.asked - int(found.host_missing) - found.learners_missing,
        host_consents=not found.host_missing,
        is_complete=found.is_complete,
        recordings=await store.count_materials(read, session_id, Kind.RECORDING),
    )


async def _are_shown(read: Read, asking: Part) -> bool:
    return asking.is_staff or (await store.consents(read, asking.session_id)).is_complete


async def _page(read: Read, session_id: UUID, kind: Kind, query: ListQuery, view: type[T], **where: object) -> Page[T]:
    page = await MATERIALS.page(read, query, decode=partial(_view, view), where={"session": session_id, "kind": kind, **where})
    return replace(page, items=await _linked(read, page.items))


async def _linked(read: Read, views: Sequence[T]) -> list[T]:
    """Return the views with a link to each file."""
    urls = await links(read, [view.file_id for view in views if view.file_id])
    return [replace(view, url=urls.get(view.file_id, "")) if view.file_id else view for view in views]


def _view(view: type[T], row: Row) -> T:
    return view(
        id=row["id"],
        session_id=row["session_id"],
        title=row["title"],
        url=row["url"] or "",
        file_id=row["file_id"],
        file_name=row["file_name"],
        content_type=row["content_type"],
        size=row["size"],
        created_at=instant(row["created_at"]),
    )
