"""Deciding about proposals."""

from uuid import UUID

import pytest

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.skills.api import check_published, skill
from skillhall.skills.commands.change_skill import change_skill
from skillhall.skills.commands.decide_proposal import approve_proposal, reject_proposal
from skillhall.skills.events import ProposalDecided, SkillPublished
from skillhall.skills.model.decision import Approve
from skillhall.skills.model.refusals import NotYourProposal
from skillhall.skills.model.refusals import ProposalDecided as Decided
from skillhall.skills.model.skill import ChangeSkill
from skillhall.skills.model.verification import Rejection
from skillhall.skills.model.views import SkillView
from skillhall.skills.queries.catalogue import skill_view
from skillhall.skills.queries.proposals import OwnProposalQuery, ProposalQuery, own_proposals, proposals
from tests.profiles.builders import a_person, in_turn
from tests.skills.builders import ANY, CELLO, published, staff
from tests.support.hall import TestHall

NO = Rejection(reason="Too narrow.")


async def decided(tx: Tx, by: Actor, skill_id: UUID, command: Approve | Rejection) -> SkillView:
    if isinstance(command, Approve):
        return await approve_proposal(in_turn(tx), by, skill_id, command)
    return await reject_proposal(in_turn(tx), by, skill_id, command)


async def own(tx: Tx, by: Actor) -> list[tuple[str, str, str | None, UUID | None]]:
    page = await own_proposals(tx, OwnProposalQuery(), by)
    return [(one.skill.slug, one.skill.status, one.decision, one.merged_into and one.merged_into.id) for one in page.items]


async def test_staff_sees_what_waits_and_what_it_resembles(tx: Tx) -> None:
    mira = await a_person(tx)
    await published(tx, mira, "Celo")
    await published(tx, mira, "Lute")
    celo, lute = (await proposals(tx, ProposalQuery())).items
    assert (celo.skill.slug, lute.skill.slug) == ("celo", "lute")
    assert celo.proposer is not None
    assert celo.proposer.display_name == "Mira Sommer"
    assert celo.similar[0].id == CELLO


async def test_approved(tx: Tx) -> None:
    mira, stella = await a_person(tx), await staff(tx)
    lute = await published(tx, mira, "Lute")
    tx.audits.clear()
    assert (await decided(tx, stella, lute.id, Approve(reason="Fine."))).status == "active"
    await check_published(tx, lute.id)
    assert [event.decision for event in tx.events if isinstance(event, ProposalDecided)] == ["approved"]
    assert [event.skill_id for event in tx.events if isinstance(event, SkillPublished)] == [lute.id]
    assert [(entry.action, entry.reason) for entry in tx.audits] == [("skills.approve", "Fine.")]
    assert await own(tx, mira) == [("lute", "active", None, None)]
    for command in (Approve(), NO):
        with pytest.raises(Decided):
            await decided(tx, stella, lute.id, command)


async def test_rejected_its_proposer_reads_why_and_the_name_is_free_again(tx: Tx) -> None:
    mira, taro, stella = await a_person(tx), await a_person(tx, "Taro"), await staff(tx)
    lute = await published(tx, mira, "Lute")
    await decided(tx, stella, lute.id, NO)
    assert await own(tx, mira) == [("lute", "rejected", "Too narrow.", None)]
    assert (await skill_view(tx, lute.id, mira)).decision == "Too narrow."
    with pytest.raises(NotYourProposal):
        await change_skill(in_turn(tx), mira, lute.id, ChangeSkill(difficulty=1), ANY)
    again = await published(tx, taro, "Lute")
    assert (again.id, again.status, again.decision) == (lute.id, "under_review", None)
    assert await own(tx, mira) == []


async def test_merged_into_what_there_is(tx: Tx) -> None:
    mira, stella = await a_person(tx), await staff(tx)
    proposed = await published(tx, mira, "Bass Violin")
    view = await decided(tx, stella, proposed.id, Approve(into=CELLO))
    assert (view.id, "Bass Violin" in view.aliases) == (CELLO, True)
    assert await own(tx, mira) == [("bass-violin", "merged", None, CELLO)]
    assert [event.decision for event in tx.events if isinstance(event, ProposalDecided)] == ["merged"]
    assert (await skill(tx, proposed.id)).state == "merged"


async def test_sixteen_decide_and_one_does(hall: TestHall) -> None:
    mira, stella = await hall.work(a_person), await hall.work(staff)
    lute = (await hall.work(published, mira, "Lute")).id
    answers = await hall.race(
        *(lambda: hall.run(approve_proposal, stella, lute, Approve()) for _ in range(8)),
        *(lambda: hall.run(reject_proposal, stella, lute, NO) for _ in range(8)),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["ProposalDecided"] * 15 + ["SkillView"]
    await hall.verify()
