"""Taking a skill out of the catalogue."""

from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.shapes import Subject
from skillhall.skills.commands.change_skill import own_or_staffs
from skillhall.skills.commands.decide_proposal import tell_proposer
from skillhall.skills.events import SkillChanged
from skillhall.skills.model.skill import PUBLISH
from skillhall.skills.store import catalogue as store
from skillhall.skills.store import graph


async def retire_skill(tx: Tx, by: Actor, skill_id: UUID) -> Deleted:
    """Deprecate it: nobody finds or lists it any more; those who had listed it keep it, and what points at its id still does.

    A proposal was never in the catalogue: it is rejected without a reason, and its name is free again.
    """
    await graph.lock_graph(tx)
    skill = await own_or_staffs(tx, by, skill_id)
    if skill.state == "under_review":
        await store.decide(tx, skill_id, "rejected", None)
        if skill.account_id != by.account_id:
            tell_proposer(tx, skill, is_approved=False)
    elif skill.state == "active":
        await store.update_skill(tx, msgspec.structs.replace(skill, state="deprecated"))
        tx.publish(SkillChanged(skill_id=skill_id))
    else:
        return Deleted(id=skill_id)
    if by.may(PUBLISH):
        tx.audit("skills.retire", Subject("skill", skill_id), before={"status": skill.state})
    return Deleted(id=skill_id)
