"""Changing one listed skill."""

from uuid import UUID

from msgspec import UNSET

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.skills.commands.write_lists import check, find, listed, settle
from skillhall.skills.model.member import ChangeMemberSkill, ListedSkill, MemberSkillView, faults
from skillhall.skills.queries import members as queries
from skillhall.skills.store import members as store


async def change_member_skill(tx: Tx, by: Actor, member_skill_id: UUID, command: ChangeMemberSkill) -> MemberSkillView:
    """Change level, target, goal or rate of one listed skill."""
    own = await store.lock_lists(tx, by.account_id)
    old = find(own, member_skill_id)
    changed = ListedSkill(
        skill_id=old.skill_id,
        level=old.level if command.level is UNSET else command.level,
        target_level=old.target_level if command.target_level is UNSET else command.target_level,
        goal=old.goal if command.goal is UNSET else command.goal,
        rate=old.rate if command.rate is UNSET else command.rate,
    )
    check(faults(old.purpose, changed))
    await settle(tx, by, own, [listed(tx, old.purpose, changed, old) if one is old else one for one in own])
    return await queries.member_skill_view(tx, by.account_id, old.id)
