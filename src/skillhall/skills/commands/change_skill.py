"""Changing a skill: its fields, its prerequisites and relations, its state."""

from uuid import UUID

import msgspec
from msgspec import UNSET

from skillhall.identity.api import check_active
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.kernel.shapes import Subject
from skillhall.skills.commands.decide_proposal import tell_proposer
from skillhall.skills.commands.edit_graph import check_category, check_links, rebuild
from skillhall.skills.events import SkillChanged, SkillPublished
from skillhall.skills.model.refusals import NotYourProposal, SkillMerged
from skillhall.skills.model.skill import PUBLISH, ChangeSkill, Skill
from skillhall.skills.model.views import SkillView
from skillhall.skills.queries import catalogue as queries
from skillhall.skills.store import catalogue as store
from skillhall.skills.store import graph
from skillhall.skills.tasks import NameAgain

FIELDS = {
    "name": "name", "category": "category_slug", "subcategory": "subcategory_slug", "difficulty": "difficulty",
    "description": "description", "aliases": "aliases", "tags": "tags", "tools": "tools", "industries": "industries",
    "estimated_learning_time": "estimated_learning_time", "status": "state",
}  # fmt: skip


async def change_skill(tx: Tx, by: Actor, skill_id: UUID, command: ChangeSkill, match: Match) -> SkillView:
    """Write the sent fields. Staff changes every skill and alone its state; a member an own proposal while it waits."""
    await graph.lock_graph(tx)
    old = await own_or_staffs(tx, by, skill_id)
    match.check(old.version)
    if command.status not in (UNSET, old.state) and not by.may(PUBLISH):
        raise NotYourProposal
    changed = changed_by(old, command)
    links_are_sent = command.prerequisites is not UNSET or command.related is not UNSET
    if changed == old and not links_are_sent:
        return await queries.skill_view(tx, skill_id, by)
    if (changed.category_slug, changed.subcategory_slug) != (old.category_slug, old.subcategory_slug):
        await check_category(tx, changed.category_slug, changed.subcategory_slug)
    await check_links(tx, skill_id, command.prerequisites or [], command.related or [])
    if changed.name != old.name or old.state == "rejected":
        await store.check_name(tx, changed.name, skill_id)
    await store.update_skill(tx, changed)
    if command.prerequisites is not UNSET:
        await rebuild(tx, skill_id, command.prerequisites)
    if command.related is not UNSET:
        await graph.set_relations(tx, skill_id, command.related)
    await check_active(tx, by.account_id)
    _tell(tx, by, old, changed, command.reason)
    return await queries.skill_view(tx, skill_id, by)


async def own_or_staffs(tx: Tx, by: Actor, skill_id: UUID) -> Skill:
    """Return the skill when the caller may change it: staff any, its proposer while it is under review. The graph is locked."""
    skill = await store.skill(tx, skill_id)
    if skill.merged_into is not None:
        raise SkillMerged(into=skill.merged_into)
    if by.may(PUBLISH) or (skill.account_id == by.account_id and skill.state == "under_review"):
        return skill
    await queries.skill_view(tx, skill_id, by)
    raise NotYourProposal


def changed_by(old: Skill, command: ChangeSkill) -> Skill:
    """Return the skill with the sent fields; its slug stays, so that links hold."""
    sent = {stored: value for field, stored in FIELDS.items() if (value := getattr(command, field)) is not UNSET}
    if "name" in sent:
        sent["name"] = sent["name"].strip()
    if sent.get("category_slug", old.category_slug) != old.category_slug:
        sent.setdefault("subcategory_slug", None)
    return msgspec.structs.replace(old, **sent)


def _tell(tx: Tx, by: Actor, old: Skill, changed: Skill, reason: str | None) -> None:
    if by.may(PUBLISH):
        tx.audit("skills.change", Subject("skill", old.id), before=_shown(old), after=_shown(changed), reason=reason)
    if changed.state != old.state:
        tell_proposer(tx, old, is_approved=changed.state == "active")
    is_new = changed.state == "active" and old.state != "active"
    tx.publish(SkillPublished(skill_id=old.id) if is_new else SkillChanged(skill_id=old.id))
    if changed.name != old.name:
        tx.enqueue(NameAgain(skill_id=old.id))


def _shown(skill: Skill) -> dict[str, object]:
    return {"name": skill.name, "category": skill.category_slug, "difficulty": skill.difficulty, "status": skill.state}
