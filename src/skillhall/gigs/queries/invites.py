"""Invites on screens: to who sent them, and to who is invited. The address is shown to the sender alone."""

from functools import partial
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.gigs.model.invite import InviteState, invite_state
from skillhall.gigs.model.refusals import InviteNotFound
from skillhall.gigs.queries.bids import BidProject
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.profiles.api import PersonCard

INVITES = Listing(
    columns=sql("""
        i.id, i.project_id, i.by_id, i.account_id, i.email, i.message, i.amount, i.hourly_rate, i.delivery_days, i.state, i.expires_at,
        i.created_at, i.decided_at
    """),
    source=sql("gigs.invite i"),
    late=(
        sql("""
            page.*, p.title, p.state AS project_state, p.asset,
            f.id AS from_id, f.display_name AS from_name, f.username AS from_username, f.avatar_url AS from_avatar, f.rating AS from_rating,
            t.id AS to_id, t.display_name AS to_name, t.username AS to_username, t.avatar_url AS to_avatar, t.rating AS to_rating,
            (SELECT b.id FROM gigs.bid b WHERE b.project_id = page.project_id AND b.account_id = page.account_id) AS bid_id
        """),
        sql("""
            JOIN gigs.project p ON p.id = page.project_id JOIN profiles.public_profile f ON f.id = p.profile_id
            LEFT JOIN profiles.public_profile t ON t.account_id = page.account_id AND t.is_primary
        """),
    ),
    sorts={"createdAt": sql("i.created_at"), "expiresAt": sql("i.expires_at")},
    default_sort="-createdAt",
    key=sql("i.id"),
    filters={
        "id": sql("i.id = {}"),
        "project": sql("i.project_id = {}"),
        "sender": sql("i.by_id = {}"),
        "states": sql("i.state = ANY({}::text[])"),
        "is_offer": sql("({} = (i.amount IS NOT NULL OR i.hourly_rate IS NOT NULL))"),
        "invited": sql("""i.id = ANY (ARRAY(
            SELECT o.id FROM gigs.invite o WHERE o.account_id = {}
            UNION ALL SELECT o.id FROM gigs.invite o JOIN identity.staff_account a ON a.email = o.email
                WHERE a.id = {} AND a.email_verified AND o.account_id IS NULL))"""),
        "viewer": sql("""(i.by_id = {} OR i.account_id = {} OR i.account_id IS NULL AND i.email = (
            SELECT a.email FROM identity.staff_account a WHERE a.id = {} AND a.email_verified))"""),
    },
)
SENT = sql("SELECT count(*)::int FROM gigs.invite WHERE by_id = $1 AND state <> 'withdrawn'")


class InviteView(View, frozen=True, kw_only=True):
    """An invite to a project; with a price a direct offer. `email` is shown to who sent it. `bidId`: what the invited has bid on it."""

    id: UUID
    project_id: UUID
    project: BidProject
    client_id: UUID
    client: PersonCard
    user_id: UUID | None
    user: PersonCard | None
    email: str | None
    message: str
    is_offer: bool
    amount: Money | None
    hourly_rate: Money | None
    delivery_days: int | None
    status: InviteState
    bid_id: UUID | None
    expires_at: Instant
    created_at: Instant
    decided_at: Instant | None


class InviteQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of invites; `status` takes several, `isOffer` tells direct offers from plain invites."""

    status: list[Annotated[str, Meta(max_length=40)]] | None = None
    is_offer: bool | None = None


class InviteCount(View, frozen=True, kw_only=True):
    """How many people one has invited or made an offer."""

    count: int


class InviteNamed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Which invite."""

    invite_id: UUID


async def invites(read: Read, by: Actor, query: InviteQuery, **where: object) -> Page[InviteView]:
    """Return invites: with `invited` to the caller, with `sender` those sent."""
    states = [invite_state(word) for word in query.status or ()]
    if None in states:
        raise Invalid(FieldError("status", "query", "not_an_option", f"One of: {', '.join(InviteState)}."))
    fixed = {**where, "states": states or None, "is_offer": query.is_offer}
    return await INVITES.page(read, query, decode=partial(_invite, by), where=fixed)


async def invite_view(read: Read, by: Actor, invite_id: UUID) -> InviteView:
    """Return one invite, from or to the caller."""
    where = {"id": invite_id, "viewer": by.account_id}
    page = await INVITES.page(read, ListQuery(limit=1, cursor=""), decode=partial(_invite, by), where=where)
    if not page.items:
        raise InviteNotFound
    return page.items[0]


async def sent_count(read: Read, by: Actor) -> InviteCount:
    """Return how many invites the caller has made, but those taken back."""
    return InviteCount(count=await read.value(SENT, by.account_id))


def _invite(by: Actor, row: Row) -> InviteView:
    asset = row["asset"]
    return InviteView(
        id=row["id"],
        project_id=row["project_id"],
        project=BidProject(id=row["project_id"], title=row["title"], status=row["project_state"], client_id=row["by_id"]),
        client_id=row["by_id"],
        client=_card(row, "from"),
        user_id=row["account_id"],
        user=_card(row, "to") if row["to_id"] else None,
        email=row["email"] if row["by_id"] == by.account_id else None,
        message=row["message"],
        is_offer=row["amount"] is not None or row["hourly_rate"] is not None,
        amount=None if row["amount"] is None else Money(row["amount"], asset),
        hourly_rate=None if row["hourly_rate"] is None else Money(row["hourly_rate"], asset),
        delivery_days=row["delivery_days"],
        status=row["state"],
        bid_id=row["bid_id"],
        expires_at=instant(row["expires_at"]),
        created_at=instant(row["created_at"]),
        decided_at=maybe_instant(row["decided_at"]),
    )


def _card(row: Row, side: str) -> PersonCard:
    return PersonCard(
        id=row[f"{side}_id"],
        display_name=row[f"{side}_name"],
        username=row[f"{side}_username"],
        avatar_url=row[f"{side}_avatar"],
        rating=row[f"{side}_rating"],
    )
