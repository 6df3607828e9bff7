"""Hourly work: the limit of a week held on Monday, hours told, objected to, paid; and weeks that come to nothing."""

from datetime import datetime, timedelta

from skillhall.gigs.commands.accept_bid import AcceptBid, accept_bid
from skillhall.gigs.commands.agree import CallOff, ChangeTerms, cancel_agreement, change_terms, complete_agreement
from skillhall.gigs.commands.contest import freeze, rule
from skillhall.gigs.commands.escrow import fund_week, release_week
from skillhall.gigs.commands.tell_hours import Object, TellHours, object_to_week, submit_week
from skillhall.gigs.queries.engagement_views import AgreementView
from skillhall.kernel import ids
from skillhall.kernel.http import Match
from skillhall.kernel.shapes import Subject
from tests.gigs.engaging import STAFF, Deals
from tests.learning.builders import DAY, HOUR

TEN_HOURS = TellHours(minutes=600, note="Tests.")
WRONG = Object(reason="We agreed on Monday off.")


async def monday(deals: Deals) -> None:
    """Wait for the next Monday, noon."""
    now = await deals.now()
    await deals.until(datetime.combine(now.date(), datetime.min.time(), now.tzinfo) + timedelta(days=7 - now.weekday(), hours=12))


async def weeks(deals: Deals, made: AgreementView) -> list[tuple[str, str]]:
    """Return status and money of each week."""
    return [(week.status, week.escrow.status) for week in (await deals.agreement(made.id)).weeks]


async def test_the_limit_is_held_each_monday_and_the_hours_are_paid(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=1000)
    made = await deals.hourly(client, worker, rate=30, weekly=600)
    assert (made.kind, await weeks(deals, made), await deals.held(client)) == ("hourly", [("open", "held")], 300)
    week = made.weeks[0]
    told = await deals.hall.run(submit_week, worker, week.id, TellHours(minutes=601 - 41, note="Tests."))
    assert (told.status, told.minutes) == ("submitted", 560)
    await deals.hall.advance(5 * DAY - HOUR)
    assert await deals.earned(worker) == 0
    await deals.hall.advance(2 * HOUR)
    view = (await deals.agreement(made.id)).weeks[0]
    assert view.escrow.returned is not None
    assert (view.status, view.escrow.returned.amount, await deals.earned(worker)) == ("released", 20, 280 - 28)
    await monday(deals)
    after = await weeks(deals, made)
    assert after[-1] == ("open", "held")
    assert await deals.held(client) == 300 * after.count(("open", "held"))
    assert await deals.said("week_opened") == len(after)
    await deals.hall.verify()


async def test_an_objection_stops_the_clock_and_hours_are_told_anew(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=5000)
    made = await deals.hourly(client, worker)
    week = made.weeks[0].id
    await deals.hall.run(submit_week, worker, week, TEN_HOURS)
    assert await deals.refused(object_to_week, worker, week, WRONG) == "gigs.client_only"
    doubted = await deals.hall.run(object_to_week, client, week, WRONG)
    assert (doubted.status, doubted.objection, doubted.escrow.release_at) == ("objected", "We agreed on Monday off.", None)
    assert (await deals.hall.run(object_to_week, client, week, WRONG)).status == "objected"
    await deals.hall.advance(6 * DAY)
    assert (await weeks(deals, made))[0] == ("objected", "held")
    await deals.hall.run(submit_week, worker, week, TellHours(minutes=480))
    paid = await deals.hall.run(release_week, client, week)
    assert (paid.status, await deals.earned(worker)) == ("released", 240 - 24)
    assert await deals.refused(submit_week, worker, week, TEN_HOURS) == "gigs.week_moved"
    assert await deals.refused(object_to_week, client, week, WRONG) == "gigs.week_moved"
    await deals.hall.verify()


async def test_hours_nobody_tells_go_back(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=300)
    made = await deals.hourly(client, worker)
    await deals.hall.advance(21 * DAY)
    assert (await weeks(deals, made))[0] == ("refunded", "refunded")
    assert await deals.earned(worker) == 0
    await deals.hall.verify()


async def test_a_week_without_money_waits_and_is_funded_later(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=299)
    made = await deals.hourly(client, worker)
    week = made.weeks[0].id
    assert await weeks(deals, made) == [("pending_funding", "pending_funding")]
    assert await deals.refused(submit_week, worker, week, TEN_HOURS) == "gigs.not_funded"
    assert await deals.refused(fund_week, client, week) == "ledger.insufficient"
    await deals.give(client, 1)
    assert (await deals.hall.run(fund_week, client, week)).status == "open"
    assert await deals.refused(submit_week, worker, week, TellHours(minutes=601)) == "gigs.over_cap"
    assert await deals.refused(submit_week, client, week, TEN_HOURS) == "gigs.worker_only"
    assert await deals.refused(submit_week, worker, ids.new(), TEN_HOURS) == "gigs.week_not_found"
    assert await deals.held(client) == 300
    await monday(deals)
    assert await weeks(deals, made) == [("open", "held"), ("pending_funding", "pending_funding")]
    await deals.hall.advance(8 * DAY)
    assert (await weeks(deals, made))[1] == ("cancelled", "cancelled")
    await deals.hall.verify()


async def test_hourly_work_ends_with_its_running_week(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=5000)
    made = await deals.hourly(client, worker)
    assert await deals.refused(cancel_agreement, client, made.id, CallOff()) == "gigs.delivery_pending"
    assert (await deals.hall.run(complete_agreement, client, made.id)).status == "active"
    await deals.hall.run(submit_week, worker, made.weeks[0].id, TEN_HOURS)
    await deals.hall.advance(30 * DAY)
    assert await weeks(deals, made) == [("released", "released")]
    assert (await deals.states(made.id), await deals.earned(worker)) == (("completed", "completed"), 270)
    await deals.hall.verify()


async def test_the_worker_calls_hourly_work_off(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=5000)
    made = await deals.hourly(client, worker)
    await deals.hall.run(cancel_agreement, worker, made.id, CallOff())
    assert (await weeks(deals, made), await deals.held(client)) == ([("refunded", "refunded")], 0)
    await deals.hall.advance(15 * DAY)
    assert len(await weeks(deals, made)) == 1
    await deals.hall.verify()


async def test_a_disputed_week_is_divided(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=5000)
    made = await deals.hourly(client, worker)
    escrow, case = made.weeks[0].escrow.id, Subject("dispute", ids.new())
    await deals.hall.run(submit_week, worker, made.weeks[0].id, TEN_HOURS)
    await deals.hall.run(object_to_week, client, made.weeks[0].id, WRONG)
    await deals.hall.run(freeze, worker, escrow, case)
    await deals.hall.advance(10 * DAY)
    assert (await weeks(deals, made))[0] == ("disputed", "frozen")
    assert await deals.states(made.id) == ("disputed", "disputed")
    await deals.hall.run(rule, STAFF, escrow, case, 5000)
    assert ((await weeks(deals, made))[0], await deals.earned(worker)) == (("split", "split"), 150 - 15)
    assert await deals.states(made.id) == ("active", "in_progress")
    await deals.hall.verify()


async def test_terms_by_the_hour(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    posted = await deals.project(client, budget=None, pricing="hourly")
    bid = await deals.bid(worker, posted.id, hourlyRate=30)
    made = await deals.hall.run(accept_bid, client, bid.id, AcceptBid())
    assert (made.terms.hourly_rate.amount, made.terms.weekly_minutes, made.milestones) == (30, 2400, [])  # pyright: ignore[reportOptionalMemberAccess]
    await deals.signed(client, worker, made)
    await deals.hall.drain()
    assert await weeks(deals, made) == [("pending_funding", "pending_funding")]
    changed = await deals.hall.run(change_terms, client, made.id, ChangeTerms(weekly_minutes=120), Match(None).check)
    assert await weeks(deals, made) == []
    await deals.signed(client, worker, changed)
    assert (await weeks(deals, made), await deals.held(client)) == ([("open", "held")], 60)
    await deals.hall.verify()
