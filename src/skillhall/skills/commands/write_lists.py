"""What every change of a member's lists does: write the difference, count it, tell profiles."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.profiles.api import note
from skillhall.skills.events import MemberSkillsChanged
from skillhall.skills.model.member import PURPOSES, ListedSkill, MemberSkill, Purpose
from skillhall.skills.model.refusals import MemberSkillNotFound, TooManySkills
from skillhall.skills.model.skill import SkillRules
from skillhall.skills.store import members as store


async def settle(tx: Tx, by: Actor, before: Sequence[MemberSkill], after: Sequence[MemberSkill]) -> None:
    """Write the difference between two states of a member's lists, count it, and tell profiles."""
    allowed = tx.setting(SkillRules).skills_per_purpose
    for purpose in PURPOSES:
        if sum(one.purpose == purpose for one in after) > max(allowed, sum(one.purpose == purpose for one in before)):
            raise TooManySkills(allowed=allowed, purpose=purpose)
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    gone = [one for one in before if one.id not in new]
    written = [one for one in after if old.get(one.id) != one]
    if not gone and not written:
        return
    await store.remove(tx, [one.id for one in gone])
    await store.write(tx, by.account_id, by.profile_id, written)
    await store.lock_and_count(tx, gone, [one for one in written if one.id not in old])
    await note(tx, by.account_id, skills=await store.offered(tx, by.account_id))
    await check_active(tx, by.account_id)
    tx.publish(MemberSkillsChanged(account_id=by.account_id))


def listed(tx: Tx, purpose: Purpose, wanted: ListedSkill, old: MemberSkill | None = None) -> MemberSkill:
    """Return the row that is wanted: the old one, when nothing but its fields is different."""
    rate = wanted.rate
    row = MemberSkill(
        id=ids.new() if old is None else old.id,
        skill_id=wanted.skill_id,
        purpose=purpose,
        level=wanted.level,
        target_level=wanted.target_level,
        goal=wanted.goal,
        rate_amount=None if rate is None else rate.amount,
        rate_currency=None if rate is None else rate.currency,
        created_at=tx.now if old is None else old.created_at,
        updated_at=tx.now if old is None else old.updated_at,
    )
    return row if old is None or row == old else msgspec.structs.replace(row, updated_at=tx.now)


def find(own: Sequence[MemberSkill], member_skill_id: UUID) -> MemberSkill:
    """Return this one of the listed skills."""
    for one in own:
        if one.id == member_skill_id:
            return one
    raise MemberSkillNotFound(member_skill_id=member_skill_id)


def check(errors: Iterable[FieldError]) -> None:
    """Refuse with all of these, if there are any."""
    if found := list(errors):
        raise Invalid(*found)
