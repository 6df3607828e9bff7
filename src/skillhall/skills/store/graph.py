"""The graph: prerequisites and relations."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.skills.model.skill import Relation, Requirement

LOCK_GRAPH = sql("SELECT pg_advisory_xact_lock(hashtextextended('skills.prerequisite', 0))")
CLEAR_PREREQUISITES = sql("DELETE FROM skills.prerequisite WHERE skill_id = $1 AND requires_id <> ALL ($2)")
SET_PREREQUISITES = sql("""
INSERT INTO skills.prerequisite (skill_id, requires_id, strength, in_catalogue)
SELECT $1, r.id, r.strength, false FROM unnest($2::uuid[], $3::smallint[]) AS r (id, strength)
ON CONFLICT (skill_id, requires_id) DO UPDATE SET strength = excluded.strength, in_catalogue = false
""")
CLEAR_RELATIONS = sql("""
DELETE FROM skills.relation WHERE (skill_id = $1 AND related_id <> ALL ($2)) OR (related_id = $1)
""")
SET_RELATIONS = sql("""
INSERT INTO skills.relation (skill_id, related_id, kind, strength, in_catalogue)
SELECT $1, r.id, r.kind, r.strength, false FROM unnest($2::uuid[], $3::text[], $4::smallint[]) AS r (id, kind, strength)
ON CONFLICT (skill_id, related_id) DO UPDATE SET kind = excluded.kind, strength = excluded.strength, in_catalogue = false
""")
# What stands below a set of skills: the deepest distance of each, $2 levels at most; a circle shows as depth beyond the cap.
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
REQUIRED = sql("SELECT requires_id FROM skills.prerequisite WHERE skill_id = $1")


@locks(65, 0)
async def lock_graph(tx: Tx) -> None:
    """Let nobody else change prerequisites until this transaction ends, so that what was checked stays true."""
    await tx.value(LOCK_GRAPH)


async def set_prerequisites(tx: Tx, skill_id: UUID, requirements: Sequence[Requirement]) -> None:
    """Replace what the skill builds on. The graph is locked and was checked."""
    ids = [one.skill_id for one in requirements]
    await tx.run(CLEAR_PREREQUISITES, skill_id, ids)
    await tx.run(SET_PREREQUISITES, skill_id, ids, [one.strength for one in requirements])


async def set_relations(tx: Tx, skill_id: UUID, relations: Sequence[Relation]) -> None:
    """Replace what is beside the skill, from whichever side it was said."""
    ids = [one.skill_id for one in relations]
    await tx.run(CLEAR_RELATIONS, skill_id, ids)
    await tx.run(SET_RELATIONS, skill_id, ids, [one.relationship_type for one in relations], [one.strength for one in relations])


async def required(read: Read, skill_id: UUID) -> list[UUID]:
    """Return what the skill directly builds on."""
    return [row["requires_id"] for row in await read.rows(REQUIRED, skill_id)]


async def below(read: Read, skill_ids: Sequence[UUID], deepest: int) -> dict[UUID, int]:
    """Return what these skills and everything they build on are, with their longest distance, the given ones at 1."""
    return {row["id"]: row["depth"] for row in await read.rows(BELOW, list(skill_ids), deepest)}


async def height(read: Read, skill_id: UUID, deepest: int) -> int:
    """Return how many levels build on this skill."""
    return await read.value(ABOVE, skill_id, deepest)
