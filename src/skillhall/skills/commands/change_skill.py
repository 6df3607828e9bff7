"""Changing a skill: its fields, its prerequisites, its state."""

from uuid import UUID

import msgspec
from msgspec import UNSET

from skillhall.identity.api import check_active
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.kernel.shapes import Subject
from skillhall.skills.commands.edit_graph import check_category, rebuild
from skillhall.skills.events import SkillChanged, SkillPublished
from skillhall.skills.model.refusals import NotYourProposal
from skillhall.skills.model.skill import PUBLISH, ChangeSkill, Skill, SkillView
from skillhall.skills.queries import catalogue as queries
from skillhall.skills.store import catalogue as store


async def change_skill(tx: Tx, by: Actor, skill_id: UUID, command: ChangeSkill, match: Match) -> SkillView:
    """Write the sent fields. Staff changes every skill and alone its state; a member an own proposal while it waits."""
    await store.lock_graph(tx)
    old = await own_or_staffs(tx, by, skill_id)
    match.check(old.version)
    if command.status not in (UNSET, old.state) and not by.may(PUBLISH):
        raise NotYourProposal
    if command.category is not UNSET:
        await check_category(tx, command.category)
    changed = changed_by(old, command)
    if changed == old and command.prerequisites is UNSET:
        return await queries.skill_view(tx, skill_id, by)
    if changed.name != old.name:
        await store.check_name(tx, changed.name, skill_id)
    await store.update_skill(tx, changed)
    if command.prerequisites is not UNSET:
        await rebuild(tx, skill_id, command.prerequisites)
    await check_active(tx, by.account_id)
    if by.may(PUBLISH):
        tx.audit("skills.change", Subject("skill", skill_id), before=_shown(old), after=_shown(changed), reason=command.reason)
    is_new = changed.state == "active" and old.state != "active"
    tx.publish(SkillPublished(skill_id=skill_id) if is_new else SkillChanged(skill_id=skill_id))
    return await queries.skill_view(tx, skill_id, by)


async def own_or_staffs(tx: Tx, by: Actor, skill_id: UUID) -> Skill:
    """Return the skill when the caller may change it: staff any, its proposer while it is under review. The graph is locked."""
    skill = await store.skill(tx, skill_id)
    if by.may(PUBLISH) or (skill.account_id == by.account_id and skill.state == "under_review"):
        return skill
    await queries.skill_view(tx, skill_id, by)
    raise NotYourProposal


def changed_by(old: Skill, command: ChangeSkill) -> Skill:
    """Return the skill with the sent fields; its slug stays, so that links hold."""
    names = {"category": "category_slug", "status": "state"}
    fields = ("name", "category", "difficulty", "description", "aliases", "tags", "status")
    sent = {names.get(field, field): value for field in fields if (value := getattr(command, field)) is not UNSET}
    if "name" in sent:
        sent["name"] = sent["name"].strip()
    return msgspec.structs.replace(old, **sent)


def _shown(skill: Skill) -> dict[str, object]:
    return {"name": skill.name, "category": skill.category_slug, "difficulty": skill.difficulty, "status": skill.state}
