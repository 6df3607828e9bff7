"""The catalogue on screens: one skill, lists, numbers."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx
from skillhall.kernel.shapes import ListQuery, Page, instant
from skillhall.skills.model.refusals import SkillNotFound
from skillhall.skills.model.skill import PUBLISH, Difficulty, Skill, State
from skillhall.skills.model.views import DifficultyCount, SkillCard, SkillStats, SkillSummary, SkillView, StatisticsView, quality_of
from skillhall.skills.queries import categories, graph
from skillhall.skills.store import catalogue as store
from skillhall.skills.store.categories import category

# A merged skill is shown as the one it leads to.
SHOWN = sql("""
SELECT s.id, s.slug, s.name, s.category_slug, s.subcategory_slug, s.difficulty, s.description, s.aliases, s.tags, s.tools, s.industries,
    s.estimated_learning_time, s.state, s.account_id, s.version, s.decision, s.verified_at, s.created_at, s.updated_at,
    c.name AS category_name, t.teachers, t.learners, t.workers, t.sessions, t.average_rating,
    EXISTS (SELECT FROM skills.resource r WHERE r.skill_id = s.id AND r.state = 'active') AS has_resources,
    EXISTS (SELECT FROM skills.prerequisite p WHERE p.requires_id = s.id) AS leads_on,
    CASE WHEN t.learners > 0 AND s.state = 'active' THEN (
        SELECT 1 + count(*) FROM skills.tally o
        WHERE (o.learners::bigint * 1000 + coalesce(round(o.average_rating * 100)::bigint, 0))
            > (t.learners::bigint * 1000 + coalesce(round(t.average_rating * 100)::bigint, 0))
    ) END AS popularity_rank
FROM skills.skill s JOIN skills.category c ON c.slug = s.category_slug JOIN skills.tally t ON t.skill_id = s.id
WHERE s.id = (SELECT coalesce(merged_into, id) FROM skills.skill WHERE id = $1)
""")
ID_OF_SLUG = sql("SELECT id FROM skills.skill WHERE slug = $1")
LIST = Listing(
    columns=sql("""s.id, s.slug, s.name, s.category_slug, s.subcategory_slug, s.difficulty, s.description, s.aliases, s.tags, s.state,
        s.verified_at, t.teachers, t.learners, t.workers, t.sessions, t.average_rating"""),
    source=sql("skills.skill s JOIN skills.tally t ON t.skill_id = s.id"),
    sorts={
        "name": sql("skills.plain(s.name)"),
        "difficulty": sql("s.difficulty"),
        "createdAt": sql("s.created_at"),
        "popularity": sql("(t.learners::bigint * 1000 + coalesce(round(t.average_rating * 100)::bigint, 0))"),
    },
    default_sort="name",
    key=sql("s.id"),
    filters={
        "state": sql("s.state = {}"),
        "proposer": sql("s.account_id = {}"),
        "category": sql("s.category_slug = {}"),
        "subcategory": sql("s.subcategory_slug = {}"),
        "difficulty": sql("s.difficulty = {}"),
        "easiest": sql("s.difficulty >= {}"),
        "hardest": sql("s.difficulty <= {}"),
        "spelled": sql("s.id IN (SELECT skills.spelled_like({}))"),
    },
    search=sql("s.document @@ skills.beginnings({})"),
)
DIFFICULTIES = sql("SELECT difficulty, count(*) AS skills FROM skills.skill WHERE state = 'active' GROUP BY difficulty ORDER BY difficulty")
TOTALS = sql("""
SELECT (SELECT count(*) FROM skills.prerequisite) AS prerequisites, (SELECT count(*) FROM skills.relation) AS relations,
    (SELECT count(DISTINCT account_id) FROM skills.member_skill WHERE purpose = 'teach') AS teachers,
    (SELECT count(DISTINCT account_id) FROM skills.member_skill WHERE purpose = 'learn') AS learners,
    (SELECT coalesce(sum(sessions), 0) FROM skills.tally) AS sessions
""")
CARDS = sql("SELECT id, slug, name, category_slug, difficulty FROM skills.skill WHERE id = ANY($1)")


class SkillQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of the catalogue. `status` other than active shows staff everything, members their own proposals."""

    category: str | None = None
    subcategory: str | None = None
    difficulty: Difficulty | None = None
    min_difficulty: Difficulty | None = None
    max_difficulty: Difficulty | None = None
    status: State = "active"


class PlainQuery(ListQuery, frozen=True, kw_only=True):
    """A list of skills without filters of its own."""

    difficulty: Difficulty | None = None


async def skills(read: Read, query: SkillQuery, by: Actor) -> Page[SkillSummary]:
    """Return the catalogue, filtered."""
    where: dict[str, object] = {
        "state": query.status,
        "proposer": None if query.status == "active" or by.may(PUBLISH) else by.account_id,
        "category": query.category,
        "subcategory": query.subcategory,
        "difficulty": query.difficulty,
        "easiest": query.min_difficulty,
        "hardest": query.max_difficulty,
    }
    return await listed(read, query, where)


async def listed(read: Read, query: ListQuery, where: Mapping[str, object]) -> Page[SkillSummary]:
    """Return the catalogue with these filters; when a search finds nothing, what is spelled like it."""
    page = await LIST.page(read, query, decode=summary, where=where)
    if page.items or page.total or not query.search:
        return page
    return await LIST.page(read, msgspec.structs.replace(query, search=None), decode=summary, where={**where, "spelled": query.search})


async def popular(read: Read, query: PlainQuery) -> Page[SkillSummary]:
    """Return the catalogue by how many learn each skill, then by its rating."""
    by_popularity = msgspec.structs.replace(query, sort=query.sort or "-popularity")
    return await listed(read, by_popularity, {"state": "active", "difficulty": query.difficulty})


async def skills_in(read: Read, slug: str, query: PlainQuery) -> Page[SkillSummary]:
    """Return the skills of a category, or of a part of one."""
    level = "category" if (await category(read, slug)).parent_slug is None else "subcategory"
    return await listed(read, query, {"state": "active", level: slug, "difficulty": query.difficulty})


async def skill_view(read: Read, skill_id: UUID, by: Actor) -> SkillView:
    """Return a skill with its surroundings; a proposal only to its proposer and staff, deprecated only to staff."""
    row = await read.row(SHOWN, skill_id)
    if row is None or not (
        row["state"] == "active"
        or by.may(PUBLISH)
        or (row["state"] in ("under_review", "rejected") and row["account_id"] == by.account_id and not by.is_stranger)
    ):
        raise SkillNotFound(skill=str(skill_id))
    prerequisites, related = await graph.requirements(read, row["id"]), await graph.related(read, row["id"])
    has = {
        "description": bool(row["description"]), "tags": bool(row["tags"]), "aliases": bool(row["aliases"]),
        "place": bool(prerequisites) or row["leads_on"], "related": bool(related), "resources": row["has_resources"],
        "verified": row["verified_at"] is not None,
    }  # fmt: skip
    return SkillView(
        **msgspec.structs.asdict(summary(row)),
        category_name=row["category_name"],
        tools=row["tools"],
        industries=row["industries"],
        estimated_learning_time=row["estimated_learning_time"],
        popularity_rank=row["popularity_rank"],
        prerequisites=prerequisites,
        related=related,
        quality=quality_of(has),
        decision=row["decision"],
        redirected_from=None if row["id"] == skill_id else skill_id,
        created_at=instant(row["created_at"]),
        updated_at=instant(row["updated_at"]),
        version=row["version"],
    )


async def skill_by_slug(read: Read, slug: str, by: Actor) -> SkillView:
    """Return the skill with this slug, as `skill_view` does."""
    skill_id = await read.value(ID_OF_SLUG, slug)
    if skill_id is None:
        raise SkillNotFound(skill=slug)
    return await skill_view(read, skill_id, by)


async def statistics(read: Read) -> StatisticsView:
    """Return the catalogue in numbers."""
    kinds = (await categories.categories(read)).items
    totals = await read.row(TOTALS)
    assert totals is not None  # noqa: S101 - a SELECT without FROM has one row
    return StatisticsView(
        total_skills=sum(kind.skills for kind in kinds),
        total_categories=len(kinds),
        total_prerequisites=totals["prerequisites"],
        total_relations=totals["relations"],
        total_teachers=totals["teachers"],
        total_learners=totals["learners"],
        total_sessions=totals["sessions"],
        categories=kinds,
        difficulties=[DifficultyCount(**row) for row in await read.rows(DIFFICULTIES)],
    )


async def skill(read: Read, id_or_slug: UUID | str) -> Skill:
    """Return a skill in whatever state; refuse what there is not."""
    return await store.skill(read, id_or_slug)


async def check_published(tx: Tx, skill_id: UUID) -> None:
    """Refuse unless the skill is in the catalogue."""
    if not await store.active(tx, [skill_id]):
        raise SkillNotFound(skill=str(skill_id))


async def skill_cards(read: Read, skill_ids: Sequence[UUID]) -> dict[UUID, SkillCard]:
    """Return the cards of these skills, whatever their state; unknown ids are left out."""
    return {row["id"]: graph.card(row) for row in await read.rows(CARDS, list(skill_ids))}


def summary(row: Row) -> SkillSummary:
    """Return the skill in this row."""
    return SkillSummary(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        category=row["category_slug"],
        subcategory=row["subcategory_slug"],
        difficulty=row["difficulty"],
        description=row["description"],
        aliases=row["aliases"],
        tags=row["tags"],
        status=row["state"],
        is_verified=row["verified_at"] is not None,
        stats=stats(row),
    )


def stats(row: Row) -> SkillStats:
    """Return the figures in this row."""
    return SkillStats(
        total_teachers=row["teachers"],
        total_learners=row["learners"],
        total_workers=row["workers"],
        total_sessions=row["sessions"],
        avg_rating=row["average_rating"],
    )
