"""The catalogue: skills and their prerequisites, one by one or a whole edition at once."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.skills.model.catalogue import CatalogueError, Edition
from skillhall.skills.model.refusals import SkillExists, SkillNotFound
from skillhall.skills.model.skill import Requirement, Skill

LOCK_GRAPH = sql("SELECT pg_advisory_xact_lock(hashtextextended('skills.prerequisite', 0))")
SKILL = sql("""
SELECT id, slug, name, category_slug, difficulty, description, aliases, tags, state, account_id, profile_id, version
FROM skills.skill WHERE id = $1
""")
SKILL_BY_SLUG = sql("""
SELECT id, slug, name, category_slug, difficulty, description, aliases, tags, state, account_id, profile_id, version
FROM skills.skill WHERE slug = $1
""")
NAMED = sql("""
SELECT slug FROM skills.skill
WHERE strpos(split_part(names, '||', 1) || '|', skills.barred(ARRAY[$1::text])) > 0 AND id <> $2 ORDER BY slug LIMIT 1
""")
HAS_CATEGORY = sql("SELECT EXISTS (SELECT FROM skills.category WHERE slug = $1)")
ACTIVE = sql("SELECT id FROM skills.skill WHERE id = ANY($1) AND state = 'active'")
OPEN_PROPOSALS = sql("SELECT count(*) FROM skills.skill WHERE account_id = $1 AND state = 'under_review'")
INSERT = sql("""
INSERT INTO skills.skill (id, slug, name, category_slug, difficulty, description, aliases, tags, state, in_catalogue, account_id,
    profile_id,
    created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, false, $10, $11, $12, $12) ON CONFLICT (id) DO NOTHING
""")
INSERT_TALLY = sql("INSERT INTO skills.tally (skill_id) VALUES ($1)")
UPDATE = sql("""
UPDATE skills.skill SET name = $2, category_slug = $3, difficulty = $4, description = $5, aliases = $6, tags = $7, state = $8,
    updated_at = $9,
    version = version + 1
WHERE id = $1
""")
CLEAR_PREREQUISITES = sql("DELETE FROM skills.prerequisite WHERE skill_id = $1 AND requires_id <> ALL ($2)")
SET_PREREQUISITES = sql("""
INSERT INTO skills.prerequisite (skill_id, requires_id, strength, in_catalogue)
SELECT $1, r.id, r.strength, false FROM unnest($2::uuid[], $3::smallint[]) AS r (id, strength)
ON CONFLICT (skill_id, requires_id) DO UPDATE SET strength = excluded.strength, in_catalogue = false
""")
# What stands below a set of skills: the deepest distance of each, $3 levels at most; a circle shows as depth beyond the cap.
BELOW = sql("""
WITH RECURSIVE below (id, depth) AS (
    SELECT unnest($1::uuid[]), 1
    UNION
    SELECT p.requires_id, b.depth + 1 FROM below b JOIN skills.prerequisite p ON p.skill_id = b.id WHERE b.depth <= $2
)
SELECT id, max(depth)::int AS depth FROM below GROUP BY id
""")
ABOVE = sql("""
WITH RECURSIVE above (id, depth) AS (
    SELECT $1::uuid, 0
    UNION
    SELECT p.skill_id, a.depth + 1 FROM above a JOIN skills.prerequisite p ON p.requires_id = a.id WHERE a.depth <= $2
)
SELECT max(depth)::int FROM above
""")
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
INSERT INTO skills.category (slug, name, description, position)
SELECT slug, name, description, position FROM jsonb_to_recordset($1::text::jsonb) AS c (slug text, name text, description text,
    position int)
ON CONFLICT (slug) DO UPDATE SET name = excluded.name, description = excluded.description, position = excluded.position
""")
LOAD_SKILLS = sql("""
INSERT INTO skills.skill AS s (id, slug, name, category_slug, difficulty, description, aliases, tags, state, in_catalogue, created_at,
    updated_at)
SELECT id, slug, name, category_slug, difficulty, description, aliases, tags, 'active', true, $2, $2
FROM jsonb_to_recordset($1::text::jsonb) AS c (
    id uuid, slug text, name text, category_slug text, difficulty smallint, description text, aliases text[], tags text[])
ON CONFLICT (id) DO UPDATE SET name = excluded.name, category_slug = excluded.category_slug, difficulty = excluded.difficulty,
    description = excluded.description, aliases = excluded.aliases, tags = excluded.tags, in_catalogue = true, updated_at = $2,
    state = CASE s.state WHEN 'under_review' THEN 'active' ELSE s.state END, version = s.version + 1
WHERE NOT s.in_catalogue OR (s.name, s.category_slug, s.difficulty, s.description, s.aliases, s.tags)
    IS DISTINCT FROM (excluded.name, excluded.category_slug, excluded.difficulty, excluded.description, excluded.aliases, excluded.tags)
""")
RETIRE_GONE = sql("""
UPDATE skills.skill SET state = 'deprecated', in_catalogue = false, updated_at = $2, version = version + 1
WHERE in_catalogue AND id <> ALL ($1::uuid[])
""")
LOAD_TALLIES = sql("INSERT INTO skills.tally (skill_id) SELECT id FROM skills.skill ON CONFLICT DO NOTHING")
DROP_EDGES = sql("DELETE FROM skills.prerequisite WHERE in_catalogue")
LOAD_EDGES = sql("""
INSERT INTO skills.prerequisite (skill_id, requires_id, strength, in_catalogue)
SELECT skill_id, requires_id, strength, true
FROM jsonb_to_recordset($1::text::jsonb) AS c (skill_id uuid, requires_id uuid, strength smallint)
ON CONFLICT (skill_id, requires_id) DO NOTHING
""")
DROP_RELATIONS = sql("DELETE FROM skills.relation")
LOAD_RELATIONS = sql("""
INSERT INTO skills.relation (skill_id, related_id, kind, strength)
SELECT skill_id, related_id, kind, strength
FROM jsonb_to_recordset($1::text::jsonb) AS c (skill_id uuid, related_id uuid, kind text, strength smallint)
""")


@locks(65, 0)
async def lock_graph(tx: Tx) -> None:
    """Let nobody else change prerequisites until this transaction ends, so that what was checked stays true."""
    await tx.value(LOCK_GRAPH)


async def skill(read: Read, id_or_slug: UUID | str) -> Skill:
    """Return a skill in whatever state."""
    row = await (read.row(SKILL, id_or_slug) if isinstance(id_or_slug, UUID) else read.row(SKILL_BY_SLUG, id_or_slug))
    if row is None:
        raise SkillNotFound(skill=str(id_or_slug))
    return msgspec.convert(dict(row), Skill)


async def has_category(read: Read, slug: str) -> bool:
    """Return whether there is such a category."""
    return bool(await read.value(HAS_CATEGORY, slug))


async def active(read: Read, skill_ids: Sequence[UUID]) -> set[UUID]:
    """Return which of these skills are in the catalogue."""
    return {row["id"] for row in await read.rows(ACTIVE, list(skill_ids))}


async def open_proposals(read: Read, account_id: UUID) -> int:
    """Return how many proposals of this account wait."""
    return await read.value(OPEN_PROPOSALS, account_id)


async def check_name(read: Read, name: str, skill_id: UUID) -> None:
    """Refuse a name that another skill goes by, whatever case and accents. The graph is locked, so that no twin is just being added."""
    slug = await read.value(NAMED, name, skill_id)
    if slug is not None:
        raise SkillExists(slug=slug)


async def insert_skill(tx: Tx, new: Skill) -> None:
    """Write a new skill; the slug, from which its id is derived, decides whether there is one of that name already."""
    n = new
    written = await tx.run(
        INSERT,
        n.id,
        n.slug,
        n.name,
        n.category_slug,
        n.difficulty,
        n.description,
        n.aliases,
        n.tags,
        n.state,
        n.account_id,
        n.profile_id,
        tx.now,
    )
    if not written:
        raise SkillExists(slug=new.slug)
    await tx.run(INSERT_TALLY, new.id)


async def update_skill(tx: Tx, changed: Skill) -> None:
    """Write a skill's fields and state."""
    c = changed
    await tx.run(UPDATE, c.id, c.name, c.category_slug, c.difficulty, c.description, c.aliases, c.tags, c.state, tx.now)


async def set_prerequisites(tx: Tx, skill_id: UUID, requirements: Sequence[Requirement]) -> None:
    """Replace what the skill builds on. The graph is locked and was checked."""
    ids = [one.skill_id for one in requirements]
    await tx.run(CLEAR_PREREQUISITES, skill_id, ids)
    await tx.run(SET_PREREQUISITES, skill_id, ids, [one.strength for one in requirements])


async def below(read: Read, skill_ids: Sequence[UUID], deepest: int) -> dict[UUID, int]:
    """Return what these skills and everything they build on are, with their longest distance, the given ones at 1."""
    return {row["id"]: row["depth"] for row in await read.rows(BELOW, list(skill_ids), deepest)}


async def height(read: Read, skill_id: UUID, deepest: int) -> int:
    """Return how many levels build on this skill."""
    return await read.value(ABOVE, skill_id, deepest)


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
