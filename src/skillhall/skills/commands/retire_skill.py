"""Taking a skill out of the catalogue."""

from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.shapes import Subject
from skillhall.skills.commands.change_skill import own_or_staffs
from skillhall.skills.events import SkillChanged
from skillhall.skills.model.skill import PUBLISH
from skillhall.skills.store import catalogue as store


async def retire_skill(tx: Tx, by: Actor, skill_id: UUID) -> Deleted:
    """Deprecate it: nobody finds or lists it any more; those who had listed it keep it, and what points at its id still does."""
    await store.lock_graph(tx)
    skill = await own_or_staffs(tx, by, skill_id)
    if skill.state != "deprecated":
        await store.update_skill(tx, msgspec.structs.replace(skill, state="deprecated"))
        if by.may(PUBLISH):
            tx.audit("skills.retire", Subject("skill", skill_id), before={"status": skill.state}, after={"status": "deprecated"})
        tx.publish(SkillChanged(skill_id=skill_id))
    return Deleted(id=skill_id)
