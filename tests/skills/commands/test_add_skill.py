"""Publishing and proposing."""

import pytest

from skillhall.identity.api import AccountNotActive
from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from skillhall.skills.api import SkillNotFound, check_published, skill, skill_id_of
from skillhall.skills.commands.add_skill import add_skill
from skillhall.skills.events import SkillProposed, SkillPublished
from skillhall.skills.model.refusals import ChainTooLong, SkillExists, TooManyProposals
from skillhall.skills.model.skill import SkillRules
from skillhall.skills.queries.catalogue import skill_view
from tests.profiles.builders import SUSPEND, a_person, in_turn, people
from tests.skills.builders import CELLO, THEORY, a_skill, published, staff, tally
from tests.support.hall import TestHall


async def test_staff_publishes(tx: Tx) -> None:
    stella = await staff(tx)
    tx.audits.clear()
    view = await published(tx, stella, "Viola da Gamba", CELLO, THEORY, aliases=["Gamba"], reason="Asked for often")
    assert (view.id, view.slug, view.status) == (skill_id_of("viola-da-gamba"), "viola-da-gamba", "active")
    assert {link.skill.slug for link in view.prerequisites} == {"cello", "music-theory"}
    await check_published(tx, view.id)
    assert await tally(tx, view.id) == (0, 0, 0)
    assert [event.skill_id for event in tx.events if isinstance(event, SkillPublished)] == [view.id]
    assert [(entry.action, entry.reason) for entry in tx.audits] == [("skills.publish", "Asked for often")]


async def test_a_member_proposes_and_nobody_else_sees_it(tx: Tx) -> None:
    mira, taro, stella = await a_person(tx), await a_person(tx, "Taro"), await staff(tx)
    view = await published(tx, mira, "Viola da Gamba", CELLO)
    assert view.status == "under_review"
    assert [event.account_id for event in tx.events if isinstance(event, SkillProposed)] == [mira.account_id]
    assert (await skill_view(tx, view.id, stella)).status == "under_review"
    for look in (skill_view(tx, view.id, taro), check_published(tx, view.id)):
        with pytest.raises(SkillNotFound):
            await look


async def test_there_is_one_of_a_name(tx: Tx) -> None:
    stella, mira = await staff(tx), await a_person(tx)
    for by, name in ((stella, "Cello"), (mira, "CELLO"), (mira, " Cello! "), (mira, "C++"), (stella, "ECMAScript"), (mira, "Espanol")):
        with pytest.raises(SkillExists):
            await published(tx, by, name)
    assert (await skill(tx, CELLO)).name == "Cello"


async def test_everything_unknown_is_named_at_once(tx: Tx) -> None:
    stella = await staff(tx)
    with pytest.raises(Invalid) as refused:
        async with tx.savepoint():
            await published(tx, stella, "Gamba", CELLO, ids.new(), CELLO, ids.new())
    assert [(error.field, error.code) for error in refused.value.details] == [
        ("prerequisites.1.skillId", "unknown_skill"), ("prerequisites.3.skillId", "unknown_skill"), ("prerequisites.2.skillId", "repeated"),
    ]  # fmt: skip
    with pytest.raises(Invalid):
        await published(tx, stella, "Gamba", category="lutherie")
    with pytest.raises(SkillNotFound):
        await skill(tx, "gamba")


async def test_chains_end_at_ten(tx: Tx) -> None:
    stella = await staff(tx)
    last = (await published(tx, stella, "Step 0")).id
    for number in range(1, 11):
        last = (await published(tx, stella, f"Step {number}", last)).id
    with pytest.raises(ChainTooLong):
        async with tx.savepoint():
            await published(tx, stella, "Step 11", last)
    with pytest.raises(SkillNotFound):
        await skill(tx, "step-11")


async def test_proposals_are_few_and_of_active_people(tx: Tx) -> None:
    mira = await a_person(tx)
    tx.house.settings[SkillRules] = SkillRules(open_proposals=1)
    await published(tx, mira, "Lute")
    with pytest.raises(TooManyProposals):
        await published(tx, mira, "Theorbo")
    await tx.run(SUSPEND, mira.account_id)
    tx.house.settings[SkillRules] = SkillRules()
    with pytest.raises(AccountNotActive):
        async with tx.savepoint():
            await published(tx, mira, "Theorbo")
    with pytest.raises(SkillNotFound):
        await skill(in_turn(tx), "theorbo")


async def test_sixteen_propose_one_name(hall: TestHall) -> None:
    crowd = await people(hall, 16)
    answers = await hall.race(*(lambda by=by: hall.run(add_skill, by, a_skill("Lute")) for by in crowd))
    assert sorted(type(answer).__name__ for answer in answers) == ["SkillExists"] * 15 + ["SkillView"]
    await hall.verify()


async def test_one_person_proposes_sixteen_at_once(hall: TestHall) -> None:
    (mira,) = await people(hall, 1)
    hall.runner.house.settings[SkillRules] = SkillRules(open_proposals=3)
    answers = await hall.race(*(lambda number=number: hall.run(add_skill, mira, a_skill(f"Lute {number}")) for number in range(16)))
    assert sorted(type(answer).__name__ for answer in answers) == ["SkillView"] * 3 + ["TooManyProposals"] * 13
