"""Categories and their subcategories."""

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.skills.model.category import Category
from skillhall.skills.model.refusals import CategoryExists, CategoryInUse, CategoryNotFound

ONE = sql("SELECT slug, name, description, parent_slug FROM skills.category WHERE slug = $1")
INSERT = sql("""
INSERT INTO skills.category (slug, name, description, parent_slug, position)
SELECT $1, $2, $3, $4, coalesce(max(position) + 1, 0) FROM skills.category
ON CONFLICT (slug) DO NOTHING
""")
UPDATE = sql("UPDATE skills.category SET name = $2, description = $3 WHERE slug = $1")
DELETE = sql("""
DELETE FROM skills.category c WHERE slug = $1 AND NOT EXISTS (SELECT FROM skills.category p WHERE p.parent_slug = c.slug)
    AND NOT EXISTS (SELECT FROM skills.skill s WHERE c.slug IN (s.category_slug, s.subcategory_slug))
""")


async def category(read: Read, slug: str) -> Category:
    """Return a category or subcategory."""
    row = await read.row(ONE, slug)
    if row is None:
        raise CategoryNotFound(category=slug)
    return msgspec.convert(dict(row), Category)


async def insert(tx: Tx, new: Category) -> None:
    """Write a new category behind the others."""
    if not await tx.run(INSERT, new.slug, new.name, new.description, new.parent_slug):
        raise CategoryExists(slug=new.slug)


async def update(tx: Tx, changed: Category) -> None:
    """Write name and description."""
    await tx.run(UPDATE, changed.slug, changed.name, changed.description)


async def delete(tx: Tx, slug: str) -> None:
    """Delete an empty category. The graph is locked, so that nothing is just put into it."""
    if not await tx.run(DELETE, slug):
        raise CategoryInUse(slug=slug)
