"""Taking one skill off one's lists."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.skills.commands.write_lists import find, find_skill, settle
from skillhall.skills.model.member import MemberSkill, Purpose
from skillhall.skills.store import catalogue
from skillhall.skills.store import members as store


async def remove_member_skill(tx: Tx, by: Actor, member_skill_id: UUID) -> Deleted:
    """Take one skill off one's lists."""
    own = await store.lock_lists(tx, by.account_id)
    return await _remove(tx, by, own, find(own, member_skill_id))


async def remove_from(tx: Tx, by: Actor, purpose: Purpose, skill_id: UUID) -> Deleted:
    """Take the skill of this id off the list of this purpose."""
    own = await store.lock_lists(tx, by.account_id)
    return await _remove(tx, by, own, find_skill(own, purpose, await catalogue.canonical(tx, skill_id)))


async def _remove(tx: Tx, by: Actor, own: list[MemberSkill], old: MemberSkill) -> Deleted:
    await settle(tx, by, own, [one for one in own if one is not old])
    return Deleted(id=old.id)
