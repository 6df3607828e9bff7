"""Learning resources on screens."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import ListQuery, Page, instant
from skillhall.skills.model.refusals import ResourceNotFound
from skillhall.skills.model.resource import ResourceKind, ResourceState, ResourceView
from skillhall.skills.model.skill import PUBLISH
from skillhall.skills.store import catalogue

ONE = sql("SELECT id, skill_id, kind, title, url, state, reason, version, created_at, updated_at FROM skills.resource WHERE id = $1")
LIST = Listing(
    columns=sql("r.id, r.skill_id, r.kind, r.title, r.url, r.state, r.reason, r.version, r.created_at, r.updated_at"),
    source=sql("skills.resource r"),
    sorts={"title": sql("lower(r.title)"), "createdAt": sql("r.created_at")},
    default_sort="createdAt",
    key=sql("r.id"),
    filters={
        "skill": sql("r.skill_id = {}"),
        "state": sql("r.state = {}"),
        "kind": sql("r.kind = {}"),
        "proposer": sql("r.account_id = {}"),
    },
)


class ResourceQuery(ListQuery, frozen=True, kw_only=True):
    """Filters. `status` other than active shows staff everything, members what they proposed."""

    kind: ResourceKind | None = None
    status: ResourceState = "active"


async def resources(read: Read, skill_id: UUID | None, query: ResourceQuery, by: Actor) -> Page[ResourceView]:
    """Return the resources of a skill, or of all."""
    where: dict[str, object] = {
        "skill": None if skill_id is None else await catalogue.canonical(read, skill_id),
        "state": query.status,
        "kind": query.kind,
        "proposer": None if query.status == "active" or by.may(PUBLISH) else by.account_id,
    }
    return await LIST.page(read, query, decode=_view, where=where)


async def resource_view(read: Read, resource_id: UUID) -> ResourceView:
    """Return one resource."""
    row = await read.row(ONE, resource_id)
    if row is None:
        raise ResourceNotFound(resource_id=resource_id)
    return _view(row)


def _view(row: Row) -> ResourceView:
    return ResourceView(
        id=row["id"],
        skill_id=row["skill_id"],
        kind=row["kind"],
        title=row["title"],
        url=row["url"],
        status=row["state"],
        reason=row["reason"],
        created_at=instant(row["created_at"]),
        updated_at=instant(row["updated_at"]),
        version=row["version"],
    )
