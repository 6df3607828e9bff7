"""Changing one listed skill."""

from typing import TypeVar
from uuid import UUID

from msgspec import UNSET, UnsetType

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError
from skillhall.skills.commands.write_lists import check, find, find_skill, listed, settle
from skillhall.skills.model.member import ChangeMemberSkill, Level, ListedSkill, MemberSkill, MemberSkillView, Purpose, faults, has_reached
from skillhall.skills.queries import members as queries
from skillhall.skills.store import catalogue
from skillhall.skills.store import members as store

T = TypeVar("T")


async def change_member_skill(tx: Tx, by: Actor, member_skill_id: UUID, command: ChangeMemberSkill) -> MemberSkillView:
    """Change level, target, goal, years or rate of one listed skill."""
    own = await store.lock_lists(tx, by.account_id)
    return await _change(tx, by, own, find(own, member_skill_id), command)


async def change_in(tx: Tx, by: Actor, purpose: Purpose, skill_id: UUID, command: ChangeMemberSkill) -> MemberSkillView:
    """Change the skill of this id in the list of this purpose."""
    own = await store.lock_lists(tx, by.account_id)
    return await _change(tx, by, own, find_skill(own, purpose, await catalogue.canonical(tx, skill_id)), command)


async def _change(tx: Tx, by: Actor, own: list[MemberSkill], old: MemberSkill, command: ChangeMemberSkill) -> MemberSkillView:
    target: Level | None = _sent(command.target_level, old.target_level)
    level: Level = _sent(command.level, old.level)
    if command.reached is True and target is not None and not has_reached(level, target):
        level = target
    changed = ListedSkill(
        skill_id=old.skill_id,
        level=level,
        target_level=target,
        goal=_sent(command.goal, old.goal),
        goal_due=_sent(command.goal_due, old.goal_due),
        goal_priority=_sent(command.goal_priority, old.goal_priority),
        years=_sent(command.years, old.years),
        rate=_sent(command.rate, old.rate),
    )
    wrong = list(faults(old.purpose, changed, before=old))
    if command.reached is not UNSET and old.purpose != "learn":
        wrong.append(FieldError("reached", "body", "not_for_purpose", "Only a skill you learn has this."))
    if command.reached is False and has_reached(level, target):
        wrong.append(FieldError("reached", "body", "is_reached", "The level stands at the target."))
    check(wrong)
    said = None if command.reached is UNSET else command.reached
    await settle(tx, by, own, [listed(tx, old.purpose, changed, old, reached=said) if one is old else one for one in own])
    return await queries.member_skill_view(tx, by.account_id, old.id)


def _sent(value: T | UnsetType, old: T) -> T:
    return old if value is UNSET else value
