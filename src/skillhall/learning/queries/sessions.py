"""Lists of sessions: one statement a page, cards joined."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, field
from msgspec.structs import replace

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.money import Asset
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Moment, Page
from skillhall.learning.model.states import LIVE, Kind, SessionState, session_state
from skillhall.learning.queries.cards import session_card
from skillhall.learning.queries.prices import priced_in
from skillhall.learning.queries.views import SessionCard

SESSIONS = Listing(
    columns=sql("""
        s.id, s.kind, s.state, s.title, s.starts_at, s.ends_at, s.price, s.asset, s.capacity, s.taken, s.waiting, s.created_at, s.host_id,
        s.host_profile_id, s.skill_id, s.offer_id
    """),
    source=sql("learning.session s"),
    late=(
        sql("""
            page.id, page.kind, page.state, page.title, page.price, page.asset, page.capacity, page.taken, page.waiting, page.host_id,
            page.skill_id, page.offer_id,
            to_char(page.starts_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS starts_text,
            to_char(page.ends_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS ends_text,
            to_char(page.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_text,
            (extract(epoch FROM page.ends_at - page.starts_at) / 60)::int AS minutes,
            h.id AS host_profile, h.display_name AS host_name, h.username AS host_username, h.avatar_url AS host_avatar,
            h.rating AS host_rating,
            one.account_id AS learner_id, l.id AS learner_profile, l.display_name AS learner_name, l.username AS learner_username,
            l.avatar_url AS learner_avatar, l.rating AS learner_rating,
            k.slug AS skill_slug, k.name AS skill_name, o.title AS offer_title
        """),
        sql("""
            JOIN profiles.public_profile h ON h.id = page.host_profile_id
            JOIN skills.public_skill k ON k.id = page.skill_id
            JOIN learning.offer o ON o.id = page.offer_id
            LEFT JOIN learning.seat one ON one.session_id = page.id AND page.kind = 'one_on_one'
            LEFT JOIN profiles.public_profile l ON l.id = one.profile_id
        """),
    ),
    sorts={"startsAt": sql("s.starts_at"), "createdAt": sql("s.created_at")},
    default_sort="-startsAt",
    key=sql("s.id"),
    filters={
        "participant": sql("(s.host_id = {} OR s.id = ANY (ARRAY (SELECT session_id FROM learning.seat WHERE account_id = {})))"),
        "host": sql("s.host_id = {}"),
        "learner": sql("s.id = ANY (ARRAY (SELECT session_id FROM learning.seat WHERE account_id = {}))"),
        "attendee": sql("""
            (s.host_id = {} OR s.id = ANY (ARRAY (SELECT session_id FROM learning.seat WHERE account_id = {} AND closed_as IS NULL)))"""),
        "current_learner": sql("s.id = ANY (ARRAY (SELECT session_id FROM learning.seat WHERE account_id = {} AND closed_as IS NULL))"),
        "states": sql("s.state = ANY({}::text[])"),
        "kind": sql("s.kind = {}"),
        "skill": sql("s.skill_id = {}"),
        "offer": sql("s.offer_id = {}"),
        "since": sql("s.starts_at >= {}"),
        "until": sql("s.starts_at < {}"),
        "ends_after": sql("s.ends_at > {}"),
    },
    search=sql("s.title ILIKE '%' || {} || '%'"),
)
OPEN_GROUPS = Listing(
    columns=SESSIONS.columns,
    source=sql("learning.session s JOIN identity.public_account a ON a.id = s.host_id"),
    late=SESSIONS.late,
    sorts={**SESSIONS.sorts, "price": sql("s.price")},
    default_sort="startsAt",
    key=sql("s.id"),
    filters={
        "host": sql("(s.host_id = {} OR s.host_profile_id = {})"),
        "skill": sql("s.skill_id = {}"),
        "offer": sql("s.offer_id = {}"),
        "asset": sql("s.asset = {}"),
        "comparable": sql("(s.asset = {} OR s.price = 0)"),
        "dearest": sql("s.price <= {}"),
        "has_seat": sql("s.taken < s.capacity AND s.waiting = 0"),
        "after": sql("s.starts_at > {}"),
        "since": sql("s.starts_at >= {}"),
        "until": sql("s.starts_at < {}"),
        "viewer": sql("""NOT EXISTS (SELECT FROM identity.public_block b
            WHERE (b.account_id, b.blocked_id) IN ((s.host_id, {}), ({}, s.host_id)))"""),
    },
    search=sql("s.title ILIKE '%' || {} || '%'"),
    always=sql("s.kind = 'group' AND s.state = 'scheduled' AND a.is_visible"),
)
_AHEAD = [state for state in SessionState if state in LIVE]
_BEHIND = [state for state in SessionState if state not in LIVE]
_CURRENT = ("attendee", "current_learner")


class SessionQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of session lists. `status` takes several words, also older ones; `from` and `to` are about the start."""

    status: Annotated[list[str], Meta(max_length=20)] | None = None
    role: Literal["host", "learner", "teacher", "student"] | None = None
    kind: Kind | None = None
    skill_id: UUID | None = None
    offer_id: UUID | None = None
    from_: Moment | None = field(name="from", default=None)
    to: Moment | None = None


class OpenQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of the list of open groups. `hostId` is an account or one of its profiles; `hasSeat`: one can be taken at once.

    `maxPrice` is in minor units of `currency`, without it of credits, or of money where there are none; so is sorting by price.
    `from` and `to` are about the start.
    """

    skill_id: UUID | None = None
    host_id: UUID | None = None
    offer_id: UUID | None = None
    max_price: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None
    currency: Asset | None = None
    has_seat: bool = False
    from_: Moment | None = field(name="from", default=None)
    to: Moment | None = None


async def open_groups(read: Read, by: Actor, query: OpenQuery) -> Page[SessionCard]:
    """Return the group sessions that take learners, full ones with their waiting lists included; soonest first."""
    where = {
        "host": query.host_id,
        "skill": query.skill_id,
        "offer": query.offer_id,
        **priced_in(read, query.currency, query.sort, query.max_price),
        "dearest": query.max_price,
        "has_seat": query.has_seat,
        "after": read.now,
        "since": query.from_,
        "until": query.to,
        "viewer": by.account_id,
    }
    return await OPEN_GROUPS.page(read, query, decode=session_card, where=where)


async def sessions(read: Read, by: Actor, query: SessionQuery) -> Page[SessionCard]:
    """Return the caller's own sessions; to staff who may read sessions everybody's, unless they name a role."""
    return await _page(read, by, query, is_own=query.role is not None or not by.may("session.read"))


async def own_sessions(read: Read, by: Actor, query: SessionQuery) -> Page[SessionCard]:
    """Return the caller's own sessions."""
    return await _page(read, by, query)


async def upcoming(read: Read, by: Actor, query: SessionQuery) -> Page[SessionCard]:
    """Return the caller's sessions still to come or under way, soonest first; groups one has left are not among them."""
    return await _page(read, by, query, states=_AHEAD, ends_after=read.now - timedelta(days=3), sort="startsAt", sides=_CURRENT)


async def history(read: Read, by: Actor, query: SessionQuery) -> Page[SessionCard]:
    """Return the caller's ended sessions, latest first."""
    return await _page(read, by, query, states=_BEHIND)


async def _page(
    read: Read,
    by: Actor,
    query: SessionQuery,
    *,
    is_own: bool = True,
    states: list[SessionState] | None = None,
    sort: str | None = None,
    sides: tuple[str, str] = ("participant", "learner"),
    **where: object,
) -> Page[SessionCard]:
    wanted = _states(query.status)
    if states is not None:
        wanted = states if wanted is None else [state for state in wanted if state in states]
    where |= {"states": wanted, "kind": query.kind, "skill": query.skill_id, "offer": query.offer_id}
    where |= {"since": query.from_, "until": query.to}
    if is_own:
        any_side, learner = sides
        side = {"host": "host", "teacher": "host", "learner": learner, "student": learner}.get(query.role or "", any_side)
        where[side] = by.account_id
    return await SESSIONS.page(read, replace(query, sort=query.sort or sort), decode=session_card, where=where)


def _states(words: list[str] | None) -> list[SessionState] | None:
    if words is None:
        return None
    states = {word: session_state(word) for word in words}
    unknown = [word for word, state in states.items() if state is None]
    if unknown:
        raise Invalid(*(FieldError("status", "query", "learning.unknown_status", f"{word} is no status of a session.") for word in unknown))
    return [state for state in states.values() if state]
