"""Projects in the database. The lock of a project guards its bids and invites too."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from skillhall.gigs.model.project import Project, ProjectState, sources
from skillhall.gigs.model.refusals import ProjectMoved, ProjectNotFound
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks

PROJECT = sql("""
SELECT id, account_id, profile_id, title, description, pricing, asset, budget_min, budget_max, category_slug, visibility, state,
    paused_from, starts_at, deadline, is_remote, location, level, tags, worker_id, published_at, delivered_at, completed_at, hidden_at,
    version, created_at, updated_at
FROM gigs.project WHERE id = $1 AND deleted_at IS NULL
""")
LOCK_PROJECT = sql("""
SELECT id, account_id, profile_id, title, description, pricing, asset, budget_min, budget_max, category_slug, visibility, state,
    paused_from, starts_at, deadline, is_remote, location, level, tags, worker_id, published_at, delivered_at, completed_at, hidden_at,
    version, created_at, updated_at
FROM gigs.project WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE
""")
INSERT_PROJECT = sql("""
INSERT INTO gigs.project (id, account_id, profile_id, title, description, pricing, asset, budget_min, budget_max, category_slug, visibility,
    state, starts_at, deadline, is_remote, location, level, tags, origin, created_at, updated_at, published_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20, $21)
""")
UPDATE_PROJECT = sql("""
UPDATE gigs.project SET profile_id = $3, title = $4, description = $5, pricing = $6, asset = $7, budget_min = $8, budget_max = $9,
    category_slug = $10, visibility = $11, starts_at = $12, deadline = $13, is_remote = $14, location = $15, level = $16, tags = $17,
    version = version + 1, updated_at = $18
WHERE id = $1 AND version = $2 AND deleted_at IS NULL
""")
MOVE_PROJECT = sql("""
UPDATE gigs.project SET state = $2, version = version + 1, updated_at = $4,
    paused_from = CASE WHEN $2 = 'paused' THEN state END,
    worker_id = CASE WHEN $5 THEN $6 ELSE worker_id END,
    published_at = CASE $2 WHEN 'draft' THEN NULL WHEN 'open' THEN coalesce(published_at, $4) ELSE published_at END,
    delivered_at = CASE $2 WHEN 'delivered' THEN $4 WHEN 'in_progress' THEN NULL WHEN 'open' THEN NULL ELSE delivered_at END,
    completed_at = CASE WHEN $2 = 'completed' THEN $4::timestamptz END,
    cancelled_at = CASE WHEN $2 = 'cancelled' THEN $4::timestamptz END,
    cancel_reason = CASE WHEN $2 = 'cancelled' THEN $7 END
WHERE id = $1 AND state = ANY($3) AND deleted_at IS NULL
RETURNING id, account_id, profile_id, title, description, pricing, asset, budget_min, budget_max, category_slug, visibility, state,
    paused_from, starts_at, deadline, is_remote, location, level, tags, worker_id, published_at, delivered_at, completed_at, hidden_at,
    version, created_at, updated_at
""")
DELETE_PROJECT = sql("UPDATE gigs.project SET deleted_at = $2, version = version + 1 WHERE id = $1 AND deleted_at IS NULL")
HIDE_PROJECT = sql("UPDATE gigs.project SET hidden_at = $2 WHERE id = $1 AND hidden_at IS NULL AND deleted_at IS NULL")
SHOW_PROJECT = sql("UPDATE gigs.project SET hidden_at = NULL WHERE id = $1 AND hidden_at IS NOT NULL")
CLEAR_SKILLS = sql("DELETE FROM gigs.project_skill WHERE project_id = $1")
INSERT_SKILLS = sql("""
INSERT INTO gigs.project_skill (project_id, skill_id, position)
SELECT $1, s.id, s.position FROM unnest($2::uuid[]) WITH ORDINALITY AS s (id, position)
""")
# Each way of naming one has its index.
SKILLS_NAMED = sql("""
SELECT w.word, k.canonical_id AS id FROM unnest($1::text[]) AS w (word)
CROSS JOIN LATERAL (
    SELECT s.canonical_id FROM (
        SELECT canonical_id, slug FROM skills.public_skill
            WHERE id = CASE WHEN w.word ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN w.word::uuid END
        UNION ALL SELECT canonical_id, slug FROM skills.public_skill WHERE slug = w.word
        UNION ALL SELECT canonical_id, slug FROM skills.public_skill WHERE skills.plain(name) = skills.plain(w.word)) s
    WHERE EXISTS (SELECT FROM skills.public_skill c WHERE c.id = s.canonical_id AND c.is_visible)
    ORDER BY s.slug <> w.word, s.slug LIMIT 1) k
""")
MOVE_SKILL = sql("""
WITH moved AS (DELETE FROM gigs.project_skill WHERE skill_id = $1 RETURNING project_id, position)
INSERT INTO gigs.project_skill (project_id, skill_id, position) SELECT project_id, $2, position FROM moved ON CONFLICT DO NOTHING
""")
SKILL_IDS = sql("SELECT skill_id FROM gigs.project_skill WHERE project_id = $1 ORDER BY position")
CATEGORY = sql("SELECT 1 FROM skills.public_category WHERE slug = $1")
OWN_PROFILE = sql(
    "SELECT id FROM profiles.public_profile WHERE account_id = $1 AND is_visible AND (id = $2 OR ($2::uuid IS NULL AND is_primary))"
)
NOTE_VIEW = sql("INSERT INTO gigs.project_view (project_id, viewed_on, account_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")


async def project(read: Read, project_id: UUID) -> Project:
    """Return a project as it is now, whoever asks; refuse a deleted one."""
    return project_of(await read.row(PROJECT, project_id))


@locks(30, 1)
async def lock_project(tx: Tx, project_id: UUID) -> Project:
    """Lock a project, and with it its bids and invites, or refuse."""
    return project_of(await tx.row(LOCK_PROJECT, project_id))


async def move_project(
    tx: Tx, project_id: UUID, state: ProjectState, *, worker_id: UUID | UnsetType | None = UNSET, reason: str | None = None
) -> Project:
    """Move a locked project along one of its arrows and return it; `worker_id` is set when given, `reason` kept of a cancelled one."""
    sets_worker = worker_id is not UNSET
    row = await tx.row(MOVE_PROJECT, project_id, state, sources(state), tx.now, sets_worker, worker_id if sets_worker else None, reason)
    if row is None:
        found = await project(tx, project_id)
        raise ProjectMoved(status=found.state, verb=state)
    return project_of(row)


async def insert_project(tx: Tx, new: Project, skill_ids: Sequence[UUID], origin: str = "app") -> None:
    """Store a new project, draft or open, with its skills."""
    await tx.run(
        INSERT_PROJECT, new.id, new.account_id, new.profile_id, new.title, new.description, new.pricing, new.asset, new.budget_min,
        new.budget_max, new.category_slug, new.visibility, new.state, new.starts_at, new.deadline, new.is_remote, new.location, new.level,
        list(new.tags), origin, new.created_at, new.published_at,
    )  # fmt: skip
    await write_skills(tx, new.id, skill_ids, is_new=True)


async def update_project(tx: Tx, new: Project) -> bool:
    """Store a changed project unless somebody changed version `new.version` already."""
    count = await tx.run(
        UPDATE_PROJECT, new.id, new.version, new.profile_id, new.title, new.description, new.pricing, new.asset, new.budget_min,
        new.budget_max, new.category_slug, new.visibility, new.starts_at, new.deadline, new.is_remote, new.location, new.level,
        list(new.tags), tx.now,
    )  # fmt: skip
    return count == 1


async def write_skills(tx: Tx, project_id: UUID, skill_ids: Sequence[UUID], *, is_new: bool = False) -> None:
    """Let a project ask for exactly these skills, the foremost first."""
    if not is_new:
        await tx.run(CLEAR_SKILLS, project_id)
    if skill_ids:
        await tx.run(INSERT_SKILLS, project_id, list(skill_ids))


async def delete_project(tx: Tx, project_id: UUID, at: datetime) -> bool:
    """Leave a tombstone."""
    return await tx.run(DELETE_PROJECT, project_id, at) == 1


async def hide_project(tx: Tx, project_id: UUID, at: datetime) -> bool:
    """Keep the project from being seen and bid on."""
    return await tx.run(HIDE_PROJECT, project_id, at) == 1


async def show_project(tx: Tx, project_id: UUID) -> bool:
    """Undo `hide_project`."""
    return await tx.run(SHOW_PROJECT, project_id) == 1


async def note_view(tx: Tx, project_id: UUID, account_id: UUID) -> bool:
    """Note that somebody has looked at the project today; False when that was noted already."""
    return await tx.run(NOTE_VIEW, project_id, tx.now.date(), account_id) == 1


async def skills_named(read: Read, words: Sequence[str]) -> dict[str, UUID]:
    """Return the published skills that these ids, slugs or names mean, by word; merged ones as what they were merged into."""
    return {row["word"]: row["id"] for row in await read.rows(SKILLS_NAMED, list(words))}


async def skill_ids(read: Read, project_id: UUID) -> list[UUID]:
    """Return the skills a project asks for, the foremost first."""
    return [row["skill_id"] for row in await read.rows(SKILL_IDS, project_id)]


async def move_skill(tx: Tx, skill_id: UUID, into_id: UUID) -> None:
    """Let projects that ask for the one skill ask for the other."""
    await tx.run(MOVE_SKILL, skill_id, into_id)


async def is_category(read: Read, slug: str) -> bool:
    """Return whether there is such a category, or part of one."""
    return await read.value(CATEGORY, slug) is not None


async def find_profile(read: Read, account_id: UUID, profile_id: UUID | None) -> UUID | None:
    """Return this profile when it is the account's; without one the account's primary."""
    return await read.value(OWN_PROFILE, account_id, profile_id)


def project_of(row: Row | None) -> Project:
    """Return the project of a row, or refuse."""
    if row is None:
        raise ProjectNotFound
    return msgspec.convert(dict(row), Project)
