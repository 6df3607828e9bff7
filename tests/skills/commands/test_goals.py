"""Goals in what a member learns, and the doors by the skill's id."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from skillhall.skills.api import SkillNotFound
from skillhall.skills.commands.add_member_skill import add_to
from skillhall.skills.commands.change_member_skill import change_in, change_member_skill
from skillhall.skills.commands.remove_member_skill import remove_from
from skillhall.skills.events import GoalReached
from skillhall.skills.model.member import ChangeMemberSkill, GoalView, ListedSkill, MemberSkillView
from skillhall.skills.model.refusals import AlreadyListed, MemberSkillNotFound
from skillhall.skills.queries.members import GoalQuery, goals, list_of
from tests.profiles.builders import a_person, in_turn
from tests.skills.builders import CELLO, NOTATION, THEORY, listed

PUBLISHED = sql("""
SELECT intent, level, target_level, goal, reached_at IS NOT NULL, is_verified, is_visible FROM skills.public_member_skill WHERE id = $1
""")


async def changed(tx: Tx, by: Actor, member_skill_id: UUID, **fields: Any) -> MemberSkillView:
    return await change_member_skill(in_turn(tx), by, member_skill_id, msgspec.convert(fields, ChangeMemberSkill))


async def own(tx: Tx, by: Actor, **filters: Any) -> list[GoalView]:
    return (await goals(tx, by.account_id, GoalQuery(**filters))).items


def reached(tx: Tx) -> list[UUID]:
    return [event.member_skill_id for event in tx.events if isinstance(event, GoalReached)]


async def test_a_goal_is_reached_when_the_level_comes_up_to_the_target(tx: Tx) -> None:
    mira = await a_person(tx)
    skill = await listed(tx, mira, CELLO, "learn", level="beginner", targetLevel="advanced", goal="Play Bach.", goalDue="2030-01-31")
    assert [(one.target_level, one.due, one.is_overdue, one.reached_at) for one in await own(tx, mira)] == [
        ("advanced", date(2030, 1, 31), False, None)
    ]
    await changed(tx, mira, skill.id, level="intermediate")
    assert not reached(tx)
    view = await changed(tx, mira, skill.id, level="expert")
    assert (reached(tx), view.reached_at is not None) == ([skill.id], True)
    again = await changed(tx, mira, skill.id, years=3)
    assert (again.reached_at, len(reached(tx))) == (view.reached_at, 1)
    row = await tx.row(PUBLISHED, skill.id)
    assert row is not None
    assert tuple(row) == ("learn", "expert", "advanced", "Play Bach.", True, False, True)
    assert (await changed(tx, mira, skill.id, level="beginner")).reached_at is None


async def test_saying_so(tx: Tx) -> None:
    mira = await a_person(tx)
    with_target = await listed(tx, mira, CELLO, "learn", level="beginner", targetLevel="advanced")
    without = await listed(tx, mira, THEORY, "learn", level="beginner", goal="Pass the test.")
    assert (await changed(tx, mira, with_target.id, reached=True)).level == "advanced"
    assert (await changed(tx, mira, without.id, reached=True)).level == "beginner"
    assert reached(tx) == [with_target.id, without.id]
    with pytest.raises(Invalid):
        await changed(tx, mira, with_target.id, reached=False)
    assert (await changed(tx, mira, without.id, level="intermediate")).reached_at is not None
    assert (await changed(tx, mira, without.id, reached=False)).reached_at is None
    assert (await changed(tx, mira, with_target.id, targetLevel="expert")).reached_at is None


async def test_in_which_order(tx: Tx) -> None:
    mira = await a_person(tx)
    yesterday = (tx.now - timedelta(days=1)).date().isoformat()
    done = await listed(tx, mira, CELLO, "learn", level="beginner", goal="Play Bach.")
    late = await listed(tx, mira, THEORY, "learn", level="beginner", goal="Pass the test.", goalDue=yesterday)
    some_day = await listed(tx, mira, NOTATION, "learn", level="beginner", targetLevel="expert", goalPriority="high")
    await changed(tx, mira, done.id, reached=True)
    assert [one.id for one in await own(tx, mira)] == [late.id, some_day.id, done.id]
    assert [(one.id, one.is_overdue, one.priority) for one in await own(tx, mira, status="open")] == [
        (late.id, True, "normal"), (some_day.id, False, "high"),
    ]  # fmt: skip
    assert [one.id for one in await own(tx, mira, status="reached")] == [done.id]


async def test_goals_belong_to_learning(tx: Tx) -> None:
    mira = await a_person(tx)
    skill = await listed(tx, mira)
    with pytest.raises(Invalid) as refused:
        await changed(tx, mira, skill.id, goal="x", goalDue="2030-01-01", goalPriority="low", reached=True)
    assert {error.field for error in refused.value.details} == {"goal", "goalDue", "goalPriority", "reached"}


async def test_by_the_id_of_the_skill(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    command = ListedSkill(skill_id=CELLO, level="advanced")
    await add_to(in_turn(tx), mira, "teach", command)
    with pytest.raises(AlreadyListed):
        await add_to(in_turn(tx), mira, "teach", command)
    assert (await change_in(in_turn(tx), mira, "teach", CELLO, ChangeMemberSkill(years=4))).years == 4
    assert [one.years for one in (await list_of(tx, mira.account_id, "teach", taro)).items] == [4]
    with pytest.raises(MemberSkillNotFound):
        await change_in(in_turn(tx), mira, "learn", CELLO, ChangeMemberSkill(years=4))
    with pytest.raises(SkillNotFound):
        await remove_from(in_turn(tx), mira, "teach", mira.account_id)
    assert (await remove_from(in_turn(tx), mira, "teach", CELLO)).deleted
    assert (await list_of(tx, mira.account_id, "teach", mira)).items == []
