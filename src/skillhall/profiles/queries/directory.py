"""The directory: everybody's visible profiles, people, workers, each with filters and search.

Lists go by what other members see: a field that is hidden from them is not in its column, so that nothing finds it.
"""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import COUNTED, Listing
from skillhall.kernel.db.statement import Statement, sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import CREDIT, Asset
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.profiles.model.fields import Kind
from skillhall.profiles.model.refusals import PersonNotFound, WorkerNotFound
from skillhall.profiles.model.views import PersonView, ProfileView, WorkerView
from skillhall.profiles.queries.shown import audiences
from skillhall.profiles.store.profiles import profile_of

Ability = Literal["learner", "host", "worker", "client"]

FILTERS: Final[Mapping[str, Statement]] = {
    "kind": sql("p.kind = {}"),
    "skill": sql("profiles.lowered(p.skills) @> ARRAY[lower({}::text)] AND cardinality(p.skills) > 0"),
    "words": sql("p.id = ANY (ARRAY(SELECT s.id FROM profiles.profile s WHERE s.document @@ (SELECT profiles.beginnings({}))))"),
    "frequent": sql("(p.document @@ (SELECT profiles.beginnings({}))) IS TRUE"),
    "alike": sql("""p.id = ANY (ARRAY(SELECT s.id FROM profiles.profile s WHERE (SELECT profiles.plain({})) OPERATOR(public.<%) s.names
        ORDER BY public.word_similarity(profiles.plain({}), s.names) DESC, s.id LIMIT 200))"""),
    "there": sql("p.id = ANY (ARRAY(SELECT s.id FROM profiles.profile s WHERE s.place @@ (SELECT profiles.beginnings({}))))"),
    "frequently_there": sql("(p.place @@ (SELECT profiles.beginnings({}))) IS TRUE"),
    "is_verified": sql("p.is_verified"),
    "is_unverified": sql("NOT p.is_verified"),
    "available": sql("p.has_availability = {}"),
    "rating": sql("coalesce(p.rating, 0) >= {}"),
    # The few who are hidden or blocked are collected once and hashed; asking about each member costs a join of everybody.
    "viewer": sql("""p.account_id NOT IN (
        SELECT a.id FROM identity.public_account a WHERE NOT a.is_visible
        UNION ALL SELECT b.blocked_id FROM identity.public_block b WHERE b.account_id = {}
        UNION ALL SELECT b.account_id FROM identity.public_block b WHERE b.blocked_id = {})"""),
}
SORTS: Final[Mapping[str, Statement]] = {
    "createdAt": sql("p.created_at"),
    "displayName": sql("left(p.names, 120)"),
    "jobsDone": sql("p.jobs_done"),
    "rating": sql("coalesce(p.rating, 0)"),
}
HOW_MANY = sql("""
SELECT count(*) FROM (SELECT FROM profiles.profile p WHERE p.document @@ (SELECT profiles.beginnings($1)) LIMIT $2) found
""")
HOW_MANY_THERE = sql("""
SELECT count(*) FROM (SELECT FROM profiles.profile p WHERE p.place @@ (SELECT profiles.beginnings($1)) LIMIT $2) found
""")
COLUMNS = sql("""p.id, p.account_id, p.kind, p.is_primary, p.display_name, p.username, p.bio, p.avatar_url, p.cover_image_url, p.location,
    p.website, p.phone, p.is_verified, p.rating, p.skills, p.badges, p.level, p.jobs_done, p.has_availability, p.metadata, p.privacy,
    p.withheld, p.is_listed, p.origin, p.version, p.created_at, p.updated_at""")
_listing = partial(Listing, columns=COLUMNS, source=sql("profiles.profile p"), sorts=SORTS, default_sort="-createdAt", key=sql("p.id"))
WITH_ABILITIES = (sql("page.*, a.abilities"), sql("JOIN identity.public_account a ON a.id = page.account_id"))
PROFILES = _listing(
    filters=FILTERS,
    always=sql("p.deleted_at IS NULL AND p.hidden_at IS NULL AND p.is_listed"),
)
PEOPLE = _listing(
    filters={
        **FILTERS,
        "ability": sql("EXISTS (SELECT FROM identity.public_account x WHERE x.id = p.account_id AND {}::text = ANY (x.abilities))"),
    },
    always=sql("p.deleted_at IS NULL AND p.hidden_at IS NULL AND p.is_listed AND p.is_primary"),
    late=WITH_ABILITIES,
)
# A worker is shown behind the oldest professional profile, or else the primary one.
WORKERS = _listing(
    filters={
        **FILTERS,
        "max_rate": sql("(p.metadata #>> '{professional,hourlyRate,amount}')::bigint <= {}"),
        "currency": sql("p.metadata #>> '{professional,hourlyRate,currency}' = {}"),
    },
    always=sql("""p.deleted_at IS NULL AND p.hidden_at IS NULL AND p.is_listed AND (p.kind = 'professional' OR p.is_primary)
        AND NOT EXISTS (
            SELECT FROM profiles.profile o
            WHERE o.account_id = p.account_id AND o.deleted_at IS NULL AND o.hidden_at IS NULL AND o.kind = 'professional'
                AND (p.kind <> 'professional' OR (NOT o.is_primary, o.created_at, o.id) < (NOT p.is_primary, p.created_at, p.id)))
        AND EXISTS (SELECT FROM identity.public_account x WHERE x.id = p.account_id AND 'worker' = ANY (x.abilities))"""),
    late=WITH_ABILITIES,
)
ONE_PERSON = sql("""
SELECT p.id, p.account_id, p.kind, p.is_primary, p.display_name, p.username, p.bio, p.avatar_url, p.cover_image_url, p.location,
    p.website, p.phone, p.is_verified, p.rating, p.skills, p.badges, p.level, p.jobs_done, p.has_availability, p.metadata, p.privacy,
    p.withheld, p.is_listed, p.origin, p.version, p.created_at, p.updated_at, a.abilities
FROM profiles.profile p JOIN identity.public_account a ON a.id = p.account_id
WHERE p.account_id = $1 AND p.deleted_at IS NULL AND (p.is_primary OR $3 AND p.kind = 'professional')
    AND (p.account_id = $2 OR p.hidden_at IS NULL AND a.is_visible AND NOT EXISTS (
        SELECT FROM identity.public_block b
        WHERE (b.account_id = p.account_id AND b.blocked_id = $2) OR (b.account_id = $2 AND b.blocked_id = p.account_id)))
ORDER BY $3 AND p.kind <> 'professional', NOT p.is_primary, p.created_at, p.id LIMIT 1
""")


class FilterQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of all these lists: a skill by name, the beginnings of a place's words, at least so many stars.

    `search` looks for beginnings of words in name, username, bio and place, and for misspelled names.
    """

    profile_type: Kind | None = None
    skill: Annotated[str, Meta(min_length=1, max_length=200, examples=["Cello"])] | None = None
    location: (
        Annotated[
            str, Meta(min_length=1, max_length=200, pattern=r"\w", description="Text with a letter or digit in it", examples=["Leipzig"])
        ]
        | None
    ) = None
    is_verified: bool | None = None
    has_availability: bool | None = None
    min_rating: Annotated[float, Meta(ge=1, le=5)] | None = None


class DirectoryQuery(FilterQuery, frozen=True, kw_only=True):
    """Profiles."""


class SearchQuery(FilterQuery, frozen=True, kw_only=True):
    """The directory with something to look for."""

    search: Annotated[str, Meta(min_length=1, max_length=200, examples=["mira"])]  # pyright: ignore[reportGeneralTypeIssues]


class PeopleQuery(FilterQuery, frozen=True, kw_only=True):
    """People, also by what they are here for."""

    ability: Ability | None = None


class PeopleSearchQuery(SearchQuery, frozen=True, kw_only=True):
    """People with something to look for."""

    ability: Ability | None = None


class WorkerQuery(FilterQuery, frozen=True, kw_only=True):
    """Workers, also by their rate: `maxRate` an hour, in minor units of `currency` (credits without it)."""

    max_rate: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    currency: Asset | None = None


async def directory(read: Read, query: FilterQuery, by: Actor) -> Page[ProfileView]:
    """Return everybody's visible profiles that the filters leave."""

    def view(row: Row) -> ProfileView:
        profile = profile_of(row)
        return ProfileView.of(profile, "owner" if profile.account_id == by.account_id else "member")

    return await PROFILES.page(read, _rest(query), decode=view, where=await _where(read, query, by))


async def people(read: Read, query: PeopleQuery | PeopleSearchQuery, by: Actor) -> Page[PersonView]:
    """Return the members whom the filters leave, behind their primary profiles."""

    def view(row: Row) -> PersonView:
        return PersonView.of(profile_of(row), row["abilities"], "owner" if row["account_id"] == by.account_id else "member")

    return await PEOPLE.page(read, _rest(query), decode=view, where={**await _where(read, query, by), "ability": query.ability})


async def workers(read: Read, query: WorkerQuery, by: Actor) -> Page[WorkerView]:
    """Return the members who offer work whom the filters leave."""

    def view(row: Row) -> WorkerView:
        return WorkerView.of(profile_of(row), row["abilities"], "owner" if row["account_id"] == by.account_id else "member")

    currency = query.currency or (None if query.max_rate is None else CREDIT)
    where = {**await _where(read, query, by), "max_rate": query.max_rate, "currency": currency}
    return await WORKERS.page(read, _rest(query), decode=view, where=where)


async def person_view(read: Read, account_id: UUID, by: Actor) -> PersonView:
    """Return a member behind the primary profile, as the caller may see them."""
    row = await read.row(ONE_PERSON, account_id, by.account_id, False)  # noqa: FBT003 - a parameter of SQL
    if row is None:
        raise PersonNotFound(account_id=account_id)
    profile = profile_of(row)
    return PersonView.of(profile, row["abilities"], (await audiences(read, by, [profile]))[profile.id])


async def worker_view(read: Read, account_id: UUID, by: Actor) -> WorkerView:
    """Return a member who offers work, as the caller may see them."""
    row = await read.row(ONE_PERSON, account_id, by.account_id, True)  # noqa: FBT003 - a parameter of SQL
    if row is None or "worker" not in row["abilities"]:
        raise WorkerNotFound(account_id=account_id)
    profile = profile_of(row)
    return WorkerView.of(profile, row["abilities"], (await audiences(read, by, [profile]))[profile.id])


def _rest(query: FilterQuery) -> FilterQuery:
    """Return the query without its text, which is among the filters."""
    return msgspec.structs.replace(query, search=None)


async def _where(read: Read, query: FilterQuery, by: Actor) -> dict[str, object]:
    text = None if query.search is None else query.search.strip()
    if text == "":
        raise Invalid(FieldError("search", "query", "too_short", "Give a name, or a part of one."))
    return {
        **({} if text is None else {await _way(read, text): text}),
        **({} if query.location is None else {await _way_there(read, query.location): query.location}),
        "kind": query.profile_type,
        "skill": None if query.skill is None else query.skill.strip(),
        "is_verified": query.is_verified is True,
        "is_unverified": query.is_verified is False,
        "available": query.has_availability,
        "rating": query.min_rating,
        "viewer": by.account_id,
    }


async def _way(read: Read, text: str) -> str:
    """Return how to look for this text.

    What few have is fetched by its words. What more have than a list counts is met soon in any order of the list, and fetching it all
    would take longer the more members there are. What nobody has is perhaps misspelled.
    """
    found: int = await read.value(HOW_MANY, text, COUNTED + 1)
    return "alike" if not found else "words" if found <= COUNTED else "frequent"


async def _way_there(read: Read, place: str) -> str:
    """Return how to look for this place, by the same reasons."""
    found: int = await read.value(HOW_MANY_THERE, place, COUNTED + 1)
    return "there" if found <= COUNTED else "frequently_there"
