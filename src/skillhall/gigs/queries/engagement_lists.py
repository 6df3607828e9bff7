"""Lists of agreements and bookings: one statement a page, cards joined."""

from typing import Annotated, Literal, TypeVar
from uuid import UUID

from msgspec import Meta

from skillhall.gigs.model.agreement import AgreementState
from skillhall.gigs.model.work import BookingState
from skillhall.gigs.queries.engagement_views import MilestoneView
from skillhall.gigs.queries.engagements import shown
from skillhall.gigs.store.engagements import last_of_project
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.profiles.api import PersonCard

AGREEMENTS = Listing(
    columns=sql("""
        a.id, a.project_id, a.bid_id, a.client_id, a.client_profile_id, a.worker_id, a.worker_profile_id, a.kind, a.state, a.version,
        a.asset, a.created_at, a.updated_at, a.closed_at
    """),
    source=sql("gigs.agreement a"),
    late=(
        sql("""
            page.*, v.terms ->> 'title' AS title, (v.terms ->> 'amount')::bigint AS amount,
            (v.terms ->> 'hourly_rate')::bigint AS hourly_rate,
            c.display_name AS client_name, c.username AS client_username, c.avatar_url AS client_avatar, c.rating AS client_rating,
            w.display_name AS worker_name, w.username AS worker_username, w.avatar_url AS worker_avatar, w.rating AS worker_rating
        """),
        sql("""
            JOIN gigs.agreement_version v ON v.agreement_id = page.id AND v.version = page.version
            JOIN profiles.public_profile c ON c.id = page.client_profile_id
            JOIN profiles.public_profile w ON w.id = page.worker_profile_id
        """),
    ),
    sorts={"createdAt": sql("a.created_at"), "updatedAt": sql("a.updated_at")},
    default_sort="-createdAt",
    key=sql("a.id"),
    filters={
        "party": sql("(a.client_id = {} OR a.worker_id = {})"),
        "client": sql("a.client_id = {}"),
        "worker": sql("a.worker_id = {}"),
        "project": sql("a.project_id = {}"),
        "states": sql("a.state = ANY({}::text[])"),
        "kind": sql("a.kind = {}"),
    },
)
BOOKINGS = Listing(
    columns=sql("""
        b.id, b.agreement_id, b.state, b.starts_at, b.ends_at, b.notes, a.project_id, a.client_id, a.client_profile_id, a.worker_id,
        a.worker_profile_id, a.version, a.asset, a.created_at
    """),
    source=sql("gigs.booking b JOIN gigs.agreement a ON a.id = b.agreement_id"),
    late=(
        sql("""
            page.*, v.terms ->> 'title' AS title, e.id AS escrow_id, e.amount, e.state AS escrow_state,
            c.display_name AS client_name, c.username AS client_username, c.avatar_url AS client_avatar, c.rating AS client_rating,
            w.display_name AS worker_name, w.username AS worker_username, w.avatar_url AS worker_avatar, w.rating AS worker_rating
        """),
        sql("""
            JOIN gigs.agreement_version v ON v.agreement_id = page.agreement_id AND v.version = page.version
            JOIN LATERAL (SELECT id, amount, state FROM gigs.escrow x WHERE x.subject_id = page.id ORDER BY round DESC LIMIT 1) e ON true
            JOIN profiles.public_profile c ON c.id = page.client_profile_id
            JOIN profiles.public_profile w ON w.id = page.worker_profile_id
        """),
    ),
    sorts={"createdAt": sql("a.created_at"), "startsAt": sql("coalesce(b.starts_at, 'infinity')")},
    default_sort="-createdAt",
    key=sql("b.id"),
    filters={
        "party": sql("(a.client_id = {} OR a.worker_id = {})"),
        "client": sql("a.client_id = {}"),
        "worker": sql("a.worker_id = {}"),
        "project": sql("a.project_id = {}"),
        "states": sql("b.state = ANY({}::text[])"),
    },
)
S = TypeVar("S", AgreementState, BookingState)
_MEDIATORS = ("case.mediate", "hold.freeze")


class AgreementCard(View, frozen=True, kw_only=True):
    """An agreement in a list; it has an `amount` or an `hourlyRate`."""

    id: UUID
    project_id: UUID
    bid_id: UUID
    kind: str
    status: str
    version: int
    title: str
    amount: Money | None
    hourly_rate: Money | None
    client_id: UUID
    client: PersonCard
    worker_id: UUID
    worker: PersonCard
    created_at: Instant
    updated_at: Instant
    closed_at: Instant | None


class BookingCard(View, frozen=True, kw_only=True):
    """A booking in a list."""

    id: UUID
    agreement_id: UUID
    project_id: UUID
    title: str
    status: str
    agreed_amount: Money
    escrow_id: UUID
    escrow_status: str
    client_id: UUID
    client: PersonCard
    worker_id: UUID
    worker: PersonCard
    starts_at: Instant | None
    ends_at: Instant | None
    created_at: Instant


class EngagementQuery(ListQuery, frozen=True, kw_only=True):
    """Which agreements or bookings; without `role` those on either side, for staff that mediates everybody's."""

    role: Literal["client", "worker"] | None = None
    status: Annotated[list[str], Meta(max_length=10)] | None = None
    project_id: UUID | None = None


class AgreementQuery(EngagementQuery, frozen=True, kw_only=True):
    """Which agreements."""

    kind: Literal["fixed", "hourly", "booking"] | None = None


async def agreements(read: Read, by: Actor, query: AgreementQuery) -> Page[AgreementCard]:
    """Return a page of agreements."""
    where = {**_where(by, query), "states": _states(AgreementState, query.status), "kind": query.kind}
    return await AGREEMENTS.page(read, query, decode=_agreement, where=where)


async def bookings(read: Read, by: Actor, query: EngagementQuery) -> Page[BookingCard]:
    """Return a page of bookings."""
    where = {**_where(by, query), "states": _states(BookingState, query.status)}
    return await BOOKINGS.page(read, query, decode=_booking, where=where)


async def milestones(read: Read, project_id: UUID, by: Actor) -> Page[MilestoneView]:
    """Return all milestones of a project's latest agreement."""
    found = await shown(read, await last_of_project(read, project_id), by)
    items = [found.milestone(milestone) for milestone in found.engagement.milestones]
    total = len(items)
    return Page(items=items, page=1, limit=max(total, 1), total=total, is_capped=False, has_next=False, next_cursor=None)


def _where(by: Actor, query: EngagementQuery) -> dict[str, object]:
    is_own = query.role is None and not any(by.may(permission) for permission in _MEDIATORS)
    return {
        "party": by.account_id if is_own else None,
        "client": by.account_id if query.role == "client" else None,
        "worker": by.account_id if query.role == "worker" else None,
        "project": query.project_id,
    }


def _states(kind: type[S], words: list[str] | None) -> list[str] | None:
    if words is None:
        return None
    plain = [word.strip().lower() for word in words]
    if any(word not in set(kind) for word in plain):
        raise Invalid(FieldError("status", "query", "not_an_option", f"Must be some of: {', '.join(kind)}."))
    return plain


def _card(row: Row, side: str) -> PersonCard:
    return PersonCard(
        id=row[f"{side}_profile_id"],
        display_name=row[f"{side}_name"],
        username=row[f"{side}_username"],
        avatar_url=row[f"{side}_avatar"],
        rating=row[f"{side}_rating"],
    )


def _agreement(row: Row) -> AgreementCard:
    return AgreementCard(
        id=row["id"],
        project_id=row["project_id"],
        bid_id=row["bid_id"],
        kind=row["kind"],
        status=row["state"],
        version=row["version"],
        title=row["title"],
        amount=None if row["amount"] is None else Money(row["amount"], row["asset"]),
        hourly_rate=None if row["hourly_rate"] is None else Money(row["hourly_rate"], row["asset"]),
        client_id=row["client_id"],
        client=_card(row, "client"),
        worker_id=row["worker_id"],
        worker=_card(row, "worker"),
        created_at=instant(row["created_at"]),
        updated_at=instant(row["updated_at"]),
        closed_at=maybe_instant(row["closed_at"]),
    )


def _booking(row: Row) -> BookingCard:
    return BookingCard(
        id=row["id"],
        agreement_id=row["agreement_id"],
        project_id=row["project_id"],
        title=row["title"],
        status=row["state"],
        agreed_amount=Money(row["amount"], row["asset"]),
        escrow_id=row["escrow_id"],
        escrow_status=row["escrow_state"],
        client_id=row["client_id"],
        client=_card(row, "client"),
        worker_id=row["worker_id"],
        worker=_card(row, "worker"),
        starts_at=maybe_instant(row["starts_at"]),
        ends_at=maybe_instant(row["ends_at"]),
        created_at=instant(row["created_at"]),
    )
