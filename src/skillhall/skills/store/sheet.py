"""The catalogue as a table: what is stored, and lines written in batches."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.skills.model.placing import Known
from skillhall.skills.model.refusals import PrerequisiteCycle
from skillhall.skills.model.skill import DEEPEST, Skill

STATES = sql("""
SELECT slug, state, CASE state WHEN 'rejected' THEN '' ELSE split_part(names, '||', 1) END AS names FROM skills.skill WHERE slug = ANY($1)
""")
# Who goes by one of these names: one pass over the catalogue, whatever their number.
TAKEN = sql("""
SELECT s.slug, n.name
FROM skills.skill s CROSS JOIN LATERAL string_to_table(trim('|' FROM split_part(s.names, '||', 1)), '|') AS n (name)
    JOIN (SELECT DISTINCT unnest($1::text[]) AS name) w ON w.name = n.name
WHERE s.state <> 'rejected' AND s.slug <> ALL($2)
""")
# What these skills build on and what builds on them, however far.
EDGES = sql("""
WITH RECURSIVE below (id) AS (
    SELECT id FROM skills.skill WHERE slug = ANY($1)
    UNION SELECT p.requires_id FROM below b JOIN skills.prerequisite p ON p.skill_id = b.id
), above (id) AS (
    SELECT id FROM skills.skill WHERE slug = ANY($1)
    UNION SELECT p.skill_id FROM above a JOIN skills.prerequisite p ON p.requires_id = a.id)
SELECT s.slug, r.slug AS other, p.strength
FROM (
    SELECT e.skill_id, e.requires_id, e.strength FROM below b JOIN skills.prerequisite e ON e.skill_id = b.id
    UNION SELECT e.skill_id, e.requires_id, e.strength FROM above a JOIN skills.prerequisite e ON e.requires_id = a.id
) p JOIN skills.skill s ON s.id = p.skill_id JOIN skills.skill r ON r.id = p.requires_id
""")
RELATIONS = sql("""
SELECT s.slug, r.slug AS other, p.kind, p.strength
FROM skills.relation p JOIN skills.skill s ON s.id = p.skill_id JOIN skills.skill r ON r.id = p.related_id
WHERE s.slug = ANY($1) OR r.slug = ANY($1)
""")
CATEGORIES = sql("SELECT slug, parent_slug FROM skills.category")
PLAIN = sql("SELECT skills.plain(n.name) AS plain FROM unnest($1::text[]) WITH ORDINALITY AS n (name, place) ORDER BY n.place")
# Who has one of these names, found by the index over names; aliases are only looked at when the whole file is checked.
NAMED = sql("""
SELECT slug, skills.plain(name) AS plain FROM skills.skill
WHERE state IN ('active', 'under_review', 'deprecated', 'merged') AND skills.plain(name) = ANY($1)
""")
LINKABLE = sql("SELECT slug FROM skills.skill WHERE slug = ANY($1) AND state IN ('active', 'deprecated')")
SKILLS = sql("""
SELECT id, slug, name, category_slug, subcategory_slug, difficulty, description, aliases, tags, tools, industries,
    estimated_learning_time, state, account_id, profile_id, merged_into, decision, version
FROM skills.skill WHERE slug = ANY($1)
""")
WRITE = sql("""
INSERT INTO skills.skill AS s (id, slug, name, category_slug, subcategory_slug, difficulty, description, aliases, tags, tools, industries,
    estimated_learning_time, state, in_catalogue, created_at, updated_at)
SELECT id, slug, name, category_slug, subcategory_slug, difficulty, description, aliases, tags, tools, industries,
    estimated_learning_time, state, false, $2, $2
FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, slug text, name text, category_slug text, subcategory_slug text, difficulty smallint,
    description text, aliases text[], tags text[], tools text[], industries text[], estimated_learning_time smallint, state text)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, category_slug = excluded.category_slug, subcategory_slug = excluded.subcategory_slug,
    difficulty = excluded.difficulty, description = excluded.description, aliases = excluded.aliases, tags = excluded.tags,
    tools = excluded.tools, industries = excluded.industries, estimated_learning_time = excluded.estimated_learning_time,
    state = excluded.state, decision = NULL, updated_at = excluded.updated_at, version = s.version + 1
""")
TALLIES = sql("INSERT INTO skills.tally (skill_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING")
CLEAR_EDGES = sql("""
DELETE FROM skills.prerequisite p WHERE p.skill_id = ANY($1) AND NOT EXISTS (
    SELECT FROM unnest($2::uuid[], $3::uuid[]) AS k (skill_id, requires_id) WHERE k.skill_id = p.skill_id AND k.requires_id = p.requires_id)
""")
SET_EDGES = sql("""
INSERT INTO skills.prerequisite (skill_id, requires_id, strength, in_catalogue)
SELECT k.skill_id, k.requires_id, k.strength, false
FROM unnest($1::uuid[], $2::uuid[], $3::smallint[]) AS k (skill_id, requires_id, strength)
ON CONFLICT (skill_id, requires_id) DO UPDATE SET strength = excluded.strength, in_catalogue = false
""")
CLEAR_RELATIONS = sql("""
DELETE FROM skills.relation p WHERE p.skill_id = ANY($1) AND NOT EXISTS (
    SELECT FROM unnest($2::uuid[], $3::uuid[]) AS k (skill_id, related_id) WHERE k.skill_id = p.skill_id AND k.related_id = p.related_id)
""")
SET_RELATIONS = sql("""
INSERT INTO skills.relation (skill_id, related_id, kind, strength, in_catalogue)
SELECT k.skill_id, k.related_id, k.kind, k.strength, false
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::smallint[]) AS k (skill_id, related_id, kind, strength)
WHERE NOT EXISTS (SELECT FROM skills.relation r WHERE r.skill_id = k.related_id AND r.related_id = k.skill_id)
ON CONFLICT (skill_id, related_id) DO UPDATE SET kind = excluded.kind, strength = excluded.strength, in_catalogue = false
""")
# Who of these comes to no end within $2 steps: since the file was checked somebody else has changed prerequisites.
ENDLESS = sql("""
WITH RECURSIVE walk (start, id, depth) AS (
    SELECT skill_id, requires_id, 1 FROM skills.prerequisite WHERE skill_id = ANY($1)
    UNION
    SELECT w.start, p.requires_id, w.depth + 1 FROM walk w JOIN skills.prerequisite p ON p.skill_id = w.id WHERE w.depth <= $2
)
SELECT DISTINCT start FROM walk WHERE depth > $2 LIMIT 1
""")
# The catalogue in lines of text, a piece at a time, by slug.
EXPORT = sql("""
SELECT s.slug, s.name, s.category_slug, coalesce(s.subcategory_slug, ''), s.difficulty::text, s.description,
    array_to_string(s.aliases, '|'),
    array_to_string(s.tags, '|'), array_to_string(s.tools, '|'), array_to_string(s.industries, '|'),
    coalesce(s.estimated_learning_time::text, ''),
    coalesce((SELECT string_agg(r.slug || ':' || p.strength, '|' ORDER BY r.slug)
        FROM skills.prerequisite p JOIN skills.skill r ON r.id = p.requires_id AND r.state IN ('active', 'deprecated')
        WHERE p.skill_id = s.id), ''),
    coalesce((SELECT string_agg(r.slug || ':' || p.kind || ':' || p.strength, '|' ORDER BY r.slug)
        FROM skills.relation p JOIN skills.skill r ON r.id = p.related_id AND r.state IN ('active', 'deprecated')
        WHERE p.skill_id = s.id), ''),
    s.state
FROM skills.skill s WHERE s.state IN ('active', 'deprecated') AND s.slug > $1 ORDER BY s.slug LIMIT $2
""")

Pairs = Sequence[tuple[UUID, UUID]]


async def known(read: Read, slugs: Sequence[str], plain_names: Sequence[str]) -> Known:
    """Return what is stored, as far as a file is checked against it that tells of these skills and these names."""
    states: dict[str, str] = {}
    names: dict[str, list[str]] = {}
    for row in await read.rows(STATES, slugs):
        states[row["slug"]] = row["state"]
        names[row["slug"]] = [name for name in row["names"].split("|") if name]
    for row in await read.rows(TAKEN, plain_names, slugs):
        names.setdefault(row["slug"], []).append(row["name"])
    before: dict[str, dict[str, int]] = {}
    for row in await read.rows(EDGES, slugs):
        before.setdefault(row["slug"], {})[row["other"]] = row["strength"]
    beside: dict[str, dict[str, tuple[str, int]]] = {}
    for row in await read.rows(RELATIONS, slugs):
        beside.setdefault(row["slug"], {})[row["other"]] = (row["kind"], row["strength"])
    return Known(states=states, names=names, before=before, beside=beside, categories=await _categories(read))


async def known_of(read: Read, stored: Mapping[str, Skill], plain_names: Sequence[str]) -> Known:
    """Return what is stored, as far as lines about these skills, with these names, are checked each alone."""
    names: dict[str, list[str]] = {}
    for row in await read.rows(NAMED, list(plain_names)):
        names.setdefault(row["slug"], []).append(row["plain"])
    states = {slug: skill.state for slug, skill in stored.items()}
    return Known(states=states, names=names, before={}, beside={}, categories=await _categories(read))


async def linkable(read: Read, slugs: Sequence[str]) -> set[str]:
    """Return which of these skills links may lead to."""
    return {row["slug"] for row in await read.rows(LINKABLE, list(slugs))}


async def plain(read: Read, names: Sequence[str]) -> list[str]:
    """Return names in lower case without accents, as the database compares them."""
    return [row["plain"] for row in await read.rows(PLAIN, list(names))]


async def skills(read: Read, slugs: Sequence[str]) -> dict[str, Skill]:
    """Return the skills of these slugs."""
    return {row["slug"]: msgspec.convert(dict(row), Skill) for row in await read.rows(SKILLS, list(slugs))}


async def write(tx: Tx, rows: Sequence[Skill]) -> None:
    """Write new and changed skills. The graph is locked."""
    await tx.run(WRITE, rows, tx.now)
    await tx.run(TALLIES, [row.id for row in rows])


async def clear_links(tx: Tx, before_of: Sequence[UUID], before: Pairs, beside_of: Sequence[UUID], beside: Pairs) -> None:
    """Delete the links of these skills but those to keep. The graph is locked."""
    await tx.run(CLEAR_EDGES, list(before_of), *_columns(before))
    await tx.run(CLEAR_RELATIONS, list(beside_of), *_columns(beside))


async def set_edges(tx: Tx, edges: Mapping[tuple[UUID, UUID], int]) -> None:
    """Write prerequisites. The graph is locked."""
    await tx.run(SET_EDGES, *_columns(list(edges)), list(edges.values()))


async def set_relations(tx: Tx, relations: Mapping[tuple[UUID, UUID], tuple[str, int]]) -> None:
    """Write relations; a pair that is related the other way round stays so. The graph is locked."""
    kinds, strengths = [kind for kind, _ in relations.values()], [strength for _, strength in relations.values()]
    await tx.run(SET_RELATIONS, *_columns(list(relations)), kinds, strengths)


async def check_ends(tx: Tx, skill_ids: Sequence[UUID]) -> None:
    """Refuse when the prerequisites of one of these come to no end."""
    endless = await tx.value(ENDLESS, list(skill_ids), DEEPEST)
    if endless is not None:
        raise PrerequisiteCycle(skill_id=endless)


async def export(read: Read, after: str, limit: int) -> list[tuple[str, ...]]:
    """Return some lines of the table, from the slug behind `after` on."""
    return [tuple(row) for row in await read.rows(EXPORT, after, limit)]


async def _categories(read: Read) -> dict[str, str | None]:
    return {row["slug"]: row["parent_slug"] for row in await read.rows(CATEGORIES)}


def _columns(pairs: Pairs) -> tuple[list[UUID], list[UUID]]:
    return [one for one, _ in pairs], [other for _, other in pairs]
