"""Members' lists on screens."""

from typing import Literal
from uuid import UUID

from msgspec import Struct

from skillhall.identity.api import AccountNotFound
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Page, instant, maybe_instant
from skillhall.skills.model.member import PURPOSES, GoalView, MemberSkillsView, MemberSkillView, Purpose
from skillhall.skills.model.refusals import MemberSkillNotFound
from skillhall.skills.queries import graph
from skillhall.skills.queries.ranked import whole

LISTED = sql("""
SELECT m.id AS member_skill_id, m.purpose, m.level, m.target_level, m.goal, m.goal_due, m.goal_priority, m.reached_at, m.years,
    m.rate_amount, m.rate_currency, m.verified_at, m.created_at, m.updated_at, s.id, s.slug, s.name, s.category_slug, s.difficulty
FROM skills.member_skill m JOIN skills.skill s ON s.id = m.skill_id
WHERE m.account_id = $1 ORDER BY m.created_at, m.id
""")
# Open goals first, the next due before the others; then what was reached, the latest first.
GOALS = sql("""
SELECT m.id AS member_skill_id, m.level, m.target_level, m.goal, m.goal_due, m.goal_priority, m.reached_at,
    s.id, s.slug, s.name, s.category_slug, s.difficulty
FROM skills.member_skill m JOIN skills.skill s ON s.id = m.skill_id
WHERE m.account_id = $1 AND m.purpose = 'learn' AND (m.target_level IS NOT NULL OR m.goal IS NOT NULL)
    AND ($2::boolean IS NULL OR (m.reached_at IS NOT NULL) = $2)
ORDER BY m.reached_at DESC NULLS FIRST, m.goal_due NULLS LAST,
    array_position(ARRAY['high', 'normal', 'low'], coalesce(m.goal_priority, 'normal')),
    m.created_at, m.id
""")
MAY_SEE = sql("""
SELECT EXISTS (SELECT FROM identity.public_account a WHERE a.id = $1 AND (a.id = $2 OR a.is_visible AND NOT EXISTS (
    SELECT FROM identity.public_block b
    WHERE (b.account_id = $1 AND b.blocked_id = $2) OR (b.account_id = $2 AND b.blocked_id = $1))))
""")
EVERYTHING = sql("""
SELECT s.slug, s.name, m.purpose, m.level, m.target_level, m.goal, m.goal_due, m.goal_priority, m.reached_at, m.years, m.rate_amount,
    m.rate_currency, m.verified_at, m.created_at, m.updated_at
FROM skills.member_skill m JOIN skills.skill s ON s.id = m.skill_id WHERE m.account_id = $1 ORDER BY m.created_at, m.id
""")
PROPOSALS = sql(
    "SELECT slug, name, description, state, decision, created_at FROM skills.skill WHERE account_id = $1 ORDER BY created_at, id"
)
RESOURCES = sql("""
SELECT s.slug AS skill, r.kind, r.title, r.url, r.state, r.reason, r.created_at
FROM skills.resource r JOIN skills.skill s ON s.id = r.skill_id WHERE r.account_id = $1 ORDER BY r.created_at, r.id
""")
VERIFICATIONS = sql("""
SELECT s.slug AS skill, v.purpose, v.level, v.evidence, v.note, v.state, v.reason, v.requested_at, v.decided_at
FROM skills.verification v JOIN skills.skill s ON s.id = v.skill_id WHERE v.account_id = $1 ORDER BY v.requested_at, v.id
""")


class GoalQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which goals: open, reached, or all."""

    status: Literal["open", "reached"] | None = None


async def member_skills_of(read: Read, account_id: UUID, by: Actor) -> MemberSkillsView:
    """Return the lists of somebody the caller may see."""
    await _check_seen(read, account_id, by)
    return await member_skills(read, account_id, is_own=account_id == by.account_id)


async def list_of(read: Read, account_id: UUID, purpose: Purpose, by: Actor) -> Page[MemberSkillView]:
    """Return one list of somebody the caller may see."""
    return whole(getattr(await member_skills_of(read, account_id, by), purpose))


async def member_skills(read: Read, account_id: UUID, *, is_own: bool) -> MemberSkillsView:
    """Return a member's lists, oldest first."""
    views = [_view(row, is_own=is_own) for row in await read.rows(LISTED, account_id)]
    return MemberSkillsView(**{purpose: [view for view in views if view.purpose == purpose] for purpose in PURPOSES})


async def member_skill_view(read: Read, account_id: UUID, member_skill_id: UUID) -> MemberSkillView:
    """Return one of one's own listed skills."""
    for row in await read.rows(LISTED, account_id):
        if row["member_skill_id"] == member_skill_id:
            return _view(row, is_own=True)
    raise MemberSkillNotFound(member_skill_id=member_skill_id)


async def goals(read: Read, account_id: UUID, query: GoalQuery) -> Page[GoalView]:
    """Return one's own goals: the open ones, then the reached ones."""
    rows = await read.rows(GOALS, account_id, None if query.status is None else query.status == "reached")
    return whole([_goal(read, row) for row in rows])


async def everything(read: Read, account_id: UUID) -> dict[str, object]:
    """Return all that is stored about a person here."""
    parts = {"skills": EVERYTHING, "proposals": PROPOSALS, "resources": RESOURCES, "verifications": VERIFICATIONS}
    return {name: [dict(row) for row in await read.rows(statement, account_id)] for name, statement in parts.items()}


async def _check_seen(read: Read, account_id: UUID, by: Actor) -> None:
    if not await read.value(MAY_SEE, account_id, by.account_id):
        raise AccountNotFound


def _goal(read: Read, row: Row) -> GoalView:
    due, reached = row["goal_due"], row["reached_at"]
    return GoalView(
        id=row["member_skill_id"],
        skill=graph.card(row),
        level=row["level"],
        target_level=row["target_level"],
        goal=row["goal"],
        due=due,
        priority=row["goal_priority"] or "normal",
        is_overdue=reached is None and due is not None and due < read.now.date(),
        reached_at=maybe_instant(reached),
    )


def _view(row: Row, *, is_own: bool) -> MemberSkillView:
    return MemberSkillView(
        id=row["member_skill_id"],
        skill=graph.card(row),
        purpose=row["purpose"],
        level=row["level"],
        target_level=row["target_level"],
        goal=row["goal"] if is_own else None,
        goal_due=row["goal_due"] if is_own else None,
        goal_priority=row["goal_priority"] if is_own else None,
        reached_at=maybe_instant(row["reached_at"]) if is_own else None,
        years=row["years"],
        rate=None if row["rate_amount"] is None else Money(row["rate_amount"], row["rate_currency"]),
        is_verified=row["verified_at"] is not None,
        created_at=instant(row["created_at"]),
        updated_at=instant(row["updated_at"]),
    )
