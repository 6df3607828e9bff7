"""Replacing whole lists."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from msgspec import UNSET

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError
from skillhall.skills.commands.write_lists import check, listed, settle
from skillhall.skills.model.member import PURPOSES, ListedSkill, MemberSkill, MemberSkillsView, Purpose, ReplaceMemberSkills, faults
from skillhall.skills.queries import members as queries
from skillhall.skills.store import catalogue
from skillhall.skills.store import members as store

Kept = Mapping[tuple[Purpose, UUID], MemberSkill]


async def replace_member_skills(tx: Tx, by: Actor, command: ReplaceMemberSkills) -> MemberSkillsView:
    """Replace the sent lists: what is in both keeps its id, what is missing goes."""
    wanted: dict[Purpose, list[ListedSkill]] = {purpose: sent for purpose in PURPOSES if (sent := getattr(command, purpose)) is not UNSET}
    own = await store.lock_lists(tx, by.account_id)
    known = await catalogue.active(tx, [one.skill_id for sent in wanted.values() for one in sent]) | {one.skill_id for one in own}
    kept: Kept = {(one.purpose, one.skill_id): one for one in own}
    check(error for purpose, sent in wanted.items() for error in _faults(purpose, sent, known, kept))
    after = [one for one in own if one.purpose not in wanted]
    after += [listed(tx, purpose, one, kept.get((purpose, one.skill_id))) for purpose, sent in wanted.items() for one in sent]
    await settle(tx, by, own, after)
    return await queries.member_skills(tx, by.account_id, is_own=True)


def _faults(purpose: Purpose, sent: Sequence[ListedSkill], known: set[UUID], kept: Kept) -> Iterator[FieldError]:
    seen: set[UUID] = set()
    for position, one in enumerate(sent):
        where = f"{purpose}.{position}."
        if one.skill_id not in known:
            yield FieldError(f"{where}skillId", "body", "unknown_skill", "There is no such skill.")
        if one.skill_id in seen:
            yield FieldError(f"{where}skillId", "body", "repeated", "This skill is in the list already.")
        seen.add(one.skill_id)
        yield from faults(purpose, one, where, kept.get((purpose, one.skill_id)))
