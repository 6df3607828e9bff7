"""Milestones: funded, started, handed over, sent back, approved, paid by themselves."""

from datetime import datetime, timedelta

import pytest

from skillhall.gigs.commands.agree import CallOff, cancel_agreement
from skillhall.gigs.commands.deliver import (
    AskRevision,
    AskRevisionOf,
    Deliver,
    DeliverWork,
    approve_milestone,
    ask_milestone_revision,
    ask_revision,
    deliver_milestone,
    deliver_work,
    start_milestone,
)
from skillhall.gigs.commands.escrow import fund_milestone, release_milestone
from skillhall.gigs.model.engagement_refusals import MilestoneNotFound
from skillhall.gigs.queries.engagements import milestone_view
from skillhall.gigs.queries.suspensions import jobs_done
from skillhall.kernel import ids
from tests.gigs.engaging import DONE, Deals
from tests.learning.builders import DAY

AGAIN = AskRevision(reason="The second half is missing.")


async def test_one_milestone_from_funding_to_payment(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.active(client, worker, 31, 60)
    first, second = made.milestones
    assert await deals.refused(start_milestone, worker, first.id) == "gigs.not_funded"
    funded = await deals.funded(client, first)
    assert (funded.status, funded.escrow.status, await deals.held(client)) == ("funded", "held", 31)
    assert (await deals.funded(client, first)).escrow.status == "held"
    assert (await deals.hall.run(start_milestone, worker, first.id)).status == "in_progress"
    given = await deals.hall.run(deliver_milestone, worker, first.id, DONE)
    assert (given.status, given.deliveries[0].url, given.deliveries[0].answer) == ("delivered", "https://example.org/draft", None)
    assert given.escrow.release_at is not None
    assert datetime.fromisoformat(given.escrow.release_at) - await deals.now() > 13 * DAY
    assert (await deals.hall.run(deliver_milestone, worker, first.id, DONE)).deliveries == given.deliveries
    assert await deals.states(made.id) == ("active", "in_progress")
    paid = await deals.hall.run(approve_milestone, client, first.id)
    assert (paid.status, paid.escrow.status, paid.deliveries[0].answer) == ("released", "released", "approved")
    assert paid.escrow.fee is not None
    assert (paid.escrow.fee.amount, await deals.earned(worker), await deals.held(client)) == (3, 28, 0)
    assert (await deals.hall.run(approve_milestone, client, first.id)).status == "released"
    assert (await deals.earned(worker), await deals.states(made.id)) == (28, ("active", "in_progress"))
    assert (await deals.said("escrow_funded"), await deals.said("work_delivered"), await deals.said("escrow_released")) == (1, 1, 1)
    await deals.hall.run(fund_milestone, client, second.id)
    await deals.hall.run(release_milestone, client, second.id)
    assert (await deals.earned(worker), await deals.states(made.id)) == (28 + 54, ("completed", "completed"))
    assert await jobs_done(await deals.hall.read(), worker.account_id) == 1
    await deals.hall.verify()


async def test_a_project_is_delivered_when_all_milestones_are(deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.handed_over(client, worker, 40, 60)
    assert await deals.states(made.id) == ("pending_review", "delivered")
    sent = await deals.hall.run(ask_milestone_revision, client, made.milestones[0].id, AGAIN)
    assert (sent.status, sent.revisions, sent.escrow.release_at) == ("revision", 1, None)
    assert (sent.deliveries[0].answer, sent.deliveries[0].answer_text) == ("revision", "The second half is missing.")
    assert (await deals.hall.run(ask_milestone_revision, client, made.milestones[0].id, AGAIN)).revisions == 1
    assert await deals.states(made.id) == ("active", "in_progress")
    await deals.hall.advance(20 * DAY)
    assert [one.status for one in (await deals.agreement(made.id)).milestones] == ["revision", "released"]
    given = await deals.hall.run(deliver_milestone, worker, made.milestones[0].id, Deliver(notes="Now with the second half."))
    assert [one.answer for one in given.deliveries] == ["revision", None]
    assert await deals.states(made.id) == ("pending_review", "delivered")
    await deals.hall.verify()


async def test_it_is_paid_by_itself_after_fourteen_days(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.handed_over(client, worker, 100)
    await deals.hall.advance(14 * DAY - timedelta(hours=1))
    assert (await deals.earned(worker), await deals.held(client)) == (0, 100)
    await deals.hall.advance(timedelta(hours=2))
    assert (await deals.earned(worker), await deals.held(client)) == (90, 0)
    assert await deals.states(made.id) == ("completed", "completed")
    await deals.hall.verify()


async def test_who_may_do_what(deals: Deals) -> None:
    client, worker = await deals.pair()
    other = await deals.person()
    made = await deals.active(client, worker, 40)
    one = made.milestones[0].id
    for verb, right, wrong, code in (
        (fund_milestone, client, worker, "gigs.client_only"),
        (start_milestone, worker, client, "gigs.worker_only"),
        (approve_milestone, client, worker, "gigs.client_only"),
        (release_milestone, client, worker, "gigs.client_only"),
    ):
        assert await deals.refused(verb, wrong, one) == code
        assert await deals.refused(verb, other, one) == "gigs.agreement_not_found"
        assert await deals.refused(verb, right, ids.new()) == "gigs.milestone_not_found"
    assert await deals.refused(deliver_milestone, client, one, DONE) == "gigs.worker_only"
    assert await deals.refused(ask_milestone_revision, worker, one, AGAIN) == "gigs.client_only"
    with pytest.raises(MilestoneNotFound):
        await milestone_view(await deals.hall.read(), one, other)
    assert (await milestone_view(await deals.hall.read(), one, client)).status == "draft"


async def test_what_the_state_refuses(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.accepted(client, worker, 40, 60)
    one = made.milestones[0].id
    assert await deals.refused(fund_milestone, client, one) == "gigs.agreement_moved"
    await deals.signed(client, worker, made)
    assert await deals.refused(release_milestone, client, one) == "gigs.escrow_moved"
    assert await deals.refused(approve_milestone, client, one) == "gigs.milestone_moved"
    await deals.funded(client, made.milestones[0])
    assert await deals.refused(approve_milestone, client, one) == "gigs.not_delivered"
    assert await deals.refused(deliver_milestone, worker, one, DONE) == "gigs.milestone_moved"
    assert await deals.refused(ask_milestone_revision, client, one, AGAIN) == "gigs.milestone_moved"
    assert await deals.held(client) == 40
    await deals.hall.run(cancel_agreement, worker, made.id, CallOff())
    assert await deals.refused(start_milestone, worker, one) == "gigs.agreement_moved"


async def test_too_little_in_the_wallet_holds_nothing(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=50)
    made = await deals.active(client, worker, 40, 60)
    await deals.funded(client, made.milestones[0])
    assert await deals.refused(fund_milestone, client, made.milestones[1].id) == "ledger.insufficient"
    assert [one.status for one in (await deals.agreement(made.id)).milestones] == ["funded", "draft"]
    assert await deals.held(client) == 40
    await deals.hall.verify()


async def test_revisions_are_counted(deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.handed_over(client, worker, 40)
    one = made.milestones[0].id
    for _ in range(made.terms.revisions):
        await deals.hall.run(ask_milestone_revision, client, one, AGAIN)
        await deals.hall.run(deliver_milestone, worker, one, DONE)
    assert await deals.refused(ask_milestone_revision, client, one, AGAIN) == "gigs.no_revisions_left"
    assert (await deals.agreement(made.id)).milestones[0].status == "delivered"


async def test_the_agreements_doors_find_the_milestone(deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.active(client, worker, 40, 60)
    work = DeliverWork(notes="All of it, as agreed.")
    assert await deals.refused(deliver_work, worker, made.id, work) == "gigs.not_funded"
    assert await deals.refused(ask_revision, client, made.id, AskRevisionOf(reason="x")) == "gigs.not_delivered"
    for milestone in made.milestones:
        await deals.started(client, worker, milestone)
    assert await deals.refused(deliver_work, worker, made.id, work) == "gigs.work_unnamed"
    named = DeliverWork(notes="All of it, as agreed.", milestone_id=made.milestones[1].id)
    assert [one.status for one in (await deals.hall.run(deliver_work, worker, made.id, named)).milestones] == ["in_progress", "delivered"]
    sent = await deals.hall.run(ask_revision, client, made.id, AskRevisionOf(reason="Not yet."))
    assert [one.status for one in sent.milestones] == ["in_progress", "revision"]
    await deals.hall.verify()
