"""Projects on screens.

Who sees which is said once, in the filter `viewer` of the one list that every page and every single read goes through.
"""

from collections.abc import Sequence
from typing import Annotated, Final, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from skillhall.gigs.model.project import LEGACY, Level, Pricing, ProjectState, Visibility, project_state
from skillhall.gigs.model.refusals import ProjectNotFound
from skillhall.gigs.store.projects import skills_named
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing, escaped
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Asset, Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.profiles.api import PersonCard

PROJECTS = Listing(
    columns=sql("""
        p.id, p.account_id, p.profile_id, p.title, p.description, p.pricing, p.asset, p.budget_min, p.budget_max, p.category_slug,
        p.visibility, p.state, p.starts_at, p.deadline, p.is_remote, p.location, p.level, p.tags, p.worker_id, p.published_at,
        p.delivered_at, p.completed_at, p.cancelled_at, p.cancel_reason, p.hidden_at, p.version, p.created_at, p.updated_at, p.boost,
        p.boosted_until
    """),
    source=sql("gigs.project p"),
    late=(
        sql("""
            page.*, h.display_name AS client_name, h.username AS client_username, h.avatar_url AS client_avatar, h.rating AS client_rating,
            (SELECT c.name FROM skills.public_category c WHERE c.slug = page.category_slug) AS category_name,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'slug', k.slug, 'name', k.name) ORDER BY s.position), '[]')
                FROM gigs.project_skill s JOIN skills.public_skill k ON k.id = s.skill_id WHERE s.project_id = page.id) AS skills,
            (SELECT count(*)::int FROM gigs.bid b WHERE b.project_id = page.id AND b.state NOT IN ('withdrawn', 'expired')) AS bids
        """),
        sql("JOIN profiles.public_profile h ON h.id = page.profile_id"),
    ),
    sorts={
        "promoted": sql("p.place"),
        "createdAt": sql("p.created_at"),
        "budget": sql("coalesce(p.budget_max, p.budget_min, 0)"),
        "deadline": sql("coalesce(p.deadline, 'infinity')"),
    },
    default_sort="-promoted",
    key=sql("p.id"),
    filters={
        "id": sql("p.id = {}"),
        "ids": sql("p.id = ANY({}::uuid[])"),
        "owner": sql("p.account_id IN (SELECT f.account_id FROM profiles.public_profile f WHERE {} IN (f.id, f.account_id))"),
        "account": sql("p.account_id = {}"),
        "worker": sql("p.worker_id = {}"),
        "bidder": sql("p.id IN (SELECT b.project_id FROM gigs.bid b WHERE b.account_id = {} AND b.state <> 'withdrawn')"),
        "state": sql("p.state = {}"),
        "states": sql("p.state = ANY({}::text[])"),
        "category": sql("p.category_slug = ANY (ARRAY(SELECT c.slug FROM skills.public_category c WHERE {} IN (c.slug, c.parent_slug)))"),
        "skills": sql("p.id IN (SELECT s.project_id FROM gigs.project_skill s WHERE s.skill_id = ANY({}::uuid[]))"),
        "tag": sql("p.tags @> ARRAY[{}::text]"),
        "pricing": sql("p.pricing = {}"),
        "asset": sql("p.asset = {}"),
        "richer": sql("p.budget_most >= {}"),
        "cheaper": sql("coalesce(p.budget_min, p.budget_max) <= {}"),
        "remote": sql("p.is_remote = {}"),
        "level": sql("p.level = {}"),
        "location": sql("""p.id = ANY (ARRAY(SELECT l.id FROM gigs.project l
            WHERE to_tsvector('simple', profiles.plain(l.location)) @@ (SELECT profiles.beginnings({})) AND l.location IS NOT NULL))"""),
        # What few projects say is looked up; what many say is met soon on a walk along the list.
        "words": sql("""p.id = ANY (ARRAY(
            SELECT t.id FROM gigs.project t WHERE t.document @@ (SELECT profiles.beginnings({})) AND t.deleted_at IS NULL))"""),
        "frequent": sql("(p.document @@ (SELECT profiles.beginnings({}))) IS TRUE"),
        # The few who are hidden or blocked, and what one was asked to or bids on, are collected once.
        "viewer": sql("""(p.account_id = {}::uuid OR p.worker_id = {} OR p.state <> 'draft' AND p.hidden_at IS NULL
            AND NOT p.account_id = ANY (ARRAY(
                SELECT a.id FROM identity.public_account a WHERE NOT a.is_visible
                UNION ALL SELECT b.blocked_id FROM identity.public_block b WHERE b.account_id = {}
                UNION ALL SELECT b.account_id FROM identity.public_block b WHERE b.blocked_id = {}))
            AND (p.visibility = 'public' OR p.visibility = 'members' AND {} <> '00000000-0000-0000-0000-000000000000'
                OR p.id = ANY (ARRAY(
                    SELECT b.project_id FROM gigs.bid b WHERE b.account_id = {} AND b.state NOT IN ('withdrawn', 'expired')
                    UNION ALL SELECT i.project_id FROM gigs.invite i WHERE i.account_id = {} AND i.state IN ('pending', 'accepted')
                    UNION ALL SELECT c.project_id FROM gigs.collaborator c WHERE c.account_id = {} AND c.state IN ('pending', 'accepted')
                    UNION ALL SELECT i.project_id FROM gigs.invite i JOIN identity.staff_account a ON a.email = i.email
                    WHERE a.id = {} AND a.email_verified AND i.state = 'pending'))))"""),
    },
    always=sql("p.deleted_at IS NULL"),
)
T = TypeVar("T")
MOST_SUGGESTIONS: Final = 10
FREQUENT: Final = 10_000
HOW_MANY = sql("""
SELECT count(*) FROM (
    SELECT FROM gigs.project p WHERE p.document @@ (SELECT profiles.beginnings($1)) AND p.deleted_at IS NULL LIMIT 10001) found
""")
SUGGESTIONS = sql("""
SELECT kind, text, slug FROM (
    (SELECT 1 AS rank, 'skill' AS kind, k.name AS text, k.slug FROM skills.public_skill k
        WHERE k.is_visible AND profiles.plain(k.name) LIKE '%' || $1 || '%' ORDER BY length(k.name), k.slug LIMIT $2)
    UNION ALL
    (SELECT 2, 'category', c.name, c.slug FROM skills.public_category c
        WHERE profiles.plain(c.name) LIKE '%' || $1 || '%' ORDER BY c.position, c.slug LIMIT $2)) found
ORDER BY rank, length(text), slug LIMIT $2
""")


class SkillTag(View, frozen=True, kw_only=True):
    """A skill as projects show one."""

    id: UUID
    slug: str
    name: str


class BudgetView(View, frozen=True, kw_only=True):
    """What may be spent: for all of it, or by the hour. Null where the owner did not say."""

    type: Pricing
    min: Money | None
    max: Money | None
    currency: Asset


class ProjectView(View, frozen=True, kw_only=True):
    """A project. `clientId` is the owner's account and `client` the profile shown; `workerId` the account that works on it.

    `bidsCount` counts bids and applications but those withdrawn or lapsed. `isHidden`: moderation keeps it from everybody but its owner.
    `boost` is what its owner has paid for, so that it stands before others: standard, premium or featured, until `boostedUntil`.
    """

    id: UUID
    client_id: UUID
    client: PersonCard
    title: str
    description: str
    status: ProjectState
    legacy_status: str | None
    budget: BudgetView
    category: str | None
    category_name: str | None
    skills: list[SkillTag]
    tags: list[str]
    visibility: Visibility
    is_remote: bool
    location: str | None
    level: Level | None
    start_date: Instant | None
    deadline: Instant | None
    worker_id: UUID | None
    bids_count: int
    is_hidden: bool
    boost: str | None
    boosted_until: Instant | None
    cancel_reason: str | None
    published_at: Instant | None
    delivered_at: Instant | None
    completed_at: Instant | None
    cancelled_at: Instant | None
    version: int
    created_at: Instant
    updated_at: Instant


class Suggestion(View, frozen=True, kw_only=True):
    """What one may mean: a project's title, a skill or a category."""

    kind: Literal["project", "skill", "category"]
    text: str
    id: UUID | None = None
    slug: str | None = None


class SuggestionQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What was typed so far, and how many suggestions are wanted."""

    q: Annotated[str, Meta(max_length=200)] = ""
    query: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=MOST_SUGGESTIONS)] = MOST_SUGGESTIONS


class ProjectQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of projects.

    `search` looks for words and their beginnings in title, tags and description. `skills` are slugs, ids or names, any of which a
    project asks for; `ownerId` is an account or one of its profiles; `status` takes several. Budgets are minor units of `currency`.
    Boosted projects come first unless another order is asked for.
    """

    category: Annotated[str, Meta(max_length=100)] | None = None
    skill: Annotated[str, Meta(max_length=100)] | None = None
    skills: list[Annotated[str, Meta(max_length=100)]] | None = None
    tag: Annotated[str, Meta(max_length=50)] | None = None
    pricing: Pricing | None = None
    currency: Asset | None = None
    min_budget: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    max_budget: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    is_remote: bool | None = None
    location: Annotated[str, Meta(max_length=200)] | None = None
    level: Level | None = None
    owner_id: UUID | None = None
    status: list[str] | None = None


async def projects(read: Read, by: Actor, query: ProjectQuery, **fixed: object) -> Page[ProjectView]:
    """Return the projects that the caller may see; `fixed` are further filters of the list."""
    where = {**wanted(query), "viewer": by.account_id, **fixed}
    if words := [*(query.skills or ()), *([query.skill] if query.skill else ())]:
        where["skills"] = list((await skills_named(read, words)).values())
    if query.search:
        where["frequent" if await read.value(HOW_MANY, query.search) > FREQUENT else "words"] = query.search
    return await PROJECTS.page(read, replace(query, search=None), decode=project_of, where=where)


async def open_projects(read: Read, by: Actor, query: ProjectQuery, **fixed: object) -> Page[ProjectView]:
    """Return the projects that take bids now and that the caller may see."""
    return await projects(read, by, replace(query, status=None), state=ProjectState.OPEN, **fixed)


async def project_view(read: Read, project_id: UUID, by: Actor) -> ProjectView:
    """Return one project, or refuse as if it were not there; moderators see every one that is not deleted."""
    return project_of(await seen(read, project_id, by))


async def seen(read: Read, project_id: UUID, by: Actor) -> Row:
    """Return the row of a project that the caller may see, or refuse."""
    where: dict[str, object] = {"id": project_id} if by.may("content.moderate") else {"id": project_id, "viewer": by.account_id}
    page = await PROJECTS.page(read, ListQuery(limit=1, cursor=""), decode=_row, where=where)
    if not page.items:
        raise ProjectNotFound
    return page.items[0]


async def suggestions(read: Read, by: Actor, query: SuggestionQuery) -> Page[Suggestion]:
    """Return what the text may mean: open projects by their words, skills, categories."""
    text = (query.q or query.query).strip()
    items: list[Suggestion] = []
    if text:
        found = await projects(read, by, ProjectQuery(limit=query.limit, cursor="", search=text), state=ProjectState.OPEN)
        items = [Suggestion(kind="project", text=one.title, id=one.id) for one in found.items]
        plain = escaped(text.casefold())
        rows = await read.rows(SUGGESTIONS, plain, query.limit)
        items += [Suggestion(kind=row["kind"], text=row["text"], slug=row["slug"]) for row in rows]
    return whole(items[: query.limit])


def wanted(query: ProjectQuery) -> dict[str, object]:
    """Return the filters that a query means, or refuse everything wrong with it."""
    states = [project_state(word) for word in query.status or ()]
    errors: list[FieldError] = []
    if None in states:
        errors.append(FieldError("status", "query", "not_an_option", f"One of: {', '.join(ProjectState)}."))
    if query.min_budget is not None and query.max_budget is not None and query.min_budget > query.max_budget:
        errors.append(FieldError("maxBudget", "query", "gigs.range", "Must not be less than the minimum."))
    if errors:
        raise Invalid(*errors)
    return {
        "owner": query.owner_id,
        "state": states[0] if len(states) == 1 else None,
        "states": states if len(states) > 1 else None,
        "category": query.category,
        "tag": None if query.tag is None else query.tag.strip().lower(),
        "pricing": query.pricing,
        "asset": query.currency,
        "richer": query.min_budget,
        "cheaper": query.max_budget,
        "remote": query.is_remote,
        "level": query.level,
        "location": query.location or None,
    }


def project_of(row: Row) -> ProjectView:
    """Return the project of a row."""
    state = ProjectState(row["state"])
    asset = row["asset"]
    return ProjectView(
        id=row["id"],
        client_id=row["account_id"],
        client=PersonCard(
            id=row["profile_id"],
            display_name=row["client_name"],
            username=row["client_username"],
            avatar_url=row["client_avatar"],
            rating=row["client_rating"],
        ),
        title=row["title"],
        description=row["description"],
        status=state,
        legacy_status=LEGACY.get(state),
        budget=BudgetView(
            type=row["pricing"],
            min=None if row["budget_min"] is None else Money(row["budget_min"], asset),
            max=None if row["budget_max"] is None else Money(row["budget_max"], asset),
            currency=asset,
        ),
        category=row["category_slug"],
        category_name=row["category_name"],
        skills=msgspec.convert(row["skills"], list[SkillTag]),
        tags=row["tags"],
        visibility=row["visibility"],
        is_remote=row["is_remote"],
        location=row["location"],
        level=row["level"],
        start_date=maybe_instant(row["starts_at"]),
        deadline=maybe_instant(row["deadline"]),
        worker_id=row["worker_id"],
        bids_count=row["bids"],
        is_hidden=row["hidden_at"] is not None,
        boost=row["boost"],
        boosted_until=maybe_instant(row["boosted_until"]),
        cancel_reason=row["cancel_reason"],
        published_at=maybe_instant(row["published_at"]),
        delivered_at=maybe_instant(row["delivered_at"]),
        completed_at=maybe_instant(row["completed_at"]),
        cancelled_at=maybe_instant(row["cancelled_at"]),
        version=row["version"],
        created_at=instant(row["created_at"]),
        updated_at=instant(row["updated_at"]),
    )


def whole(items: Sequence[T]) -> Page[T]:
    """Return a list that has one page."""
    count = len(items)
    return Page(items=list(items), page=1, limit=max(count, 1), total=count, is_capped=False, has_next=False, next_cursor=None)


def _row(row: Row) -> Row:
    return row
