"""Making one skill of two."""

from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.skills.api import SkillNotFound, load_catalogue, note, skill
from skillhall.skills.commands.add_member_skill import add_member_skill
from skillhall.skills.commands.ask_verification import ask_verification
from skillhall.skills.commands.change_skill import change_skill
from skillhall.skills.commands.edit_resources import add_resource
from skillhall.skills.commands.merge_skills import merge_skills
from skillhall.skills.commands.retire_skill import retire_skill
from skillhall.skills.events import SkillsMerged
from skillhall.skills.jobs import name_again
from skillhall.skills.model.decision import Merge
from skillhall.skills.model.member import AddMemberSkill
from skillhall.skills.model.refusals import MergedIntoItself, NotPublished, PrerequisiteCycle, SkillMerged
from skillhall.skills.model.resource import NewResource
from skillhall.skills.model.skill import ChangeSkill, Relation, Requirement
from skillhall.skills.model.verification import AskVerification
from skillhall.skills.model.views import SkillView
from skillhall.skills.queries import graph
from skillhall.skills.queries.catalogue import skill_by_slug, skill_view
from skillhall.skills.queries.members import member_skills
from skillhall.skills.queries.proofs import CHECKS
from skillhall.skills.queries.resources import ResourceQuery, resources
from skillhall.skills.queries.verifications import VerificationQuery, verifications
from skillhall.skills.tasks import NameAgain
from tests.profiles.builders import a_person, in_turn, people, profiles_of
from tests.skills.builders import ANY, CELLO, NOTATION, THEORY, listed, published, staff, tally
from tests.support.hall import TestHall

FIGURES = sql("SELECT sessions, session_learners, ratings, average_rating FROM skills.tally WHERE skill_id = $1")
FORGET = sql("DELETE FROM skills.edition")


async def merged(tx: Tx, by: Actor, skill_id: UUID, into: UUID) -> SkillView:
    return await merge_skills(in_turn(tx), by, skill_id, Merge(into=into, reason="A duplicate."))


async def check(tx: Tx) -> None:
    for proof in CHECKS:
        assert not await tx.rows(proof.violations), proof.name


async def test_names_links_and_the_redirect(tx: Tx) -> None:
    stella = await staff(tx)
    violone = await published(tx, stella, "Violone", CELLO, aliases=["Bass viol", "Cello da spalla"], tags=["baroque"], tools=["Bow"])
    gamba = await published(tx, stella, "Gamba", THEORY, related=[Relation(skill_id=violone.id, relationship_type="similar", strength=9)])
    higher = await published(tx, stella, "Viol Consort", violone.id, gamba.id)
    await add_resource(in_turn(tx), stella, violone.id, NewResource(kind="book", title="On viols", url="https://example.org/viols"))
    tx.audits.clear()
    view = await merged(tx, stella, violone.id, gamba.id)
    assert (view.id, view.aliases, view.tags, view.tools) == (gamba.id, ["Violone", "Bass viol", "Cello da spalla"], ["baroque"], ["Bow"])
    assert {link.skill.slug for link in view.prerequisites} == {"cello", "music-theory"}
    assert not view.related
    assert [link.skill.id for link in await graph.requirements(tx, higher.id)] == [gamba.id]
    seen = await skill_view(tx, violone.id, STRANGER)
    assert (seen.id, seen.redirected_from, seen.version > violone.version) == (gamba.id, violone.id, True)
    assert (await skill_by_slug(tx, "violone", STRANGER)).id == gamba.id
    assert (await graph.path(tx, violone.id)).skill.id == (await graph.tree(tx, violone.id)).skill.id == gamba.id
    assert [one.title for one in (await resources(tx, violone.id, ResourceQuery(), STRANGER)).items] == ["On viols"]
    assert [(entry.action, entry.reason) for entry in tx.audits] == [("skills.merge", "A duplicate.")]
    assert [event.into_id for event in tx.events if isinstance(event, SkillsMerged)] == [gamba.id]
    await check(tx)


async def test_who_lists_both_keeps_the_better_one(tx: Tx) -> None:
    stella, mira, taro, uma = await staff(tx), await a_person(tx), await a_person(tx, "Taro"), await a_person(tx, "Uma")
    old = (await published(tx, stella, "Bass Violin")).id
    better = await listed(tx, mira, old, level="expert", years=12)
    await listed(tx, mira, CELLO, level="beginner", rate={"amount": 20, "currency": "CREDIT"})
    kept = await listed(tx, taro, CELLO, level="advanced")
    await listed(tx, taro, old, level="advanced")
    only = await listed(tx, uma, old, "learn", targetLevel="expert", goal="Play Bach.")
    for seat in range(2):
        await note(in_turn(tx), old, Subject("session", ids.new()), learners=2 + seat)
    await note(in_turn(tx), CELLO, Subject("session", ids.new()), learners=1)
    await note(in_turn(tx), old, Subject("review", ids.new()), rating=4)
    await merged(tx, stella, old, CELLO)
    (mine,) = (await member_skills(tx, mira.account_id, is_own=True)).teach
    assert (mine.id, mine.skill.id, mine.level, mine.years) == (better.id, CELLO, "expert", 12)
    assert mine.rate is not None
    assert [one.id for one in (await member_skills(tx, taro.account_id, is_own=True)).teach] == [kept.id]
    assert [(one.id, one.goal) for one in (await member_skills(tx, uma.account_id, is_own=True)).learn] == [(only.id, "Play Bach.")]
    assert (await tally(tx, CELLO), await tally(tx, old)) == ((2, 1, 0), (0, 0, 0))
    row = await tx.row(FIGURES, CELLO)
    assert row is not None
    assert tuple(row) == (3, 6, 1, 4.0)
    await note(in_turn(tx), old, Subject("session", ids.new()), learners=1)
    row = await tx.row(FIGURES, CELLO)
    assert row is not None
    assert row["sessions"] == 4
    await check(tx)
    await name_again(NameAgain(skill_id=CELLO), in_turn(tx))
    assert (await profiles_of(tx, mira))[0].skills == ["Cello"]


async def test_one_skill_has_as_many_names_as_may_be_and_the_old_one_is_among_them(tx: Tx) -> None:
    stella = await staff(tx)
    full = {"aliases": [f"Viol {number}" for number in range(20)], "tags": [f"tag {number}" for number in range(20)]}
    first, second = await published(tx, stella, "Viole", **full), await published(tx, stella, "Violle", **full)
    view = await merged(tx, stella, first.id, second.id)
    assert (view.aliases[0], len(view.aliases), len(view.tags)) == ("Viole", 20, 20)
    assert (await change_skill(in_turn(tx), stella, view.id, ChangeSkill(aliases=view.aliases[::-1]), ANY)).aliases == view.aliases[::-1]


async def test_a_request_that_fits_nothing_any_more_is_withdrawn(tx: Tx) -> None:
    stella, mira, taro = await staff(tx), await a_person(tx), await a_person(tx, "Taro")
    old = (await published(tx, stella, "Bass Violin")).id
    asked: dict[str, UUID] = {}
    for by, name, level, standing in ((mira, "higher", "expert", "beginner"), (taro, "lower", "beginner", "expert")):
        moving, kept = await listed(tx, by, old, level=level), await listed(tx, by, CELLO, level=standing)
        for which, one in (("moving", moving), ("kept", kept)):
            proof = AskVerification(evidence="project", note="Heard by many.")
            asked[f"{name} {which}"] = (await ask_verification(in_turn(tx), by, one.id, proof)).id
    await merged(tx, stella, old, CELLO)
    pending = {one.id for one in (await verifications(tx, VerificationQuery(status="pending"))).items}
    assert pending == {asked["higher moving"], asked["lower kept"]}
    await check(tx)


async def test_redirects_stay_one_step_long_and_the_old_id_can_be_listed(tx: Tx) -> None:
    stella, mira = await staff(tx), await a_person(tx)
    first, second = [(await published(tx, stella, name)).id for name in ("Viole", "Violle")]
    await merged(tx, stella, first, second)
    await merged(tx, stella, second, CELLO)
    assert (await skill(tx, first)).merged_into == (await skill(tx, second)).merged_into == CELLO
    assert (await listed(tx, mira, first)).skill.id == CELLO
    await check(tx)


async def test_what_cannot_be_merged(tx: Tx) -> None:
    stella, mira = await staff(tx), await a_person(tx)
    low = (await published(tx, stella, "Low")).id
    middle = (await published(tx, stella, "Middle", low)).id
    high = (await published(tx, stella, "High", middle)).id
    proposed = (await published(tx, mira, "Lute")).id
    for gone, into, why in (
        (low, low, MergedIntoItself), (low, ids.new(), SkillNotFound), (ids.new(), low, SkillNotFound), (low, proposed, NotPublished),
        (high, low, PrerequisiteCycle), (low, high, PrerequisiteCycle),
    ):  # fmt: skip
        with pytest.raises(why):
            async with tx.savepoint():
                await merged(tx, stella, gone, into)
    assert [link.skill.id for link in await graph.requirements(tx, high)] == [middle]
    await merged(tx, stella, middle, low)
    assert [link.skill.id for link in await graph.requirements(tx, high)] == [low]
    for again in (merged(tx, stella, middle, high), change_skill(in_turn(tx), stella, middle, ChangeSkill(difficulty=1), ANY),
                  retire_skill(in_turn(tx), stella, middle)):  # fmt: skip
        with pytest.raises(SkillMerged):
            await again
    await check(tx)


async def test_a_merge_outlives_the_next_edition_of_the_catalogue(tx: Tx) -> None:
    stella = await staff(tx)
    await merged(tx, stella, NOTATION, THEORY)
    await tx.run(FORGET)
    await load_catalogue(in_turn(tx))
    assert (await skill(tx, NOTATION)).merged_into == THEORY
    assert "music-theory" in {step.skill.slug for step in (await graph.path(tx, CELLO)).steps}
    await check(tx)


async def test_two_merge_a_pair_into_each_other(hall: TestHall) -> None:
    stella = await hall.work(staff)
    pair = [(await hall.work(published, stella, name)).id for name in ("Viole", "Violle")]
    answers = await hall.race(
        *(
            lambda gone=gone, into=into: hall.run(merge_skills, stella, gone, Merge(into=into, reason="Twice."))
            for gone, into in (pair, pair[::-1]) * 8
        )
    )
    assert len([answer for answer in answers if isinstance(answer, SkillView)]) == 1
    assert {type(answer) for answer in answers} <= {SkillView, NotPublished, SkillMerged}
    await hall.verify()


async def test_merging_while_everybody_lists(hall: TestHall) -> None:
    stella, crowd = await hall.work(staff), await people(hall, 15)
    old = (await hall.work(published, stella, "Bass Violin")).id
    for by in crowd[:5]:
        await hall.work(listed, by, old, "learn")
    commands = [AddMemberSkill(skill_id=skill_id, purpose="learn", level="expert") for skill_id in (old, CELLO)]
    answers = await hall.race(
        lambda: hall.run(merge_skills, stella, old, Merge(into=CELLO, reason="Twice.")),
        *(lambda by=by, number=number: hall.run(add_member_skill, by, commands[number % 2]) for number, by in enumerate(crowd)),
    )
    assert isinstance(answers[0], SkillView)
    assert {type(answer).__name__ for answer in answers[1:]} <= {"MemberSkillView", "AlreadyListed"}
    assert await hall.pool.fetchval("SELECT learners FROM skills.tally WHERE skill_id = $1", CELLO) == 15
    assert not await hall.pool.fetchval("SELECT count(*) FROM skills.member_skill WHERE skill_id = $1", old)
    await hall.drain()
    await hall.verify()


async def test_two_let_two_skills_require_each_other(hall: TestHall) -> None:
    stella = await hall.work(staff)
    pair = [(await hall.work(published, stella, name)).id for name in ("One", "Two")]

    def wanting(needed: UUID) -> ChangeSkill:
        return ChangeSkill(prerequisites=[Requirement(skill_id=needed)])

    answers = await hall.race(*(lambda a=a, b=b: hall.run(change_skill, stella, a, wanting(b), ANY) for a, b in (pair, pair[::-1]) * 8))
    assert {type(answer) for answer in answers} == {SkillView, PrerequisiteCycle}
    assert sum(isinstance(answer, PrerequisiteCycle) for answer in answers) == 8
    await hall.verify()
