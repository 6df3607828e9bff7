"""The shipped catalogue, written as a whole edition."""

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.skills.model.catalogue import CatalogueError, Edition

CIRCLES = sql("""
WITH RECURSIVE reach (start, id) AS (
    SELECT skill_id, requires_id FROM skills.prerequisite
    UNION
    SELECT r.start, p.requires_id FROM reach r JOIN skills.prerequisite p ON p.skill_id = r.id
)
SELECT start AS skill_id FROM reach WHERE id = start
""")
DIGEST = sql("SELECT digest FROM skills.edition")
SET_DIGEST = sql("""
INSERT INTO skills.edition (digest, loaded_at) VALUES ($1, $2) ON CONFLICT (only_row) DO UPDATE SET digest = $1, loaded_at = $2
""")
LOAD_CATEGORIES = sql("""
INSERT INTO skills.category (slug, name, description, position, parent_slug)
SELECT slug, name, description, position, parent_slug FROM jsonb_to_recordset($1::text::jsonb) AS c (slug text, name text,
    description text, position int, parent_slug text)
ON CONFLICT (slug) DO UPDATE SET name = excluded.name, description = excluded.description, position = excluded.position
""")
LOAD_SKILLS = sql("""
INSERT INTO skills.skill AS s (id, slug, name, category_slug, subcategory_slug, difficulty, description, aliases, tags, state,
    in_catalogue, created_at, updated_at)
SELECT id, slug, name, category_slug, subcategory_slug, difficulty, description, aliases, tags, 'active', true, $2, $2
FROM jsonb_to_recordset($1::text::jsonb) AS c (id uuid, slug text, name text, category_slug text, subcategory_slug text,
    difficulty smallint, description text, aliases text[], tags text[])
ON CONFLICT (id) DO UPDATE SET name = excluded.name, category_slug = excluded.category_slug, subcategory_slug = excluded.subcategory_slug,
    difficulty = excluded.difficulty, description = excluded.description, aliases = excluded.aliases, tags = excluded.tags,
    in_catalogue = true, updated_at = $2, version = s.version + 1,
    state = CASE WHEN s.state IN ('under_review', 'rejected') THEN 'active' ELSE s.state END
WHERE NOT s.in_catalogue
    OR (s.name, s.category_slug, s.subcategory_slug, s.difficulty, s.description, s.aliases, s.tags)
    IS DISTINCT FROM (excluded.name, excluded.category_slug, excluded.subcategory_slug, excluded.difficulty, excluded.description,
        excluded.aliases, excluded.tags)
""")
RETIRE_GONE = sql("""
UPDATE skills.skill SET state = CASE state WHEN 'merged' THEN state ELSE 'deprecated' END, in_catalogue = false, updated_at = $2,
    version = version + 1
WHERE in_catalogue AND id <> ALL ($1::uuid[])
""")
LOAD_TALLIES = sql("INSERT INTO skills.tally (skill_id) SELECT id FROM skills.skill ON CONFLICT DO NOTHING")
DROP_EDGES = sql("DELETE FROM skills.prerequisite WHERE in_catalogue")
# What the data say of a merged skill holds for the one it leads to.
LOAD_EDGES = sql("""
INSERT INTO skills.prerequisite (skill_id, requires_id, strength, in_catalogue)
SELECT coalesce(s.merged_into, s.id), coalesce(r.merged_into, r.id), max(strength), true
FROM jsonb_to_recordset($1::text::jsonb) AS c (skill_id uuid, requires_id uuid, strength smallint)
    JOIN skills.skill s ON s.id = c.skill_id JOIN skills.skill r ON r.id = c.requires_id
WHERE coalesce(s.merged_into, s.id) <> coalesce(r.merged_into, r.id)
GROUP BY 1, 2
ON CONFLICT (skill_id, requires_id) DO NOTHING
""")
DROP_RELATIONS = sql("DELETE FROM skills.relation WHERE in_catalogue")
LOAD_RELATIONS = sql("""
INSERT INTO skills.relation (skill_id, related_id, kind, strength, in_catalogue)
SELECT coalesce(s.merged_into, s.id), coalesce(r.merged_into, r.id), kind, strength, true
FROM jsonb_to_recordset($1::text::jsonb) AS c (skill_id uuid, related_id uuid, kind text, strength smallint)
    JOIN skills.skill s ON s.id = c.skill_id JOIN skills.skill r ON r.id = c.related_id
WHERE coalesce(s.merged_into, s.id) <> coalesce(r.merged_into, r.id)
ORDER BY strength DESC
ON CONFLICT DO NOTHING
""")


async def loaded_digest(read: Read) -> str | None:
    """Return which edition the tables hold."""
    return await read.value(DIGEST)


async def load(tx: Tx, edition: Edition) -> None:
    """Write an edition over what is there: new rows, changed rows; what it no longer holds is deprecated. The graph is locked."""
    await tx.run(LOAD_CATEGORIES, _json(edition.categories))
    await tx.run(LOAD_SKILLS, _json(edition.skills), tx.now)
    await tx.run(RETIRE_GONE, [row.id for row in edition.skills], tx.now)
    await tx.run(LOAD_TALLIES)
    await tx.run(DROP_EDGES)
    await tx.run(LOAD_EDGES, _json(edition.edges))
    await tx.run(DROP_RELATIONS)
    await tx.run(LOAD_RELATIONS, _json(edition.relations))
    if circle := await tx.value(CIRCLES):
        raise CatalogueError(f"With the prerequisites that staff has set, {circle} would come before itself.")
    await tx.run(SET_DIGEST, edition.digest, tx.now)


def _json(rows: object) -> str:
    return msgspec.json.encode(rows).decode()
