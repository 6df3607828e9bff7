"""Vouching for an entry of the catalogue."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.shapes import Subject
from skillhall.skills.commands.change_skill import own_or_staffs
from skillhall.skills.events import SkillChanged
from skillhall.skills.model.refusals import NotPublished
from skillhall.skills.model.verification import Decision
from skillhall.skills.model.views import SkillView
from skillhall.skills.queries import catalogue as queries
from skillhall.skills.store import catalogue as store
from skillhall.skills.store import graph


async def verify_skill(tx: Tx, by: Actor, skill_id: UUID, command: Decision) -> SkillView:
    """Note that staff has checked the entry; doing it twice is doing it once."""
    await graph.lock_graph(tx)
    skill = await own_or_staffs(tx, by, skill_id)
    if skill.state != "active":
        raise NotPublished(skill=skill.slug)
    await _set(tx, skill_id, by.account_id, command.reason)
    return await queries.skill_view(tx, skill_id, by)


async def unverify_skill(tx: Tx, by: Actor, skill_id: UUID) -> Deleted:
    """Take that back."""
    await graph.lock_graph(tx)
    await own_or_staffs(tx, by, skill_id)
    await _set(tx, skill_id, None, None)
    return Deleted(id=skill_id)


async def _set(tx: Tx, skill_id: UUID, verifier: UUID | None, reason: str | None) -> None:
    if await store.set_verified(tx, skill_id, verifier):
        verb = "verify" if verifier else "unverify"
        tx.audit(f"skills.{verb}", Subject("skill", skill_id), after={"isVerified": verifier is not None}, reason=reason)
        tx.publish(SkillChanged(skill_id=skill_id))
