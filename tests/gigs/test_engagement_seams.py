"""Where money, time and people meet at an awkward moment: unsigned, overdue, suspended, in dispute."""

from datetime import timedelta

from skillhall.gigs.api import freeze, rule, thaw
from skillhall.gigs.commands.agree import CallOff, ChangeTerms, cancel_agreement, change_terms, complete_agreement
from skillhall.gigs.commands.contest import freeze as freeze_for
from skillhall.gigs.commands.deliver import (
    AskRevision,
    Deliver,
    ask_booking_revision,
    ask_milestone_revision,
    deliver_booking,
    deliver_milestone,
    start_milestone,
)
from skillhall.gigs.commands.escrow import Grounds, Release, freeze_escrow, fund_milestone, refund_escrow, release_escrow, unfreeze_escrow
from skillhall.gigs.commands.personal_data import GigData
from skillhall.gigs.commands.run_booking import cancel_booking, confirm_booking
from skillhall.gigs.commands.tell_hours import Object, TellHours, object_to_week, submit_week
from skillhall.gigs.queries.engagements import booking_view
from skillhall.identity.events import AccountRestored, AccountSuspended
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.events import Event
from skillhall.kernel.http import Match
from skillhall.kernel.shapes import Subject
from tests.gigs.engaging import DONE, STAFF, Deals
from tests.gigs.test_weeks import monday, weeks
from tests.learning.builders import DAY, HOUR

WHY = Grounds(reason="Both were heard.")
ALL = Release(reason="Both were heard.")
AGAIN = AskRevision(reason="Once more.")
UPLOADED = """
INSERT INTO kernel.file (id, account_id, purpose, content_type, size, name, state)
VALUES ($1, $2, 'document', 'text/plain', 3, 'a', 'stored')
"""
STATE = "UPDATE identity.account SET state = $2 WHERE id = $1"


async def standing(deals: Deals, who: Actor, state: str, event: Event) -> None:
    """Suspend or restore somebody, and let everybody who must hear of it."""

    async def tell(tx: Tx) -> None:
        tx.publish(event)

    await deals.hall.pool.execute(STATE, who.account_id, state)
    await deals.hall.work(tell)
    await deals.hall.drain()


async def suspend(deals: Deals, who: Actor) -> None:
    await standing(deals, who, "suspended", AccountSuspended(account_id=who.account_id))


async def restore(deals: Deals, who: Actor) -> None:
    await standing(deals, who, "active", AccountRestored(account_id=who.account_id))


async def overdue(deals: Deals, escrow_id: object) -> None:
    """Let the time of a release pass while no sweep comes."""
    await deals.hall.pool.execute("UPDATE gigs.escrow SET release_at = $2 WHERE id = $1", escrow_id, await deals.now())


async def test_nobody_is_paid_for_a_booking_the_worker_has_not_taken(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.hired(client, worker, 100)
    assert await deals.refused(release_escrow, client, made.escrow.id, ALL) == "gigs.agreement_moved"
    assert await deals.refused(release_escrow, STAFF, made.escrow.id, ALL) == "gigs.agreement_moved"
    await deals.hall.advance(7 * DAY + HOUR)
    assert (await deals.states(made.agreement.id), await deals.held(client), await deals.earned(worker)) == (("cancelled", "open"), 0, 0)
    await deals.hall.verify()


async def test_a_booking_given_back_before_it_was_taken_is_over(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    start = await deals.start_in(20)
    made = await deals.hired(client, worker, 100, starts_at=start, ends_at=start + HOUR)
    await deals.hall.run(refund_escrow, STAFF, made.escrow.id, WHY)
    assert (await booking_view(await deals.hall.read(), made.id, STAFF)).status == "cancelled"
    assert (await deals.states(made.agreement.id), await deals.busy(worker)) == (("cancelled", "cancelled"), 0)
    assert await deals.refused(confirm_booking, worker, made.id) == "gigs.booking_moved"
    await deals.hall.verify()


async def test_new_terms_by_the_hour_hold_for_the_running_week(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.hourly(client, worker, rate=30, weekly=600)
    assert await weeks(deals, made) == [("pending_funding", "pending_funding")]
    changed = await deals.hall.run(change_terms, client, made.id, ChangeTerms(weekly_minutes=120), Match(None).check)
    assert await weeks(deals, made) == []
    signed = await deals.signed(client, worker, changed)
    assert (await weeks(deals, made), await deals.held(client)) == ([("open", "held")], 60)
    assert signed.weeks[0].id != made.weeks[0].id
    await deals.hall.verify()


async def test_a_dispute_about_one_week_does_not_keep_the_client_hiring(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=5000)
    made = await deals.hourly(client, worker)
    escrow, case = made.weeks[0].escrow.id, Subject("dispute", ids.new())
    await deals.hall.run(freeze, client, escrow, case)
    await deals.hall.run(complete_agreement, client, made.id)
    await monday(deals)
    assert (await weeks(deals, made), await deals.states(made.id)) == ([("disputed", "frozen")], ("disputed", "disputed"))
    await deals.hall.run(rule, STAFF, escrow, case, 5000)
    assert await deals.states(made.id) == ("completed", "completed")
    await deals.hall.verify()


async def test_what_is_due_is_not_sent_back(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=5000)
    week = (await deals.hourly(client, worker)).weeks[0]
    await deals.hall.run(submit_week, worker, week.id, TellHours(minutes=60))
    await overdue(deals, week.escrow.id)
    assert await deals.refused(object_to_week, client, week.id, Object(reason="Too late.")) == "gigs.escrow_moved"
    milestone = (await deals.handed_over(client, worker, 100)).milestones[0]
    await overdue(deals, milestone.escrow.id)
    assert await deals.refused(ask_milestone_revision, client, milestone.id, AGAIN) == "gigs.escrow_moved"
    made = await deals.hired(client, worker, 100)
    await deals.hall.run(confirm_booking, worker, made.id)
    await deals.hall.run(deliver_booking, worker, made.id, DONE)
    await overdue(deals, made.escrow.id)
    assert await deals.refused(ask_booking_revision, client, made.id, AGAIN) == "gigs.escrow_moved"


async def test_nothing_is_set_aside_for_who_is_suspended(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=5000)
    made = await deals.hourly(client, worker)
    fixed = await deals.active(client, worker, 100)
    await suspend(deals, worker)
    assert await deals.refused(fund_milestone, client, fixed.milestones[0].id) == "identity.account_not_active"
    await monday(deals)
    assert (await weeks(deals, made))[1:] == [("pending_funding", "pending_funding")]
    assert await deals.held(client) == 300
    await deals.hall.verify()


async def test_what_two_suspensions_keep_is_kept_until_both_end(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.handed_over(client, worker, 100)
    hold = made.milestones[0].escrow.id
    await suspend(deals, client)
    await suspend(deals, worker)
    await restore(deals, client)
    assert (await deals.escrow(hold)).frozen_by == f"suspension:{worker.account_id}"
    await deals.hall.verify()
    await restore(deals, worker)
    assert (await deals.escrow(hold)).status == "held"
    await deals.hall.verify()


async def test_a_dispute_that_ends_leaves_a_suspension_in_force(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.handed_over(client, worker, 100)
    hold, case = made.milestones[0].escrow.id, Subject("dispute", ids.new())
    await suspend(deals, worker)
    await deals.hall.run(freeze_for, client, hold, case)
    await deals.hall.run(thaw, STAFF, hold, case)
    assert (await deals.escrow(hold)).frozen_by == f"suspension:{worker.account_id}"
    await deals.hall.advance(15 * DAY)
    assert await deals.earned(worker) == 0
    await restore(deals, worker)
    await deals.hall.advance(timedelta(minutes=2))
    assert await deals.earned(worker) == 90
    await deals.hall.verify()


async def test_staff_that_unfreezes_leaves_a_suspension_in_force(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    hold = (await deals.handed_over(client, worker, 100)).milestones[0].escrow.id
    await deals.hall.run(freeze_escrow, STAFF, hold, WHY)
    await suspend(deals, worker)
    assert (await deals.hall.run(unfreeze_escrow, STAFF, hold, WHY)).frozen_by == f"suspension:{worker.account_id}"
    await deals.hall.verify()


async def test_bids_on_the_projects_of_who_is_forgotten_are_turned_away(deals: Deals) -> None:
    client, worker = await deals.pair()
    posted = await deals.project(client)
    bid = await deals.bid(worker, posted.id, amount=100)

    async def erase(tx: Tx) -> bool:
        return await GigData().erase(tx, client.account_id, "Somebody", 100)

    while not await deals.hall.work(erase):
        continue
    assert await deals.bid_state(bid.id) == "rejected"
    await deals.hall.verify()


async def test_who_asked_for_a_revision_does_not_get_it_all_back(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=200)
    made = await deals.handed_over(client, worker, 100)
    await deals.hall.run(ask_milestone_revision, client, made.milestones[0].id, AGAIN)
    assert await deals.refused(cancel_agreement, client, made.id, CallOff()) == "gigs.delivery_pending"
    await deals.hall.run(start_milestone, worker, made.milestones[0].id)
    assert await deals.refused(cancel_agreement, client, made.id, CallOff()) == "gigs.delivery_pending"
    booked = await deals.hired(client, worker, 100)
    await deals.hall.run(confirm_booking, worker, booked.id)
    await deals.hall.run(deliver_booking, worker, booked.id, DONE)
    await deals.hall.run(ask_booking_revision, client, booked.id, AGAIN)
    assert await deals.refused(cancel_booking, client, booked.id, CallOff()) == "gigs.delivery_pending"
    assert await deals.held(client) == 200
    await deals.hall.run(cancel_booking, worker, booked.id, CallOff())
    await deals.hall.verify()


async def test_a_delivery_sent_twice_takes_no_second_file(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    milestone = (await deals.handed_over(client, worker, 100)).milestones[0]
    file_id = ids.new()
    await deals.hall.pool.execute(UPLOADED, file_id, worker.account_id)
    again = Deliver(notes="All of it, and one more.", file_ids=[file_id])
    assert (await deals.hall.run(deliver_milestone, worker, milestone.id, again)).deliveries[0].files == []
    assert await deals.hall.pool.fetchval("SELECT subject_id FROM kernel.file WHERE id = $1", file_id) is None


async def test_a_booking_done_before_its_time_leaves_the_time_free(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    start = await deals.start_in(200)
    made = await deals.hired(client, worker, 100, starts_at=start, ends_at=start + HOUR)
    await deals.hall.run(confirm_booking, worker, made.id)
    await deals.hall.run(deliver_booking, worker, made.id, DONE)
    assert await deals.busy(worker) == 1
    await deals.hall.run(release_escrow, client, made.escrow.id, ALL)
    assert await deals.busy(worker) == 0
    await deals.hall.verify()


async def test_hours_told_twice_are_told_once(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=1000)
    week = (await deals.hourly(client, worker)).weeks[0]
    hours = TellHours(minutes=60, note="Tests.")
    told = await deals.hall.run(submit_week, worker, week.id, hours)
    assert await deals.hall.run(submit_week, worker, week.id, hours) == told
    assert await deals.said("work_delivered") == 1
    assert await deals.refused(submit_week, worker, week.id, TellHours(minutes=61)) == "gigs.week_moved"
