"""Who is told of a new project: those who work with what it asks for, the best first, at most fifty."""

from uuid import UUID

from skillhall.gigs.api import matching_workers
from skillhall.gigs.events import ProjectPublished
from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.notifications.reactions.gigs import tell_matching_workers
from tests.profiles.builders import BLOCK, in_turn

PEOPLE = sql("""
INSERT INTO identity.account (id, email, email_verified, display_name, timezone, locale, state, abilities, origin, created_at)
SELECT id, id::text || '@example.org', true, 'Wim Worker', 'UTC', 'en', $2, '{}', 'test', now() FROM unnest($1::uuid[]) AS id
""")
FACES = sql("""
INSERT INTO profiles.profile (id, account_id, kind, is_primary, display_name, origin, created_at, updated_at)
SELECT id, id, 'innovator', true, 'Wim Worker', 'test', now(), now() FROM unnest($1::uuid[]) AS id
""")
SKILLS = sql("""
INSERT INTO skills.member_skill (id, account_id, skill_id, purpose, level, created_at, updated_at)
SELECT gen_random_uuid(), id, $2, $3, $4, now(), now() FROM unnest($1::uuid[]) AS id
""")
PROJECT = sql("""
INSERT INTO gigs.project (id, account_id, profile_id, title, description, pricing, asset, visibility, state, is_remote, tags, origin,
    created_at, updated_at, published_at)
VALUES ($1, $2, $2, 'A film', '', 'fixed', 'CREDIT', $3, 'open', true, '{}', 'test', now(), now(), now())
""")
ASKS = sql("""
INSERT INTO gigs.project_skill (project_id, skill_id, position)
SELECT $1, id, n::smallint FROM unnest($2::uuid[]) WITH ORDINALITY AS s(id, n)
""")
TOLD = sql("SELECT account_id FROM notifications.notice WHERE type = 'gigs.project_matched' AND subject_id = $1")
ASKED = sql("SELECT id FROM skills.public_skill WHERE is_visible ORDER BY slug LIMIT 3")


async def people(tx: Tx, count: int, state: str = "active") -> list[UUID]:
    """Return so many members with a face."""
    new = [ids.new() for _ in range(count)]
    await tx.run(PEOPLE, new, state)
    await tx.run(FACES, new)
    return new


async def publish(tx: Tx, owner: UUID, skills: list[UUID], visibility: str = "public") -> UUID:
    """Return a project that asks for these skills, and tell of it."""
    project_id = ids.new()
    await tx.run(PROJECT, project_id, owner, visibility)
    await tx.run(ASKS, project_id, skills)
    await tell(tx, owner, project_id, skills)
    return project_id


async def tell(tx: Tx, owner: UUID, project_id: UUID, skills: list[UUID]) -> None:
    """Hear that a project is published, in a transaction of its own."""
    event = ProjectPublished(project_id=project_id, account_id=owner, visibility="public", state="open", skill_ids=skills)
    await tell_matching_workers(event, in_turn(tx))


async def test_who_can_do_it_is_told_once(tx: Tx) -> None:
    rows = await tx.rows(ASKED)
    first, second, third = (row["id"] for row in rows)
    owner, both, expert, beginner, teacher, other, blocked, blocker = await people(tx, 8)
    (suspended,) = await people(tx, 1, "suspended")
    for who, skill, purpose, level in (
        ([owner, both, blocked, blocker, suspended, beginner], first, "work", "beginner"), ([both], second, "work", "beginner"),
        ([expert], second, "work", "expert"), ([teacher], first, "teach", "expert"), ([other], third, "work", "expert"),
    ):  # fmt: skip
        await tx.run(SKILLS, who, skill, purpose, level)
    await tx.run(BLOCK, owner, blocked)
    await tx.run(BLOCK, blocker, owner)
    project_id = await publish(tx, owner, [first, second])
    assert [one.account_id for one in await matching_workers(tx, project_id, 50)] == [both, expert, beginner]
    told = await tx.rows(TOLD, project_id)
    assert {row["account_id"] for row in told} == {both, expert, beginner}
    crowd = await people(tx, 60)
    await tx.run(SKILLS, crowd, second, "work", "advanced")
    for _ in range(2):
        await tell(tx, owner, project_id, [first, second])
    told = await tx.rows(TOLD, project_id)
    assert len(told) == len({row["account_id"] for row in told}) == 50
    assert {row["account_id"] for row in told} >= {both, expert, beginner}
    secret = await publish(tx, owner, [first], "invited")
    assert await tx.rows(TOLD, secret) == []
