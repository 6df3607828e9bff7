"""The catalogue on screens: one skill, lists, search, categories, numbers."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx
from skillhall.kernel.shapes import ListQuery, Page, instant
from skillhall.skills.model.refusals import CategoryNotFound, SkillNotFound
from skillhall.skills.model.skill import (
    PUBLISH,
    CategoryView,
    Difficulty,
    DifficultyCount,
    Skill,
    SkillCard,
    SkillStats,
    SkillSummary,
    SkillView,
    State,
    StatisticsView,
)
from skillhall.skills.queries import graph
from skillhall.skills.store import catalogue as store

SHOWN = sql("""
SELECT s.id, s.slug, s.name, s.category_slug, s.difficulty, s.description, s.aliases, s.tags, s.state, s.account_id, s.version,
    s.created_at,
    s.updated_at, c.name AS category_name, t.teachers, t.learners, t.workers, t.average_rating
FROM skills.skill s JOIN skills.category c ON c.slug = s.category_slug JOIN skills.tally t ON t.skill_id = s.id
WHERE s.id = $1
""")
ID_OF_SLUG = sql("SELECT id FROM skills.skill WHERE slug = $1")
LIST = Listing(
    columns=sql("""s.id, s.slug, s.name, s.category_slug, s.difficulty, s.description, s.aliases, s.tags, s.state, t.teachers, t.learners,
        t.workers, t.average_rating"""),
    source=sql("skills.skill s JOIN skills.tally t ON t.skill_id = s.id"),
    sorts={
        "name": sql("s.names"),
        "difficulty": sql("s.difficulty"),
        "createdAt": sql("s.created_at"),
        "popularity": sql("t.learners::bigint * 1000 + coalesce(round(t.average_rating * 100)::bigint, 0)"),
    },
    default_sort="name",
    key=sql("s.id"),
    filters={
        "state": sql("s.state = {}"),
        "proposer": sql("s.account_id = {}"),
        "category": sql("s.category_slug = {}"),
        "difficulty": sql("s.difficulty = {}"),
        "easiest": sql("s.difficulty >= {}"),
        "hardest": sql("s.difficulty <= {}"),
    },
    search=sql("(s.document @@ skills.beginnings({}) OR skills.plain({}) OPERATOR(public.<%) s.names)"),
)
CATEGORIES = sql("""
SELECT c.slug, c.name, c.description, count(s.id) AS skills
FROM skills.category c LEFT JOIN skills.skill s ON s.category_slug = c.slug AND s.state = 'active'
GROUP BY c.slug ORDER BY c.position, c.slug
""")
DIFFICULTIES = sql("SELECT difficulty, count(*) AS skills FROM skills.skill WHERE state = 'active' GROUP BY difficulty ORDER BY difficulty")
TOTALS = sql("""
SELECT (SELECT count(*) FROM skills.prerequisite) AS prerequisites,
    (SELECT count(DISTINCT account_id) FROM skills.member_skill WHERE purpose = 'teach') AS teachers,
    (SELECT count(DISTINCT account_id) FROM skills.member_skill WHERE purpose = 'learn') AS learners
""")
CARDS = sql("SELECT id, slug, name, category_slug, difficulty FROM skills.skill WHERE id = ANY($1)")


class SkillQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of the catalogue. `status` other than active shows staff everything, members their own proposals."""

    category: str | None = None
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
        "difficulty": query.difficulty,
        "easiest": query.min_difficulty,
        "hardest": query.max_difficulty,
    }
    return await LIST.page(read, query, decode=summary, where=where)


async def popular(read: Read, query: PlainQuery) -> Page[SkillSummary]:
    """Return the catalogue by how many learn each skill, then by its rating."""
    by_popularity = msgspec.structs.replace(query, sort=query.sort or "-popularity")
    return await LIST.page(read, by_popularity, decode=summary, where={"state": "active", "difficulty": query.difficulty})


async def skills_in(read: Read, category: str, query: PlainQuery) -> Page[SkillSummary]:
    """Return the skills of a category."""
    if not await store.has_category(read, category):
        raise CategoryNotFound(category=category)
    return await LIST.page(read, query, decode=summary, where={"state": "active", "category": category, "difficulty": query.difficulty})


async def skill_view(read: Read, skill_id: UUID, by: Actor) -> SkillView:
    """Return a skill with its surroundings; under review only to its proposer and staff, deprecated only to staff."""
    row = await read.row(SHOWN, skill_id)
    if row is None or not (
        row["state"] == "active" or by.may(PUBLISH) or (row["state"] == "under_review" and row["account_id"] == by.account_id)
    ):
        raise SkillNotFound(skill=str(skill_id))
    return SkillView(
        **msgspec.structs.asdict(summary(row)),
        category_name=row["category_name"],
        prerequisites=await graph.requirements(read, skill_id),
        related=await graph.related(read, skill_id),
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


async def categories(read: Read) -> Page[CategoryView]:
    """Return all categories."""
    items = [CategoryView(**row) for row in await read.rows(CATEGORIES)]
    return Page(items=items, page=1, limit=max(len(items), 1), total=len(items), is_capped=False, has_next=False, next_cursor=None)


async def statistics(read: Read) -> StatisticsView:
    """Return the catalogue in numbers."""
    kinds = (await categories(read)).items
    totals = await read.row(TOTALS)
    assert totals is not None  # noqa: S101 - a SELECT without FROM has one row
    return StatisticsView(
        total_skills=sum(kind.skills for kind in kinds),
        total_categories=len(kinds),
        total_prerequisites=totals["prerequisites"],
        total_teachers=totals["teachers"],
        total_learners=totals["learners"],
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
        difficulty=row["difficulty"],
        description=row["description"],
        aliases=row["aliases"],
        tags=row["tags"],
        status=row["state"],
        stats=SkillStats(
            total_teachers=row["teachers"], total_learners=row["learners"], total_workers=row["workers"], avg_rating=row["average_rating"]
        ),
    )
