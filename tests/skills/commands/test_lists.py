"""A member's lists: one more, whole lists, a change, one less."""

from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from skillhall.identity.api import AccountNotActive
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from skillhall.skills.api import SkillNotFound
from skillhall.skills.commands.add_member_skill import add_member_skill
from skillhall.skills.commands.change_member_skill import change_member_skill
from skillhall.skills.commands.remove_member_skill import remove_member_skill
from skillhall.skills.commands.replace_member_skills import replace_member_skills
from skillhall.skills.events import MemberSkillsChanged
from skillhall.skills.model.member import AddMemberSkill, ChangeMemberSkill, MemberSkillsView, MemberSkillView, ReplaceMemberSkills
from skillhall.skills.model.refusals import AlreadyListed, MemberSkillNotFound, TooManySkills
from skillhall.skills.model.skill import SkillRules
from skillhall.skills.queries.members import member_skills
from skillhall.skills.queries.proofs import CHECKS
from tests.profiles.builders import SUSPEND, a_person, in_turn, people, profiles_of
from tests.skills.builders import CELLO, NOTATION, THEORY, listed, tally
from tests.support.hall import TestHall

RATE = {"amount": 30, "currency": "CREDIT"}


def one(skill_id: UUID, **fields: Any) -> dict[str, Any]:
    return {"skillId": str(skill_id), "level": "beginner", **fields}


async def replaced(tx: Tx, by: Actor, **lists: Any) -> MemberSkillsView:
    return await replace_member_skills(in_turn(tx), by, msgspec.convert(lists, ReplaceMemberSkills))


async def changed(tx: Tx, by: Actor, member_skill_id: UUID, **fields: Any) -> MemberSkillView:
    return await change_member_skill(in_turn(tx), by, member_skill_id, msgspec.convert(fields, ChangeMemberSkill))


async def test_listing_counts_and_shows_on_the_profile(tx: Tx) -> None:
    mira = await a_person(tx)
    view = await listed(tx, mira, CELLO, "teach", rate=RATE)
    assert (view.skill.slug, view.purpose, view.level) == ("cello", "teach", "advanced")
    assert msgspec.to_builtins(view)["rate"] == RATE
    await listed(tx, mira, CELLO, "learn", targetLevel="expert", goal="Play Bach.")
    await listed(tx, mira, THEORY, "work")
    await listed(tx, mira, NOTATION, "learn")
    assert (await tally(tx, CELLO), await tally(tx, THEORY), await tally(tx, NOTATION)) == ((1, 1, 0), (0, 0, 1), (0, 1, 0))
    assert (await profiles_of(tx, mira))[0].skills == ["Cello", "Music Theory"]
    assert len([event for event in tx.events if isinstance(event, MemberSkillsChanged)]) == 4


async def test_once_per_purpose(tx: Tx) -> None:
    mira = await a_person(tx)
    await listed(tx, mira)
    with pytest.raises(AlreadyListed):
        await listed(tx, mira)
    assert await tally(tx) == (1, 0, 0)


async def test_what_is_not_listed(tx: Tx) -> None:
    mira = await a_person(tx)
    with pytest.raises(SkillNotFound):
        await listed(tx, mira, ids.new())
    with pytest.raises(Invalid):
        await listed(tx, mira, CELLO, "learn", rate=RATE)
    tx.house.settings[SkillRules] = SkillRules(skills_per_purpose=1)
    await listed(tx, mira, CELLO)
    with pytest.raises(TooManySkills):
        await listed(tx, mira, THEORY)
    await listed(tx, mira, THEORY, "learn")
    await tx.run(SUSPEND, mira.account_id)
    with pytest.raises(AccountNotActive):
        async with tx.savepoint():
            await listed(tx, mira, NOTATION, "work")
    assert (await tally(tx, THEORY), await tally(tx, NOTATION)) == ((0, 1, 0), (0, 0, 0))


async def test_replacing_keeps_ids_adds_and_removes(tx: Tx) -> None:
    mira = await a_person(tx)
    kept = await listed(tx, mira, CELLO, "teach", rate=RATE)
    await listed(tx, mira, THEORY, "teach")
    learning = await listed(tx, mira, NOTATION, "learn")
    view = await replaced(tx, mira, teach=[one(NOTATION), one(CELLO, level="expert")])
    assert {skill.skill.id: skill.id == kept.id for skill in view.teach} == {CELLO: True, NOTATION: False}
    assert [(skill.level, skill.rate) for skill in view.teach if skill.id == kept.id] == [("expert", None)]
    assert [skill.id for skill in view.learn] == [learning.id]
    assert (await tally(tx, CELLO), await tally(tx, THEORY), await tally(tx, NOTATION)) == ((1, 0, 0), (0, 0, 0), (1, 1, 0))
    tx.events.clear()
    assert await replaced(tx, mira, teach=[one(NOTATION), one(CELLO, level="expert")]) == view
    assert not tx.events
    assert await replaced(tx, mira, teach=[], learn=[]) == MemberSkillsView(teach=[], learn=[], work=[])
    assert (await profiles_of(tx, mira))[0].skills == []


async def test_everything_wrong_in_the_lists_is_named_at_once(tx: Tx) -> None:
    mira = await a_person(tx)
    with pytest.raises(Invalid) as refused:
        await replaced(tx, mira, teach=[one(CELLO), one(CELLO), one(ids.new(), goal="x")], learn=[one(THEORY, targetLevel="beginner")])
    assert [(error.field, error.code) for error in refused.value.details] == [
        ("teach.1.skillId", "repeated"), ("teach.2.skillId", "unknown_skill"), ("teach.2.goal", "not_for_purpose"),
        ("learn.0.targetLevel", "not_above"),
    ]  # fmt: skip
    assert await member_skills(tx, mira.account_id, is_own=True) == MemberSkillsView(teach=[], learn=[], work=[])


async def test_changing_merges(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    learning = await listed(tx, mira, CELLO, "learn", level="beginner", targetLevel="advanced", goal="Play Bach.")
    view = await changed(tx, mira, learning.id, level="intermediate", goal=None)
    assert (view.level, view.target_level, view.goal, view.id) == ("intermediate", "advanced", None, learning.id)
    with pytest.raises(Invalid):
        await changed(tx, mira, learning.id, targetLevel="beginner")
    with pytest.raises(MemberSkillNotFound):
        await changed(tx, taro, learning.id, level="expert")
    with pytest.raises(MemberSkillNotFound):
        await remove_member_skill(in_turn(tx), taro, learning.id)
    (stored,) = (await member_skills(tx, mira.account_id, is_own=True)).learn
    assert stored == view
    assert await tally(tx) == (0, 1, 0)


async def test_removing_counts_back(tx: Tx) -> None:
    mira = await a_person(tx)
    view = await listed(tx, mira)
    assert (await remove_member_skill(in_turn(tx), mira, view.id)).id == view.id
    assert (await tally(tx), (await profiles_of(tx, mira))[0].skills) == ((0, 0, 0), [])
    with pytest.raises(MemberSkillNotFound):
        await remove_member_skill(in_turn(tx), mira, view.id)
    assert await tally(tx) == (0, 0, 0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(some.fixed_dictionaries({}, optional={
    purpose: some.lists(some.sampled_from([CELLO, THEORY, NOTATION]), unique=True, max_size=3) for purpose in ("teach", "learn", "work")
}), min_size=1, max_size=6))  # fmt: skip
async def test_whatever_is_replaced_lists_and_tallies_agree(tx: Tx, steps: list[dict[str, list[UUID]]]) -> None:
    mira = await a_person(tx)
    expected: dict[str, set[UUID]] = {"teach": set(), "learn": set(), "work": set()}
    for step in steps:
        view = await replaced(tx, mira, **{purpose: [one(skill_id) for skill_id in wanted] for purpose, wanted in step.items()})
        expected |= {purpose: set(wanted) for purpose, wanted in step.items()}
        assert {purpose: {skill.skill.id for skill in getattr(view, purpose)} for purpose in expected} == expected
    for check in CHECKS:
        assert not await tx.rows(check.violations)


async def test_sixteen_people_and_the_same_skills_in_any_order(hall: TestHall) -> None:
    crowd = await people(hall, 16)
    orders = [[CELLO, THEORY, NOTATION], [NOTATION, THEORY, CELLO]]

    def lists(number: int) -> ReplaceMemberSkills:
        return msgspec.convert({"teach": [one(skill_id) for skill_id in orders[number % 2]]}, ReplaceMemberSkills)

    answers = await hall.race(
        *(lambda by=by, number=number: hall.run(replace_member_skills, by, lists(number)) for number, by in enumerate(crowd))
    )
    assert all(isinstance(answer, MemberSkillsView) for answer in answers), answers
    assert await hall.pool.fetchval("SELECT teachers FROM skills.tally WHERE skill_id = $1", CELLO) == 16
    await hall.verify()


async def test_one_person_lists_one_skill_sixteen_times_at_once(hall: TestHall) -> None:
    (mira,) = await people(hall, 1)
    command = AddMemberSkill(skill_id=CELLO, purpose="teach", level="expert")
    answers = await hall.race(*(lambda: hall.run(add_member_skill, mira, command) for _ in range(16)))
    assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyListed"] * 15 + ["MemberSkillView"]
    assert await hall.pool.fetchval("SELECT teachers FROM skills.tally WHERE skill_id = $1", CELLO) == 1
    await hall.verify()
