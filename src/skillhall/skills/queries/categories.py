"""Categories on screens."""

from collections.abc import Sequence

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import Page
from skillhall.skills.model.refusals import CategoryNotFound
from skillhall.skills.model.views import CategoryView, SubcategoryView
from skillhall.skills.queries.ranked import whole

# One pass over the skills counts both levels.
ALL = sql("""
WITH counted AS (
    SELECT category_slug, subcategory_slug, count(*) AS skills FROM skills.skill WHERE state = 'active'
    GROUP BY category_slug, subcategory_slug)
SELECT c.slug, c.name, c.description, c.parent_slug, coalesce(sum(n.skills), 0)::bigint AS skills
FROM skills.category c LEFT JOIN counted n
    ON (c.parent_slug IS NULL AND n.category_slug = c.slug) OR (c.parent_slug IS NOT NULL AND n.subcategory_slug = c.slug)
GROUP BY c.slug ORDER BY c.position, c.slug
""")


async def categories(read: Read) -> Page[CategoryView]:
    """Return all categories with their parts."""
    items = _views(await read.rows(ALL))
    return whole(items)


async def category(read: Read, slug: str) -> CategoryView:
    """Return one category, or a part of one, which has no parts itself."""
    rows = await read.rows(ALL)
    for row in rows:
        if row["slug"] == slug:
            parts = [_part(below) for below in rows if below["parent_slug"] == slug]
            return _whole(row, parts)
    raise CategoryNotFound(category=slug)


def _views(rows: Sequence[Row]) -> list[CategoryView]:
    parts: dict[str, list[SubcategoryView]] = {}
    for row in rows:
        if row["parent_slug"] is not None:
            parts.setdefault(row["parent_slug"], []).append(_part(row))
    return [_whole(row, parts.get(row["slug"], [])) for row in rows if row["parent_slug"] is None]


def _whole(row: Row, parts: list[SubcategoryView]) -> CategoryView:
    return CategoryView(
        slug=row["slug"],
        name=row["name"],
        description=row["description"],
        skills=row["skills"],
        parent=row["parent_slug"],
        subcategories=parts,
    )


def _part(row: Row) -> SubcategoryView:
    return SubcategoryView(slug=row["slug"], name=row["name"], description=row["description"], skills=row["skills"])
