"""Listing one skill more."""

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.skills.commands.write_lists import check, listed, settle
from skillhall.skills.model.member import AddMemberSkill, MemberSkillView, faults
from skillhall.skills.model.refusals import AlreadyListed, SkillNotFound
from skillhall.skills.queries import members as queries
from skillhall.skills.store import catalogue
from skillhall.skills.store import members as store


async def add_member_skill(tx: Tx, by: Actor, command: AddMemberSkill) -> MemberSkillView:
    """List one skill more."""
    check(faults(command.purpose, command))
    if command.skill_id not in await catalogue.active(tx, [command.skill_id]):
        raise SkillNotFound(skill=str(command.skill_id))
    own = await store.lock_lists(tx, by.account_id)
    if any(one.skill_id == command.skill_id and one.purpose == command.purpose for one in own):
        raise AlreadyListed(purpose=command.purpose)
    new = listed(tx, command.purpose, command)
    await settle(tx, by, own, [*own, new])
    return await queries.member_skill_view(tx, by.account_id, new.id)
