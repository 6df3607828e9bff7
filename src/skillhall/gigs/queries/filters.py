"""What projects can be filtered by, counted over the open public ones."""

from typing import Final

from skillhall.gigs.model.project import ProjectState
from skillhall.gigs.queries.projects import SkillTag, whole
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.money import Asset
from skillhall.kernel.shapes import Page, View

MOST: Final = 100
COUNTED: Final = 5000
"""So many of the newest open projects are looked at; counts beyond are none that a person compares."""
CATEGORIES = sql("""
WITH newest AS (
    SELECT category_slug FROM gigs.project
    WHERE state = 'open' AND visibility = 'public' AND deleted_at IS NULL AND hidden_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $1),
counted AS (SELECT category_slug AS slug, count(*) AS projects FROM newest GROUP BY category_slug)
SELECT c.slug, c.name, c.parent_slug AS parent, coalesce(sum(n.projects), 0)::int AS projects
FROM skills.public_category c LEFT JOIN skills.public_category b ON c.slug IN (b.slug, b.parent_slug) LEFT JOIN counted n ON n.slug = b.slug
GROUP BY c.slug, c.name, c.parent_slug, c.position ORDER BY c.position, c.slug
""")
CURRENCIES = sql("""
WITH newest AS (
    SELECT asset, budget_min, budget_max FROM gigs.project
    WHERE state = 'open' AND visibility = 'public' AND deleted_at IS NULL AND hidden_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $1)
SELECT asset AS currency, min(coalesce(budget_min, budget_max)) AS min_budget, max(coalesce(budget_max, budget_min)) AS max_budget,
    count(*)::int AS projects
FROM newest GROUP BY asset ORDER BY count(*) DESC, asset
""")
SKILLS = sql("""
WITH newest AS (
    SELECT id FROM gigs.project
    WHERE state = 'open' AND visibility = 'public' AND deleted_at IS NULL AND hidden_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $1)
SELECT k.id, k.slug, k.name, count(*)::int AS projects
FROM newest JOIN gigs.project_skill s ON s.project_id = newest.id JOIN skills.public_skill k ON k.id = s.skill_id
GROUP BY k.id, k.slug, k.name ORDER BY count(*) DESC, k.slug LIMIT $2
""")
TAGS = sql("""
WITH newest AS (
    SELECT tags FROM gigs.project
    WHERE state = 'open' AND visibility = 'public' AND deleted_at IS NULL AND hidden_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $1)
SELECT t.tag, count(*)::int AS projects FROM newest CROSS JOIN LATERAL unnest(newest.tags) AS t (tag)
GROUP BY t.tag ORDER BY count(*) DESC, t.tag LIMIT $2
""")


class CategoryCount(View, frozen=True, kw_only=True):
    """A category, or a part of one, and how many open public projects are in it."""

    slug: str
    name: str
    parent: str | None
    projects: int


class CurrencyRange(View, frozen=True, kw_only=True):
    """A currency in use, with the least and the greatest budget in its minor units."""

    currency: Asset
    min_budget: int | None
    max_budget: int | None
    projects: int


class SkillCount(SkillTag, frozen=True, kw_only=True):
    """A skill, and how many open public projects ask for it."""

    projects: int


class TagCount(View, frozen=True, kw_only=True):
    """A tag, and how many open public projects have it."""

    tag: str
    projects: int


class FilterOptionsView(View, frozen=True, kw_only=True):
    """What one can filter projects by."""

    categories: list[CategoryCount]
    currencies: list[CurrencyRange]
    pricing: list[str]
    levels: list[str]
    statuses: list[str]
    visibilities: list[str]
    sorts: list[str]


class SkillsTagsView(View, frozen=True, kw_only=True):
    """The skills and tags in use, the most frequent first."""

    skills: list[SkillCount]
    tags: list[TagCount]


async def categories(read: Read) -> Page[CategoryCount]:
    """Return all categories; a whole one counts its parts too."""
    return whole([CategoryCount(**row) for row in await read.rows(CATEGORIES, COUNTED)])


async def filter_options(read: Read) -> FilterOptionsView:
    """Return what one can filter by."""
    return FilterOptionsView(
        categories=(await categories(read)).items,
        currencies=[CurrencyRange(**row) for row in await read.rows(CURRENCIES, COUNTED)],
        pricing=["fixed", "hourly"],
        levels=["beginner", "intermediate", "advanced", "expert"],
        statuses=list(ProjectState),
        visibilities=["public", "members", "invited"],
        sorts=["-promoted", "createdAt", "-createdAt", "budget", "-budget", "deadline", "-deadline"],
    )


async def skills_and_tags(read: Read) -> SkillsTagsView:
    """Return the skills and tags in use."""
    return SkillsTagsView(
        skills=[SkillCount(**row) for row in await read.rows(SKILLS, COUNTED, MOST)],
        tags=[TagCount(**row) for row in await read.rows(TAGS, COUNTED, MOST)],
    )
