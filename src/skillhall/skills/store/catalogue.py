"""The catalogue: skills, one by one."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.skills.model.refusals import SkillExists, SkillNotFound
from skillhall.skills.model.skill import Skill

SKILL = sql("""
SELECT id, slug, name, category_slug, subcategory_slug, difficulty, description, aliases, tags, tools, industries,
    estimated_learning_time, state, account_id, profile_id, merged_into, decision, version
FROM skills.skill WHERE id = $1
""")
SKILL_BY_SLUG = sql("""
SELECT id, slug, name, category_slug, subcategory_slug, difficulty, description, aliases, tags, tools, industries,
    estimated_learning_time, state, account_id, profile_id, merged_into, decision, version
FROM skills.skill WHERE slug = $1
""")
# A name or alias of another one, whatever case and accents; the trigram index finds the candidates. A rejected name is free again.
NAMED = sql("""
SELECT slug FROM skills.skill
WHERE names LIKE skills.named($1) AND strpos(split_part(names, '||', 1) || '|', skills.barred(ARRAY[$1::text])) > 0 AND id <> $2
    AND state <> 'rejected'
ORDER BY slug LIMIT 1
""")
ACTIVE = sql("SELECT id FROM skills.skill WHERE id = ANY($1) AND state = 'active'")
CANONICAL = sql("SELECT coalesce(merged_into, id) FROM skills.skill WHERE id = $1")
OPEN_PROPOSALS = sql("SELECT count(*) FROM skills.skill WHERE account_id = $1 AND state = 'under_review'")
INSERT = sql("""
INSERT INTO skills.skill AS s (id, slug, name, category_slug, subcategory_slug, difficulty, description, aliases, tags, tools, industries,
    estimated_learning_time, state, in_catalogue, account_id, profile_id, created_at, updated_at)
SELECT id, slug, name, category_slug, subcategory_slug, difficulty, description, aliases, tags, tools, industries,
    estimated_learning_time, state, false,
    account_id, profile_id, $2, $2
FROM jsonb_to_record($1::jsonb) AS n (id uuid, slug text, name text, category_slug text, subcategory_slug text, difficulty smallint,
    description text, aliases text[], tags text[], tools text[], industries text[], estimated_learning_time smallint, state text,
    account_id uuid, profile_id uuid)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, category_slug = excluded.category_slug, subcategory_slug = excluded.subcategory_slug,
    difficulty = excluded.difficulty, description = excluded.description, aliases = excluded.aliases, tags = excluded.tags,
    tools = excluded.tools, industries = excluded.industries, estimated_learning_time = excluded.estimated_learning_time,
    state = excluded.state, account_id = excluded.account_id, profile_id = excluded.profile_id, decision = NULL,
    decided_at = NULL, created_at = excluded.created_at, updated_at = excluded.updated_at, version = s.version + 1
WHERE s.state = 'rejected'
""")
INSERT_TALLY = sql("INSERT INTO skills.tally (skill_id) VALUES ($1) ON CONFLICT DO NOTHING")
UPDATE = sql("""
UPDATE skills.skill SET name = $2, category_slug = $3, subcategory_slug = $4, difficulty = $5, description = $6, aliases = $7, tags = $8,
    tools = $9, industries = $10, estimated_learning_time = $11, decision = CASE state WHEN $12 THEN decision END, state = $12,
    updated_at = $13, version = version + 1
WHERE id = $1
""")
DECIDE = sql("""
UPDATE skills.skill SET state = $2, decision = $3, decided_at = $4, updated_at = $4, version = version + 1
WHERE id = $1 AND state = 'under_review'
""")
VERIFY = sql("""
UPDATE skills.skill SET verified_at = CASE WHEN $3::uuid IS NULL THEN NULL ELSE $2::timestamptz END, verified_by = $3, updated_at = $2,
    version = version + 1
WHERE id = $1 AND verified_by IS DISTINCT FROM $3 AND ($3 IS NULL OR verified_at IS NULL)
""")


async def skill(read: Read, id_or_slug: UUID | str) -> Skill:
    """Return a skill in whatever state."""
    row = await (read.row(SKILL, id_or_slug) if isinstance(id_or_slug, UUID) else read.row(SKILL_BY_SLUG, id_or_slug))
    if row is None:
        raise SkillNotFound(skill=str(id_or_slug))
    return msgspec.convert(dict(row), Skill)


async def active(read: Read, skill_ids: Sequence[UUID]) -> set[UUID]:
    """Return which of these skills are in the catalogue."""
    return {row["id"] for row in await read.rows(ACTIVE, list(skill_ids))}


async def canonical(read: Read, skill_id: UUID) -> UUID:
    """Return the skill this id stands for: itself, or the one it was merged into."""
    found = await read.value(CANONICAL, skill_id)
    if found is None:
        raise SkillNotFound(skill=str(skill_id))
    return found


async def open_proposals(read: Read, account_id: UUID) -> int:
    """Return how many proposals of this account wait."""
    return await read.value(OPEN_PROPOSALS, account_id)


async def check_name(read: Read, name: str, skill_id: UUID) -> None:
    """Refuse a name that another skill goes by, whatever case and accents. The graph is locked, so that no twin is just being added."""
    slug = await read.value(NAMED, name, skill_id)
    if slug is not None:
        raise SkillExists(slug=slug)


async def insert_skill(tx: Tx, new: Skill) -> None:
    """Write a new skill, or a rejected one anew; the slug, from which its id is derived, decides whether there is one of that name."""
    if not await tx.run(INSERT, new, tx.now):
        raise SkillExists(slug=new.slug)
    await tx.run(INSERT_TALLY, new.id)


async def update_skill(tx: Tx, changed: Skill) -> None:
    """Write a skill's fields and state."""
    c = changed
    await tx.run(
        UPDATE, c.id, c.name, c.category_slug, c.subcategory_slug, c.difficulty, c.description, c.aliases, c.tags, c.tools, c.industries,
        c.estimated_learning_time, c.state, tx.now,
    )  # fmt: skip


async def decide(tx: Tx, skill_id: UUID, state: str, reason: str | None) -> bool:
    """Take a proposal out of review; False when somebody was faster."""
    return bool(await tx.run(DECIDE, skill_id, state, reason, tx.now))


async def set_verified(tx: Tx, skill_id: UUID, by: UUID | None) -> bool:
    """Note who has verified the entry, None to take that back; False when it was so already."""
    return bool(await tx.run(VERIFY, skill_id, tx.now, by))
