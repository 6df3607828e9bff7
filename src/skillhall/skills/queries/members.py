"""Members' lists on screens."""

from uuid import UUID

from skillhall.identity.api import AccountNotFound
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import instant
from skillhall.skills.model.member import PURPOSES, MemberSkillsView, MemberSkillView
from skillhall.skills.model.refusals import MemberSkillNotFound
from skillhall.skills.queries import graph

LISTED = sql("""
SELECT m.id AS member_skill_id, m.purpose, m.level, m.target_level, m.goal, m.rate_amount, m.rate_currency, m.created_at, m.updated_at,
    s.id, s.slug, s.name, s.category_slug, s.difficulty
FROM skills.member_skill m JOIN skills.skill s ON s.id = m.skill_id
WHERE m.account_id = $1 ORDER BY m.created_at, m.id
""")
MAY_SEE = sql("""
SELECT EXISTS (SELECT FROM identity.public_account a WHERE a.id = $1 AND (a.id = $2 OR a.is_visible AND NOT EXISTS (
    SELECT FROM identity.public_block b
    WHERE (b.account_id = $1 AND b.blocked_id = $2) OR (b.account_id = $2 AND b.blocked_id = $1))))
""")
EVERYTHING = sql("""
SELECT s.slug, s.name, m.purpose, m.level, m.target_level, m.goal, m.rate_amount, m.rate_currency, m.created_at, m.updated_at
FROM skills.member_skill m JOIN skills.skill s ON s.id = m.skill_id WHERE m.account_id = $1 ORDER BY m.created_at, m.id
""")
PROPOSALS = sql("SELECT slug, name, description, state, created_at FROM skills.skill WHERE account_id = $1 ORDER BY created_at, id")


async def member_skills_of(read: Read, account_id: UUID, by: Actor) -> MemberSkillsView:
    """Return the lists of somebody the caller may see."""
    if not await read.value(MAY_SEE, account_id, by.account_id):
        raise AccountNotFound
    return await member_skills(read, account_id, is_own=account_id == by.account_id)


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


async def everything(read: Read, account_id: UUID) -> dict[str, object]:
    """Return all that is stored about a person here."""
    listed = [dict(row) for row in await read.rows(EVERYTHING, account_id)]
    return {"skills": listed, "proposals": [dict(row) for row in await read.rows(PROPOSALS, account_id)]}


def _view(row: Row, *, is_own: bool) -> MemberSkillView:
    return MemberSkillView(
        id=row["member_skill_id"],
        skill=graph.card(row),
        purpose=row["purpose"],
        level=row["level"],
        target_level=row["target_level"],
        goal=row["goal"] if is_own else None,
        rate=None if row["rate_amount"] is None else Money(row["rate_amount"], row["rate_currency"]),
        created_at=instant(row["created_at"]),
        updated_at=instant(row["updated_at"]),
    )
