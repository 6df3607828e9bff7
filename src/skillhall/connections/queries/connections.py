"""A profile's connections on screens: one, all by state, those it shares with another."""

from uuid import UUID

import msgspec

from skillhall.connections.model.connection import ConnectionView, Direction, MutualView, state_of
from skillhall.connections.model.refusals import ConnectionNotFound
from skillhall.connections.queries.parties import acting, reached
from skillhall.connections.queries.relations import mutual_counts
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import ListQuery, Page, instant, maybe_instant
from skillhall.profiles.api import PersonCard

CONNECTIONS = Listing(
    columns=sql("""s.id AS connection_id, s.profile_id, s.is_outgoing, s.state, s.message, s.asked_at, s.decided_at, s.ask_again_at,
        p.id, p.display_name, p.username, p.avatar_url, p.rating"""),
    source=sql("connections.side s JOIN profiles.public_profile p ON p.id = s.other_id"),
    sorts={
        "createdAt": sql("s.asked_at"),
        "updatedAt": sql("coalesce(s.decided_at, s.asked_at)"),
        "displayName": sql("lower(p.display_name)"),
    },
    default_sort="-createdAt",
    key=sql("s.id"),
    filters={
        "profile": sql("s.profile_id = {}"),
        "state": sql("s.state = {}"),
        "outgoing": sql("s.is_outgoing = {}"),
        "viewer": sql("""NOT EXISTS (SELECT FROM identity.public_block b
            WHERE (b.account_id, b.blocked_id) IN ((s.other_account_id, {}), ({}, s.other_account_id)))"""),
    },
    search=sql("(p.display_name ILIKE '%' || {} || '%' OR p.username ILIKE '%' || {} || '%')"),
    always=sql("p.is_visible"),
)
CONNECTION = sql("""
SELECT s.id AS connection_id, s.profile_id, s.is_outgoing, s.state, s.message, s.asked_at, s.decided_at, s.ask_again_at,
    p.id, p.display_name, p.username, p.avatar_url, p.rating,
    p.is_visible AND NOT EXISTS (
        SELECT FROM identity.public_block b
        WHERE (b.account_id, b.blocked_id) IN ((s.other_account_id, $2), ($2, s.other_account_id))) AS is_shown
FROM connections.side s JOIN profiles.public_profile p ON p.id = s.other_id
WHERE s.id = $1 AND s.account_id = $2
""")
MUTUAL = Listing(
    columns=sql("p.id, p.display_name, p.username, p.avatar_url, p.rating, m.connected_at"),
    source=sql("""connections.public_connection m JOIN connections.public_connection t ON t.other_id = m.other_id
        JOIN profiles.public_profile p ON p.id = m.other_id"""),
    sorts={"connectedAt": sql("m.connected_at"), "displayName": sql("lower(p.display_name)")},
    default_sort="-connectedAt",
    key=sql("m.other_id"),
    filters={
        "profile": sql("m.profile_id = {}"),
        "other": sql("t.profile_id = {}"),
        "viewer": sql("""NOT EXISTS (SELECT FROM identity.public_block b
            WHERE (b.account_id, b.blocked_id) IN ((m.other_account_id, {}), ({}, m.other_account_id)))"""),
    },
    search=sql("(p.display_name ILIKE '%' || {} || '%' OR p.username ILIKE '%' || {} || '%')"),
    always=sql("p.is_visible"),
)


class ConnectionQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of one's connections. `status` is `accepted` when absent; `direction` is of the request."""

    status: str = "accepted"
    direction: Direction | None = None


async def connections_page(read: Read, query: ConnectionQuery, by: Actor) -> Page[ConnectionView]:
    """Return the connections of the profile the caller acts as, in one state, with everybody they may see."""
    own = await acting(read, by)
    where = {
        "profile": own.id,
        "state": state_of(query.status),
        "outgoing": None if query.direction is None else query.direction == "outgoing",
        "viewer": by.account_id,
    }
    page = await CONNECTIONS.page(read, query, decode=_view, where=where)
    shared = await mutual_counts(read, own.id, [view.profile.id for view in page.items])
    items = [msgspec.structs.replace(view, mutual_count=shared.get(view.profile.id, 0)) for view in page.items]
    return msgspec.structs.replace(page, items=items)


async def connection_view(read: Read, connection_id: UUID, by: Actor, *, is_own_act: bool = False) -> ConnectionView:
    """Return one connection of the caller's account. After an own act the other side is shown even when it is hidden by now."""
    row = await read.row(CONNECTION, connection_id, by.account_id)
    if row is None or not (row["is_shown"] or is_own_act):
        raise ConnectionNotFound(connection_id=connection_id)
    shared = await mutual_counts(read, row["profile_id"], [row["id"]])
    return msgspec.structs.replace(_view(row), mutual_count=shared.get(row["id"], 0))


async def mutual_page(read: Read, profile_id: UUID, query: ListQuery, by: Actor) -> Page[MutualView]:
    """Return whom both the caller's profile and this one are connected to."""
    other, own = await reached(read, profile_id, by), await acting(read, by)
    where = {"profile": own.id, "other": other.id, "viewer": by.account_id}
    return await MUTUAL.page(read, query, decode=_mutual, where=where)


def card(row: Row) -> PersonCard:
    """Return the person of a row that has the columns of a card."""
    return PersonCard(
        id=row["id"], display_name=row["display_name"], username=row["username"], avatar_url=row["avatar_url"], rating=row["rating"]
    )


def _mutual(row: Row) -> MutualView:
    return MutualView(profile=card(row), connected_at=instant(row["connected_at"]))


def _view(row: Row) -> ConnectionView:
    is_outgoing, state = row["is_outgoing"], row["state"]
    own_id, other_id = row["profile_id"], row["id"]
    return ConnectionView(
        id=row["connection_id"],
        status=state,
        direction="outgoing" if is_outgoing else "incoming",
        profile=card(row),
        requester_profile_id=own_id if is_outgoing else other_id,
        addressee_profile_id=other_id if is_outgoing else own_id,
        message=row["message"],
        mutual_count=0,
        created_at=instant(row["asked_at"]),
        connected_at=instant(row["decided_at"]) if state == "accepted" else None,
        updated_at=instant(row["decided_at"] or row["asked_at"]),
        ask_again_at=maybe_instant(row["ask_again_at"]) if is_outgoing else None,
    )
