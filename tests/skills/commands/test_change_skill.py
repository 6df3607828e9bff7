"""Changing and retiring skills."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.kernel.http.envelope import etag_of
from skillhall.kernel.http.problem import PreconditionFailed
from skillhall.kernel.refusals import Invalid
from skillhall.skills.api import SkillNotFound, check_published, skill
from skillhall.skills.commands.add_skill import add_skill
from skillhall.skills.commands.change_skill import change_skill
from skillhall.skills.commands.decide_proposal import reject_proposal
from skillhall.skills.commands.retire_skill import retire_skill
from skillhall.skills.events import ProposalDecided, SkillChanged, SkillPublished
from skillhall.skills.model.refusals import ChainTooLong, NotYourProposal, PrerequisiteCycle, SkillExists
from skillhall.skills.model.skill import ChangeSkill
from skillhall.skills.model.verification import Rejection
from skillhall.skills.model.views import SkillView
from skillhall.skills.queries.graph import requirements
from skillhall.skills.queries.members import member_skills
from tests.profiles.builders import a_person, in_turn
from tests.skills.builders import ANY, CELLO, THEORY, a_skill, listed, published, staff
from tests.support.hall import TestHall


async def changed(tx: Tx, by: Actor, skill_id: UUID, match: Match = ANY, **fields: Any) -> SkillView:
    return await change_skill(in_turn(tx), by, skill_id, msgspec.convert(fields, ChangeSkill), match)


def needs(*skill_ids: UUID) -> list[dict[str, object]]:
    return [{"skillId": str(skill_id), "strength": 5} for skill_id in skill_ids]


async def test_a_proposal_is_edited_published_and_no_longer_its_proposers(tx: Tx) -> None:
    mira, taro, stella = await a_person(tx), await a_person(tx, "Taro"), await staff(tx)
    lute = await published(tx, mira, "Lute", CELLO)
    view = await changed(tx, mira, lute.id, difficulty=7, prerequisites=needs(THEORY))
    assert (view.difficulty, [link.skill.slug for link in view.prerequisites], view.slug) == (7, ["music-theory"], "lute")
    with pytest.raises(NotYourProposal):
        await changed(tx, mira, lute.id, status="active")
    with pytest.raises(SkillNotFound):
        await changed(tx, taro, lute.id, difficulty=1)
    tx.audits.clear()
    assert (await changed(tx, stella, lute.id, status="active", reason="Fine")).status == "active"
    await check_published(tx, lute.id)
    assert [event.skill_id for event in tx.events if isinstance(event, SkillPublished)] == [lute.id]
    assert [(entry.action, entry.reason) for entry in tx.audits] == [("skills.change", "Fine")]
    for by in (mira, taro):
        with pytest.raises(NotYourProposal):
            await changed(tx, by, lute.id, difficulty=1)
    assert (await skill(tx, lute.id)).difficulty == 7


async def test_a_lost_update_is_refused_and_nothing_new_is_no_news(tx: Tx) -> None:
    stella = await staff(tx)
    first = await changed(tx, stella, CELLO, difficulty=9)
    tx.events.clear()
    assert await changed(tx, stella, CELLO, Match(etag_of(first.version)), difficulty=9) == first
    assert not [event for event in tx.events if isinstance(event, SkillChanged)]
    await changed(tx, stella, CELLO, difficulty=8)
    with pytest.raises(PreconditionFailed):
        await changed(tx, stella, CELLO, Match(etag_of(first.version)), difficulty=1)
    assert (await skill(tx, CELLO)).difficulty == 8


async def test_circles_are_refused_at_every_distance(tx: Tx) -> None:
    stella = await staff(tx)
    one = await published(tx, stella, "One")
    two = await published(tx, stella, "Two", one.id)
    three = await published(tx, stella, "Three", two.id)
    for top in (one, two, three):
        with pytest.raises(PrerequisiteCycle):
            await changed(tx, stella, one.id, prerequisites=needs(THEORY, top.id))
    assert not await requirements(tx, one.id)
    assert (await changed(tx, stella, three.id, prerequisites=needs(one.id, two.id))).prerequisites[0].strength == 5
    assert [link.skill.id for link in (await changed(tx, stella, three.id, prerequisites=[])).prerequisites] == []


async def test_lengthening_from_below_counts_what_stands_above(tx: Tx) -> None:
    stella = await staff(tx)
    low = [(await published(tx, stella, "Low 0")).id]
    high = [(await published(tx, stella, "High 0")).id]
    for number in range(1, 6):
        low.append((await published(tx, stella, f"Low {number}", low[-1])).id)
        high.append((await published(tx, stella, f"High {number}", high[-1])).id)
    with pytest.raises(ChainTooLong):
        await changed(tx, stella, high[0], prerequisites=needs(low[-1]))
    assert len((await changed(tx, stella, high[0], prerequisites=needs(low[-2]))).prerequisites) == 1


async def test_unknown_things(tx: Tx) -> None:
    stella = await staff(tx)
    with pytest.raises(SkillNotFound):
        await changed(tx, stella, ids.new(), difficulty=1)
    with pytest.raises(Invalid):
        await changed(tx, stella, CELLO, category="lutherie")
    with pytest.raises(SkillExists):
        await changed(tx, stella, CELLO, name="c++")
    with pytest.raises(Invalid):
        await changed(tx, stella, CELLO, prerequisites=needs(ids.new()))
    assert (await skill(tx, CELLO)).category_slug == "music"


async def test_retired_is_gone_for_all_but_those_who_had_it(tx: Tx) -> None:
    mira, stella = await a_person(tx), await staff(tx)
    await listed(tx, mira)
    with pytest.raises(NotYourProposal):
        await retire_skill(in_turn(tx), mira, CELLO)
    for _ in range(2):
        assert (await retire_skill(in_turn(tx), stella, CELLO)).deleted
    assert len([event for event in tx.events if isinstance(event, SkillChanged)]) == 1
    with pytest.raises(SkillNotFound):
        await check_published(tx, CELLO)
    assert [one.skill.id for one in (await member_skills(tx, mira.account_id, is_own=True)).teach] == [CELLO]
    with pytest.raises(SkillNotFound):
        await listed(tx, mira, purpose="work")
    assert (await changed(tx, stella, CELLO, status="active")).status == "active"


async def test_a_proposer_withdraws(tx: Tx) -> None:
    mira = await a_person(tx)
    lute = await published(tx, mira, "Lute")
    tx.events.clear()
    await retire_skill(in_turn(tx), mira, lute.id)
    assert (await skill(tx, lute.id)).state == "rejected"
    assert (tx.events, [entry for entry in tx.audits if entry.action == "skills.retire"]) == ([], [])
    taro, stella = await a_person(tx, "Taro"), await staff(tx)
    again = await published(tx, taro, "Lute")
    assert (again.id, again.status) == (lute.id, "under_review")
    await retire_skill(in_turn(tx), stella, lute.id)
    assert [(event.account_id, event.decision) for event in tx.events if isinstance(event, ProposalDecided)] == [
        (taro.account_id, "rejected")
    ]


async def test_staff_publishes_a_proposal_by_its_status(tx: Tx) -> None:
    mira, stella = await a_person(tx), await staff(tx)
    lute = await published(tx, mira, "Lute")
    await reject_proposal(in_turn(tx), stella, lute.id, Rejection(reason="Too narrow."))
    tx.events.clear()
    view = await changed(tx, stella, lute.id, status="active", estimatedLearningTime=300)
    assert (view.status, view.decision, view.estimated_learning_time) == ("active", None, 300)
    assert not [event for event in tx.events if isinstance(event, ProposalDecided)]
    viol = await published(tx, mira, "Viol")
    await changed(tx, stella, viol.id, status="active")
    assert [event.decision for event in tx.events if isinstance(event, ProposalDecided)] == ["approved"]


async def test_two_edges_that_would_close_a_circle_together(hall: TestHall) -> None:
    stella = await hall.work(staff)
    one, two = [await hall.run(add_skill, stella, a_skill(name)) for name in ("One", "Two")]
    pairs = [(one.id, two.id), (two.id, one.id)] * 8
    answers = await hall.race(
        *(
            lambda a=a, b=b: hall.run(change_skill, stella, a, msgspec.convert({"prerequisites": needs(b)}, ChangeSkill), ANY)
            for a, b in pairs
        )
    )
    kinds = [type(answer).__name__ for answer in answers]
    assert set(kinds) == {"SkillView", "PrerequisiteCycle"}
    assert kinds.count("SkillView") == 8
    assert await hall.pool.fetchval("SELECT count(*) FROM skills.prerequisite WHERE skill_id = ANY($1)", [one.id, two.id]) == 1
    await hall.verify()
