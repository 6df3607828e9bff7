"""Listing one skill more."""

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.skills.commands.write_lists import check, listed, settle
from skillhall.skills.model.member import AddMemberSkill, Details, MemberSkillView, Purpose, faults
from skillhall.skills.model.refusals import AlreadyListed, SkillNotFound
from skillhall.skills.queries import members as queries
from skillhall.skills.store import catalogue
from skillhall.skills.store import members as store


async def add_member_skill(tx: Tx, by: Actor, command: AddMemberSkill) -> MemberSkillView:
    """List one skill more."""
    return await add_to(tx, by, command.purpose, command)


async def add_to(tx: Tx, by: Actor, purpose: Purpose, command: Details) -> MemberSkillView:
    """List one skill more in the list of this purpose; one that was merged is listed as what it is now."""
    check(faults(purpose, command))
    own = await store.lock_lists(tx, by.account_id)
    skill_id = await catalogue.canonical(tx, command.skill_id)
    if skill_id not in await catalogue.active(tx, [skill_id]):
        raise SkillNotFound(skill=str(command.skill_id))
    if any(one.skill_id == skill_id and one.purpose == purpose for one in own):
        raise AlreadyListed(purpose=purpose)
    new = listed(tx, purpose, command, skill_id=skill_id)
    await settle(tx, by, own, [*own, new])
    return await queries.member_skill_view(tx, by.account_id, new.id)
