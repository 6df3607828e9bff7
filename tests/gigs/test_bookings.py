"""Bookings: a worker taken as a whole, with or without a time, and what becomes of it."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from skillhall.gigs.api import find_contested, finished
from skillhall.gigs.commands.accept_bid import AcceptBid, BookWorker, accept_bid, book_worker
from skillhall.gigs.commands.agree import CallOff, ChangeTerms, change_terms
from skillhall.gigs.commands.deliver import (
    AskRevision,
    AskRevisionOf,
    DeliverWork,
    ask_booking_revision,
    ask_revision,
    deliver_booking,
    deliver_work,
)
from skillhall.gigs.commands.escrow import complete_booking, fund_booking
from skillhall.gigs.commands.run_booking import ChangeBooking, cancel_booking, change_booking, confirm_booking, start_booking
from skillhall.gigs.model.engagement_refusals import BookingNotFound
from skillhall.gigs.queries.engagement_lists import EngagementQuery, bookings
from skillhall.gigs.queries.engagements import booking_view
from skillhall.kernel import ids
from skillhall.kernel.http import Match
from tests.gigs.engaging import DONE, STAFF, Deals
from tests.learning.builders import DAY, HOUR

NO_REASON = CallOff()


async def test_booking_accepts_the_bid_and_holds_its_money(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.hired(client, worker, 100)
    assert (made.booking.status, made.escrow.status, made.agreement.status, made.payment) == ("pending", "held", "pending_signature", None)
    assert (made.agreement.kind, made.agreement.milestones, made.agreement.legacy_status) == ("booking", [], "pending_worker")
    assert (await deals.held(client), await deals.states(made.agreement.id)) == (100, ("pending_signature", "in_progress"))
    assert await deals.bid_state(made.agreement.bid_id) == "accepted"
    body = msgspec.convert(
        {"projectId": made.booking.project_id, "workerId": worker.account_id, "agreedAmount": 100}, BookWorker, strict=False
    )
    assert (await deals.hall.run(book_worker, client, body)).id == made.id
    assert await deals.held(client) == 100
    await deals.hall.verify()


async def test_a_booking_from_confirmation_to_payment(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.hired(client, worker, 100)
    assert await deals.refused(start_booking, worker, made.id) == "gigs.booking_moved"
    assert await deals.refused(complete_booking, client, made.id) == "gigs.booking_moved"
    assert (await deals.hall.run(confirm_booking, worker, made.id)).status == "confirmed"
    assert (await deals.hall.run(confirm_booking, worker, made.id)).status == "confirmed"
    assert await deals.states(made.agreement.id) == ("active", "in_progress")
    assert (await deals.hall.run(start_booking, worker, made.id)).status == "in_progress"
    assert (await deals.hall.run(start_booking, worker, made.id)).status == "in_progress"
    given = await deals.hall.run(deliver_booking, worker, made.id, DONE)
    assert (given.status, given.delivered_at is not None, len(given.deliveries)) == ("in_progress", True, 1)
    assert (await deals.hall.run(deliver_booking, worker, made.id, DONE)).deliveries == given.deliveries
    assert await deals.states(made.agreement.id) == ("pending_review", "delivered")
    back = await deals.hall.run(ask_booking_revision, client, made.id, AskRevision(reason="Once more."))
    assert (back.delivered_at, await deals.states(made.agreement.id)) == (None, ("active", "in_progress"))
    assert await deals.refused(ask_booking_revision, client, made.id, AskRevision(reason="x")) == "gigs.not_delivered"
    await deals.hall.run(deliver_work, worker, made.agreement.id, DeliverWork(notes="Once more, as asked."))
    await deals.hall.run(ask_revision, client, made.agreement.id, AskRevisionOf(reason="And again."))
    await deals.hall.run(deliver_booking, worker, made.id, DONE)
    done = await deals.hall.run(complete_booking, client, made.id)
    assert (done.status, done.escrow.status, await deals.earned(worker)) == ("completed", "released", 90)
    assert (await deals.hall.run(complete_booking, client, made.id)).status == "completed"
    assert await deals.states(made.agreement.id) == ("completed", "completed")
    told = await finished(await deals.hall.read(), "booking", made.id)
    assert told is not None
    assert (told.kind, told.host_or_worker_id, told.others) == ("booking", worker.account_id, (client.account_id,))
    assert [one.kind for one in await find_contested(await deals.hall.read(), client.account_id, booking_id=made.id)] == ["booking"]
    assert await deals.refused(cancel_booking, worker, made.id, NO_REASON) == "gigs.agreement_moved"
    await deals.hall.verify()


async def test_it_is_paid_by_itself(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.hired(client, worker, 100)
    await deals.hall.run(confirm_booking, worker, made.id)
    await deals.hall.run(deliver_booking, worker, made.id, DONE)
    await deals.hall.advance(14 * DAY + HOUR)
    assert ((await booking_view(await deals.hall.read(), made.id, STAFF)).status, await deals.earned(worker)) == ("completed", 90)
    await deals.hall.verify()


async def test_too_little_is_said_and_funded_later(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=99)
    made = await deals.hired(client, worker, 100)
    assert (made.booking.status, made.escrow.status, await deals.held(client)) == ("pending", "pending_funding", 0)
    assert await deals.refused(confirm_booking, worker, made.id) == "gigs.not_funded"
    assert await deals.refused(fund_booking, client, made.id) == "ledger.insufficient"
    assert await deals.refused(fund_booking, worker, made.id) == "gigs.client_only"
    await deals.give(client, 1)
    assert (await deals.hall.run(fund_booking, client, made.id)).escrow.status == "held"
    await deals.hall.run(confirm_booking, worker, made.id)
    await deals.hall.verify()


async def test_nobody_confirms_and_it_comes_to_nothing(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    start = await deals.start_in(20)
    made = await deals.hired(client, worker, 100, starts_at=start, ends_at=start + HOUR)
    assert await deals.busy(worker) == 1
    await deals.hall.advance(7 * DAY + HOUR)
    assert (await booking_view(await deals.hall.read(), made.id, STAFF)).status == "cancelled"
    assert (await deals.busy(worker), await deals.held(client), await deals.spendable(client)) == (0, 0, 100)
    assert (await deals.states(made.agreement.id), await deals.bid_state(made.agreement.bid_id)) == (("cancelled", "open"), "pending")
    await deals.hall.verify()


async def test_a_booked_time_is_the_workers_and_moves_with_the_booking(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=300)
    start = await deals.start_in(5)
    made = await deals.hired(client, worker, 100, starts_at=start, ends_at=start + 2 * HOUR)
    assert (await deals.busy(worker), await deals.busy(client)) == (1, 0)
    posted = await deals.project(client)
    await deals.bid(worker, posted.id, amount=50)
    again = msgspec.convert({"projectId": posted.id, "workerId": worker.account_id, "agreedAmount": 50}, BookWorker, strict=False)
    clash = msgspec.structs.replace(again, starts_at=start + HOUR, ends_at=start + 3 * HOUR)
    assert await deals.refused(book_worker, client, clash) == "calendar.busy"
    assert (await deals.project_state(posted.id), await deals.held(client)) == ("open", 100)
    later = ChangeBooking(starts_at=start + 5 * HOUR, ends_at=start + 6 * HOUR, notes="The side door is open.")
    assert (await deals.hall.run(change_booking, client, made.id, later)).notes == "The side door is open."
    assert (await deals.hall.run(book_worker, client, clash)).booking.status == "pending"
    assert await deals.refused(change_booking, worker, made.id, later) == "gigs.client_only"
    await deals.hall.run(confirm_booking, worker, made.id)
    assert await deals.refused(change_booking, client, made.id, later) == "gigs.booking_moved"
    assert await deals.busy(worker) == 2
    assert (await deals.hall.run(cancel_booking, client, made.id, CallOff(reason="No film."))).status == "cancelled"
    assert await deals.busy(worker) == 1
    await deals.hall.verify()


async def test_what_cannot_be_booked(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=300)
    posted = await deals.project(client)
    start = await deals.start_in(5)

    def body(**changes: Any) -> BookWorker:
        return msgspec.convert(
            {"projectId": posted.id, "workerId": worker.account_id, "agreedAmount": 100, **changes}, BookWorker, strict=False
        )

    assert await deals.refused(book_worker, client, body()) == "gigs.bid_not_found"
    bid = await deals.bid(worker, posted.id, amount=100)
    assert await deals.refused(book_worker, client, body(agreedAmount=99)) == "gigs.amount_differs_from_bid"
    for starts_at, ends_at in ((start, None), (None, start), (start, start), (start - 30 * DAY, start)):
        body_ = msgspec.structs.replace(body(), starts_at=starts_at, ends_at=ends_at)
        assert await deals.refused(book_worker, client, body_) == "gigs.time_passed"
    assert await deals.refused(book_worker, await deals.person(), body()) == "gigs.bid_not_found"
    assert (await deals.bid_state(bid.id), await deals.held(client)) == ("pending", 0)
    hourly = await deals.project(client, budget=None, pricing="hourly")
    await deals.bid(worker, hourly.id, hourlyRate=30)
    assert await deals.refused(book_worker, client, body(projectId=hourly.id)) == "gigs.hourly_bid"
    await deals.hall.run(accept_bid, client, bid.id, AcceptBid())
    assert await deals.refused(book_worker, client, body()) == "gigs.booking_not_found"


async def test_a_booking_is_read_by_its_sides(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.hired(client, worker, 100)
    other, read = await deals.person(), await deals.hall.read()
    for verb in (confirm_booking, start_booking, complete_booking):
        assert await deals.refused(verb, other, made.id) == "gigs.agreement_not_found"
        assert await deals.refused(verb, client, ids.new()) == "gigs.booking_not_found"
    assert await deals.refused(confirm_booking, client, made.id) == "gigs.worker_only"
    assert await deals.refused(change_terms, client, made.agreement.id, ChangeTerms(scope="x"), Match(None).check) == "gigs.terms_bound"
    with pytest.raises(BookingNotFound):
        await booking_view(read, made.id, other)
    for who, query, count in (
        (client, EngagementQuery(), 1), (worker, EngagementQuery(role="worker"), 1), (other, EngagementQuery(), 0),
        (client, EngagementQuery(status=["completed"]), 0), (STAFF, EngagementQuery(project_id=made.booking.project_id), 1),
    ):  # fmt: skip
        assert len((await bookings(read, who, query)).items) == count


async def test_the_client_answers_before_calling_off(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.hired(client, worker, 100)
    await deals.hall.run(confirm_booking, worker, made.id)
    await deals.hall.run(deliver_booking, worker, made.id, DONE)
    assert await deals.refused(cancel_booking, client, made.id, NO_REASON) == "gigs.delivery_pending"
    assert (await deals.hall.run(cancel_booking, worker, made.id, NO_REASON)).status == "cancelled"
    assert await deals.spendable(client) == 100
    await deals.hall.advance(timedelta(days=20))
    assert await deals.earned(worker) == 0
    await deals.hall.verify()
