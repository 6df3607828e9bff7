"""Bids on screens: to the owner of the project, and to each bidder their own. Nobody else learns that there is one."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.gigs.model.bid import LEGACY, BidState, bid_state
from skillhall.gigs.model.project import ProjectState
from skillhall.gigs.model.refusals import BidNotFound
from skillhall.gigs.queries.projects import seen
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.profiles.api import PersonCard

BIDS = Listing(
    columns=sql("""
        b.id, b.project_id, b.account_id, b.profile_id, b.amount, b.hourly_rate, b.delivery_days, b.proposal, b.state, b.valid_until,
        b.created_at, b.decided_at
    """),
    source=sql("gigs.bid b"),
    late=(
        sql("""
            page.*, p.title, p.state AS project_state, p.asset, p.account_id AS client_id,
            h.display_name, h.username, h.avatar_url, h.rating
        """),
        sql("JOIN gigs.project p ON p.id = page.project_id JOIN profiles.public_profile h ON h.id = page.profile_id"),
    ),
    sorts={
        "createdAt": sql("b.created_at"),
        "amount": sql("coalesce(b.amount, b.hourly_rate, 0)"),
        "deliveryDays": sql("coalesce(b.delivery_days, 0)"),
    },
    default_sort="-createdAt",
    key=sql("b.id"),
    filters={
        "id": sql("b.id = {}"),
        "project": sql("b.project_id = {}"),
        "account": sql("b.account_id = {}"),
        "states": sql("b.state = ANY({}::text[])"),
        "not_gone": sql("b.state NOT IN ('withdrawn', 'expired')"),
        "viewer": sql("""(b.account_id = {}::uuid
            OR EXISTS (SELECT FROM gigs.project o WHERE o.id = b.project_id AND o.account_id = {} AND o.deleted_at IS NULL))"""),
    },
)
APPLIED = sql("""
SELECT project_id FROM gigs.bid WHERE account_id = $1 AND state NOT IN ('withdrawn', 'expired')
ORDER BY created_at DESC, id DESC LIMIT 10000
""")
HOW_MANY = sql("""
SELECT count(*)::int AS count, count(*) FILTER (WHERE state = 'pending')::int AS pending,
    count(*) FILTER (WHERE state = 'shortlisted')::int AS shortlisted, count(*) FILTER (WHERE state = 'interviewing')::int AS interviewing,
    count(*) FILTER (WHERE state = 'accepted')::int AS accepted, count(*) FILTER (WHERE state = 'rejected')::int AS rejected
FROM gigs.bid WHERE account_id = $1 AND state NOT IN ('withdrawn', 'expired')
""")


class BidProject(View, frozen=True, kw_only=True):
    """The project a bid is on."""

    id: UUID
    title: str
    status: ProjectState
    client_id: UUID


class BidView(View, frozen=True, kw_only=True):
    """A bid. `workerId` is the bidder's account, `worker` the profile shown. An application has no price."""

    id: UUID
    project_id: UUID
    project: BidProject
    worker_id: UUID
    worker: PersonCard
    amount: Money | None
    hourly_rate: Money | None
    is_application: bool
    delivery_days: int | None
    proposal: str
    status: BidState
    legacy_status: str | None
    valid_until: Instant
    created_at: Instant
    decided_at: Instant | None


class AppliedView(View, frozen=True, kw_only=True):
    """The projects one has bid on or applied for, the latest first."""

    project_ids: list[UUID]


class AppliedCount(View, frozen=True, kw_only=True):
    """How many bids and applications one has, in all and by status; withdrawn and lapsed ones are left out."""

    count: int
    pending: int
    shortlisted: int
    interviewing: int
    accepted: int
    rejected: int


class BidQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of bids; `status` takes several."""

    status: list[Annotated[str, Meta(max_length=40)]] | None = None


class ProjectNamed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Which project."""

    project_id: UUID


async def bids_on(read: Read, by: Actor, project_id: UUID, query: BidQuery) -> Page[BidView]:
    """Return the bids on a project that the caller may see: to its owner all, to a bidder their own."""
    await seen(read, project_id, by)
    return await _page(read, query, project=project_id, viewer=by.account_id)


async def own_bids(read: Read, by: Actor, query: BidQuery) -> Page[BidView]:
    """Return the caller's bids and applications."""
    return await _page(read, query, account=by.account_id)


async def bid_view(read: Read, project_id: UUID, by: Actor, bid_id: UUID | None = None) -> BidView:
    """Return this bid on the project, or else the caller's own."""
    where = {"project": project_id, "id": bid_id} if bid_id else {"project": project_id, "account": by.account_id}
    return await _one(read, viewer=by.account_id, **where)


async def one_bid(read: Read, by: Actor, bid_id: UUID) -> BidView:
    """Return one bid, or refuse as if it were not there."""
    return await _one(read, id=bid_id, viewer=by.account_id)


async def applied(read: Read, by: Actor) -> AppliedView:
    """Return the projects that the caller has bid on."""
    return AppliedView(project_ids=[row["project_id"] for row in await read.rows(APPLIED, by.account_id)])


async def applied_count(read: Read, by: Actor) -> AppliedCount:
    """Return how many bids the caller has."""
    row = await read.row(HOW_MANY, by.account_id)
    assert row is not None  # noqa: S101 - an aggregate without GROUP BY has one row
    return AppliedCount(**row)


def bid_of(row: Row) -> BidView:
    """Return the bid of a row."""
    state, asset = BidState(row["state"]), row["asset"]
    return BidView(
        id=row["id"],
        project_id=row["project_id"],
        project=BidProject(id=row["project_id"], title=row["title"], status=ProjectState(row["project_state"]), client_id=row["client_id"]),
        worker_id=row["account_id"],
        worker=PersonCard(
            id=row["profile_id"],
            display_name=row["display_name"],
            username=row["username"],
            avatar_url=row["avatar_url"],
            rating=row["rating"],
        ),
        amount=None if row["amount"] is None else Money(row["amount"], asset),
        hourly_rate=None if row["hourly_rate"] is None else Money(row["hourly_rate"], asset),
        is_application=row["amount"] is None and row["hourly_rate"] is None,
        delivery_days=row["delivery_days"],
        proposal=row["proposal"],
        status=state,
        legacy_status=LEGACY.get(state),
        valid_until=instant(row["valid_until"]),
        created_at=instant(row["created_at"]),
        decided_at=maybe_instant(row["decided_at"]),
    )


async def _page(read: Read, query: BidQuery, **where: object) -> Page[BidView]:
    states = [bid_state(word) for word in query.status or ()]
    if None in states:
        raise Invalid(FieldError("status", "query", "not_an_option", f"One of: {', '.join(BidState)}."))
    return await BIDS.page(read, query, decode=bid_of, where={**where, "states": states or None})


async def _one(read: Read, **where: object) -> BidView:
    page = await BIDS.page(read, ListQuery(limit=1, cursor=""), decode=bid_of, where=where)
    if not page.items:
        raise BidNotFound
    return page.items[0]
