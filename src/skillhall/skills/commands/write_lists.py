"""What every change of a member's lists does: write the difference, count it, tell profiles."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.profiles.api import note
from skillhall.skills.events import GoalReached, MemberSkillsChanged
from skillhall.skills.model.member import PURPOSES, Details, MemberSkill, Purpose, has_reached
from skillhall.skills.model.refusals import MemberSkillNotFound, TooManySkills
from skillhall.skills.model.skill import SkillRules
from skillhall.skills.store import members as store
from skillhall.skills.store import verifications


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
    await verifications.withdraw(tx, by.account_id, [one for one in before if one.id not in new or new[one.id].level != one.level])
    await store.lock_and_count(tx, gone, [one for one in written if one.id not in old])
    await note(tx, by.account_id, skills=await store.offered(tx, by.account_id))
    await check_active(tx, by.account_id)
    tx.publish(MemberSkillsChanged(account_id=by.account_id))
    for one in written:
        if one.reached_at is not None and (one.id not in old or old[one.id].reached_at is None):
            tx.publish(GoalReached(account_id=by.account_id, skill_id=one.skill_id, member_skill_id=one.id))


def listed(
    tx: Tx,
    purpose: Purpose,
    wanted: Details,
    old: MemberSkill | None = None,
    *,
    skill_id: UUID | None = None,
    reached: bool | None = None,
) -> MemberSkill:
    """Return the row that is wanted: the old one, when nothing but its fields is different.

    Another level loses the verification. A goal is reached when the level stands at the target, or when `reached` says so; it stays
    reached while target and goal stay.
    """
    rate = wanted.rate
    row = MemberSkill(
        id=ids.new() if old is None else old.id,
        skill_id=skill_id or wanted.skill_id,
        purpose=purpose,
        level=wanted.level,
        target_level=wanted.target_level,
        goal=wanted.goal,
        goal_due=wanted.goal_due,
        goal_priority=wanted.goal_priority,
        reached_at=_reached(tx, wanted, old, said=reached),
        years=wanted.years,
        rate_amount=None if rate is None else rate.amount,
        rate_currency=None if rate is None else rate.currency,
        verified_at=old.verified_at if old is not None and old.level == wanted.level else None,
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


def find_skill(own: Sequence[MemberSkill], purpose: Purpose, skill_id: UUID) -> MemberSkill:
    """Return the listed skill of this purpose."""
    for one in own:
        if one.purpose == purpose and one.skill_id == skill_id:
            return one
    raise MemberSkillNotFound(member_skill_id=skill_id)


def check(errors: Iterable[FieldError]) -> None:
    """Refuse with all of these, if there are any."""
    if found := list(errors):
        raise Invalid(*found)


def _reached(tx: Tx, wanted: Details, old: MemberSkill | None, *, said: bool | None) -> datetime | None:
    """Return since when the goal is reached."""
    is_same = old is not None and (old.target_level, old.goal) == (wanted.target_level, wanted.goal)
    before = old.reached_at if old is not None and is_same else None
    if has_reached(wanted.level, wanted.target_level) or said:
        return before or tx.now
    return before if said is None and wanted.target_level is None else None
