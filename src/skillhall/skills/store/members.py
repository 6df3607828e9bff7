"""Members' skills, and the tallies kept with them."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.skills.model.member import PURPOSES, MemberSkill

# A merge moves everybody's rows: it takes this lock alone, whoever writes lists, notes or requests shares it.
SHARE_LISTS = sql("SELECT pg_advisory_xact_lock_shared(hashtextextended('skills.lists', 0))")
LOCK_ALL_LISTS = sql("SELECT pg_advisory_xact_lock(hashtextextended('skills.lists', 0))")
LOCK_LISTS = sql("SELECT pg_advisory_xact_lock(hashtextextended('skills.member_skill:' || $1::uuid::text, 0))")
LISTED = sql("""
SELECT id, skill_id, purpose, level, target_level, goal, goal_due, goal_priority, reached_at, years, rate_amount, rate_currency,
    verified_at, created_at, updated_at
FROM skills.member_skill WHERE account_id = $1 ORDER BY created_at, id
""")
REMOVE = sql("DELETE FROM skills.member_skill WHERE id = ANY($1)")
WRITE = sql("""
INSERT INTO skills.member_skill (id, account_id, profile_id, skill_id, purpose, level, target_level, goal, goal_due, goal_priority,
    reached_at, years, rate_amount, rate_currency, verified_at, created_at, updated_at)
SELECT id, $2, $3, skill_id, purpose, level, target_level, goal, goal_due, goal_priority, reached_at, years, rate_amount, rate_currency,
    verified_at, created_at, updated_at
FROM jsonb_to_recordset($1::text::jsonb) AS m (id uuid, skill_id uuid, purpose text, level text, target_level text, goal text,
    goal_due date, goal_priority text, reached_at timestamptz, years smallint, rate_amount bigint, rate_currency text,
    verified_at timestamptz, created_at timestamptz, updated_at timestamptz)
ON CONFLICT (id) DO UPDATE SET level = excluded.level, target_level = excluded.target_level, goal = excluded.goal,
    goal_due = excluded.goal_due, goal_priority = excluded.goal_priority, reached_at = excluded.reached_at, years = excluded.years,
    rate_amount = excluded.rate_amount, rate_currency = excluded.rate_currency, verified_at = excluded.verified_at,
    updated_at = excluded.updated_at
""")
VERIFY = sql("UPDATE skills.member_skill SET verified_at = $3 WHERE account_id = $1 AND id = $2")
LOCK_TALLIES = sql("SELECT skill_id FROM skills.tally WHERE skill_id = ANY($1) ORDER BY skill_id FOR NO KEY UPDATE")
COUNT = sql("""
UPDATE skills.tally t SET teachers = teachers + d.teach, learners = learners + d.learn, workers = workers + d.work
FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[]) AS d (skill_id, teach, learn, work)
WHERE t.skill_id = d.skill_id
""")
OFFERED = sql("""
SELECT s.name FROM skills.member_skill m JOIN skills.skill s ON s.id = m.skill_id
WHERE m.account_id = $1 AND m.purpose IN ('teach', 'work') GROUP BY s.id ORDER BY min(m.created_at), s.name
""")
OFFERING = sql("""
SELECT DISTINCT account_id FROM skills.member_skill
WHERE skill_id = $1 AND purpose IN ('teach', 'work') AND account_id > $2 ORDER BY account_id LIMIT $3
""")


@locks(65, 1)
async def share_lists(tx: Tx) -> None:
    """Let no skills be merged until this transaction ends."""
    await tx.value(SHARE_LISTS)


@locks(65, 1)
async def lock_all_lists(tx: Tx) -> None:
    """Let nobody write lists, or note anything about a skill, until this transaction ends."""
    await tx.value(LOCK_ALL_LISTS)


@locks(65, 1)
async def lock_lists(tx: Tx, account_id: UUID) -> list[MemberSkill]:
    """Let nobody else change this member's lists until this transaction ends; return them as they then are."""
    await tx.value(SHARE_LISTS)
    await tx.value(LOCK_LISTS, account_id)
    return [msgspec.convert(dict(row), MemberSkill) for row in await tx.rows(LISTED, account_id)]


async def listed(read: Read, account_id: UUID) -> list[MemberSkill]:
    """Return the member's skills, oldest first."""
    return [msgspec.convert(dict(row), MemberSkill) for row in await read.rows(LISTED, account_id)]


async def remove(tx: Tx, member_skill_ids: Sequence[UUID]) -> None:
    """Delete rows of a locked list."""
    await tx.run(REMOVE, list(member_skill_ids))


async def write(tx: Tx, account_id: UUID, profile_id: UUID | None, rows: Sequence[MemberSkill]) -> None:
    """Write new and changed rows of a locked list."""
    await tx.run(WRITE, msgspec.json.encode(rows).decode(), account_id, profile_id)


async def verify(tx: Tx, account_id: UUID, member_skill_id: UUID) -> None:
    """Mark a skill of a locked list as verified."""
    await tx.run(VERIFY, account_id, member_skill_id, tx.now)


@locks(65, 2)
async def lock_tallies(tx: Tx, skill_ids: Sequence[UUID]) -> None:
    """Lock the tallies of these skills in id order."""
    await tx.rows(LOCK_TALLIES, sorted(skill_ids))


@locks(65, 2)
async def lock_and_count(tx: Tx, gone: Sequence[MemberSkill], new: Sequence[MemberSkill]) -> None:
    """Take away and add what these rows count for in the tallies of their skills, in id order."""
    await _count(tx, gone, new)


async def _count(tx: Tx, gone: Sequence[MemberSkill], new: Sequence[MemberSkill]) -> None:
    changes = Counter((one.skill_id, one.purpose) for one in new)
    changes.subtract((one.skill_id, one.purpose) for one in gone)
    ids = sorted({skill_id for (skill_id, _), by in changes.items() if by})
    if ids:
        await tx.rows(LOCK_TALLIES, ids)
        await tx.run(COUNT, ids, *([changes[skill_id, purpose] for skill_id in ids] for purpose in PURPOSES))


async def offered(read: Read, account_id: UUID) -> list[str]:
    """Return the names of what the member teaches or works with, the first listed first."""
    return [row["name"] for row in await read.rows(OFFERED, account_id)]


async def offering(read: Read, skill_id: UUID, after: UUID, limit: int) -> list[UUID]:
    """Return who teaches or works with the skill, in id order from `after` on."""
    return [row["account_id"] for row in await read.rows(OFFERING, skill_id, after, limit)]


async def erase(tx: Tx, account_id: UUID) -> None:
    """Delete the member's lists with what they count for. Takes no declared lock: nobody acts for an erased account."""
    await tx.value(SHARE_LISTS)
    listed_skills = await listed(tx, account_id)
    await tx.run(REMOVE, [one.id for one in listed_skills])
    await _count(tx, listed_skills, [])
