"""The graph on screens: what a skill builds on, in order; what builds on it; what is beside it."""

from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import Page
from skillhall.skills.model.refusals import SkillNotFound
from skillhall.skills.model.skill import DEEPEST, PUBLISH
from skillhall.skills.model.views import LinkView, PathView, RelationView, RequirementView, SkillCard, StepView, TreeView
from skillhall.skills.queries.ranked import whole
from skillhall.skills.store import catalogue as store

# Everything below $1, at most $2 deep. A skill stands one level above the deepest it requires, so that this order puts prerequisites first.
STEPS = sql("""
WITH RECURSIVE below (id, depth) AS (
    SELECT id, 0 FROM skills.skill WHERE id = (SELECT coalesce(merged_into, id) FROM skills.skill WHERE id = $1) AND state = 'active'
    UNION
    SELECT p.requires_id, b.depth + 1
    FROM below b JOIN skills.prerequisite p ON p.skill_id = b.id JOIN skills.skill s ON s.id = p.requires_id AND s.state = 'active'
    WHERE b.depth < $2
), placed AS (SELECT id, max(depth)::int AS depth FROM below GROUP BY id)
SELECT s.id, s.slug, s.name, s.category_slug, s.difficulty, d.depth, (
        SELECT coalesce(jsonb_agg(jsonb_build_object('skillId', p.requires_id, 'strength', p.strength) ORDER BY p.strength DESC,
            p.requires_id), '[]')
        FROM skills.prerequisite p JOIN placed q ON q.id = p.requires_id WHERE p.skill_id = s.id
    )::text AS requires
FROM placed d JOIN skills.skill s ON s.id = d.id
ORDER BY d.depth DESC, s.difficulty, s.name, s.id
""")
REQUIREMENTS = sql("""
SELECT s.id, s.slug, s.name, s.category_slug, s.difficulty, p.strength
FROM skills.prerequisite p JOIN skills.skill s ON s.id = p.requires_id AND s.state = 'active'
WHERE p.skill_id = $1 ORDER BY p.strength DESC, s.name, s.id
""")
LEADS_TO = sql("""
SELECT s.id, s.slug, s.name, s.category_slug, s.difficulty, p.strength
FROM skills.prerequisite p JOIN skills.skill s ON s.id = p.skill_id AND s.state = 'active'
WHERE p.requires_id = $1 ORDER BY p.strength DESC, s.name, s.id
""")
# A relation is stored once; seen from its other end advanced and foundational change places.
RELATED = sql("""
SELECT s.id, s.slug, s.name, s.category_slug, s.difficulty, r.kind, r.strength
FROM (
    SELECT related_id AS id, kind, strength FROM skills.relation WHERE skill_id = $1
    UNION ALL
    SELECT skill_id,
        CASE kind WHEN 'advanced' THEN 'foundational' WHEN 'foundational' THEN 'advanced' WHEN 'specialized' THEN 'foundational'
        ELSE kind END, strength
    FROM skills.relation WHERE related_id = $1
) r JOIN skills.skill s ON s.id = r.id AND s.state = 'active'
ORDER BY r.strength DESC, s.name, s.id
""")


async def tree(read: Read, skill_id: UUID) -> TreeView:
    """Return everything a published skill builds on, what builds on it, and what is beside it."""
    steps = await _steps(read, skill_id)
    return TreeView(
        skill=steps[-1].skill,
        depth=steps[0].depth,
        nodes=steps,
        leads_to=[_link(row) for row in await read.rows(LEADS_TO, steps[-1].skill.id)],
        related=await related(read, steps[-1].skill.id),
    )


async def path(read: Read, skill_id: UUID) -> PathView:
    """Return the order in which to learn what a published skill builds on, the skill itself last."""
    steps = await _steps(read, skill_id)
    return PathView(skill=steps[-1].skill, steps=steps)


async def requirements_of(read: Read, skill_id: UUID, by: Actor) -> Page[LinkView]:
    """Return what a published skill directly builds on."""
    return whole(await requirements(read, await _published(read, skill_id, by)))


async def related_to(read: Read, skill_id: UUID, by: Actor) -> Page[RelationView]:
    """Return what is beside a published skill."""
    return whole(await related(read, await _published(read, skill_id, by)))


async def requirements(read: Read, skill_id: UUID) -> list[LinkView]:
    """Return what the skill directly builds on, the most important first."""
    return [_link(row) for row in await read.rows(REQUIREMENTS, skill_id)]


async def related(read: Read, skill_id: UUID) -> list[RelationView]:
    """Return what is beside the skill, the closest first."""
    rows = await read.rows(RELATED, skill_id)
    return [RelationView(skill=card(row), relationship_type=row["kind"], strength=row["strength"]) for row in rows]


async def _published(read: Read, skill_id: UUID, by: Actor) -> UUID:
    """Return the id of the skill as it is now, if the catalogue shows it; staff sees every one."""
    canonical = await store.canonical(read, skill_id)
    if not by.may(PUBLISH) and not await store.active(read, [canonical]):
        raise SkillNotFound(skill=str(skill_id))
    return canonical


async def _steps(read: Read, skill_id: UUID) -> list[StepView]:
    rows = await read.rows(STEPS, skill_id, DEEPEST)
    if not rows:
        raise SkillNotFound(skill=str(skill_id))
    return [
        StepView(skill=card(row), depth=row["depth"], requires=msgspec.json.decode(row["requires"], type=list[RequirementView]))
        for row in rows
    ]


def card(row: Row) -> SkillCard:
    """Return the card in this row."""
    return SkillCard(id=row["id"], slug=row["slug"], name=row["name"], category=row["category_slug"], difficulty=row["difficulty"])


def _link(row: Row) -> LinkView:
    return LinkView(skill=card(row), strength=row["strength"])
