"""Group sessions with every context behind them: seats, the line, credits, calendars, mails."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from skillhall.calendar.api import Busy
from skillhall.disputes.model.refusals import NothingHeld, PaymentUnnamed
from skillhall.identity.api import AccountNotFound
from skillhall.identity.commands.suspend import suspend
from skillhall.identity.schemas.bodies import Suspend
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import credits as credit
from skillhall.kernel.refusals import Invalid, Refusal
from skillhall.kernel.shapes import Subject
from skillhall.learning.commands.adopt import adopt
from skillhall.learning.commands.book import Book, book
from skillhall.learning.commands.cancel import cancel, give_up_seat
from skillhall.learning.commands.confirm import confirm
from skillhall.learning.commands.end import end
from skillhall.learning.commands.interrupt import interrupt
from skillhall.learning.commands.join import join
from skillhall.learning.commands.personal_data import LearningData, LearningObligations
from skillhall.learning.commands.reason import Reason
from skillhall.learning.commands.report_no_show import report_no_show
from skillhall.learning.commands.reschedule import Reschedule, accept_proposal, propose
from skillhall.learning.commands.start import start
from skillhall.learning.commands.take_seat import TakeSeat, take_seat
from skillhall.learning.model import refusals
from skillhall.learning.model.history import GroupHistory, Step
from skillhall.learning.model.states import Kind
from skillhall.learning.queries.presence import attendance
from skillhall.learning.queries.session import session_view
from skillhall.learning.queries.sessions import OpenQuery, SessionQuery, history, open_groups, own_sessions, upcoming
from skillhall.learning.queries.statistics import statistics
from skillhall.learning.store import offers
from skillhall.ledger.api import Insufficient, Transfer, opening, post
from skillhall.ledger.api import adopt as adopt_books
from tests.disputes.builders import Court
from tests.learning.builders import DAY, HOUR, MINUTE, STAFF, People

NO_REASON = Reason()
STRICT = Actor(account_id=ids.new(), roles=frozenset({"super_admin"}), permissions=frozenset({"account.suspend", "account.ban"}))


async def fund(people: People, who: Actor, amount: int) -> None:
    transfer = Transfer(id=ids.new(), kind="opening", subject=Subject("test", who.account_id), lines=opening(who.account_id, wallet=amount))
    await people.hall.work(post, transfer)


async def block(people: People, one: Actor, other: Actor) -> None:
    await people.hall.pool.execute(
        "INSERT INTO identity.block (account_id, blocked_id, blocked_at) VALUES ($1, $2, now())", one.account_id, other.account_id
    )


async def test_a_host_opens_a_group_once(people: People) -> None:
    hall, host = people.hall, await people.host()
    offer, at = await people.offer(host, 31), await people.start_in(7)
    body = Book(kind=Kind.GROUP, offer_id=offer.id, starts_at=at, seats=3)
    session = await hall.run(book, host, body)
    assert (session.kind, session.status, session.capacity, session.taken, session.waiting) == ("group", "scheduled", 3, 0, 0)
    assert (session.seats, session.my_seat, session.learner) == ([], None, None)
    assert (await hall.run(book, host, body)).id == session.id
    with pytest.raises(Busy):
        await hall.run(book, host, msgspec.structs.replace(body, seats=4))
    with pytest.raises(Busy):
        await hall.run(book, host, msgspec.structs.replace(body, starts_at=at + 30 * MINUTE))
    assert await people.busy(host) == 1
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.event WHERE type = 'learning.session_opened'") == 1
    await hall.verify()


async def test_a_group_that_cannot_be(people: People) -> None:
    hall, host, other = people.hall, await people.host(), await people.person(wallet=31)
    offer, at = await people.offer(host, 31), await people.start_in(7)
    wrong: list[tuple[Actor, dict[str, Any], type[Refusal]]] = [
        (other, {}, refusals.HostOnly),
        (host, {"starts_at": await people.now()}, refusals.TooSoon),
        (host, {"starts_at": at + 366 * DAY}, refusals.TooFarAhead),
        (host, {"price": credit(30)}, refusals.PriceChanged),
        (host, {"seats": None}, Invalid),
        (host, {"seats": 501}, Invalid),
        (host, {"offer_id": ids.new()}, refusals.OfferNotFound),
    ]
    for by, change, refusal in wrong:
        body = msgspec.structs.replace(Book(kind=Kind.GROUP, offer_id=offer.id, starts_at=at, seats=3), **change)
        with pytest.raises(refusal):
            await hall.run(book, by, body)
    assert await hall.pool.fetchval("SELECT count(*) FROM learning.session") == 0


async def test_seats_are_taken_paid_and_left(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, (one, two, three) = await people.filled(host, 2, 1)
    assert await people.seats(session.id) == [("confirmed", "held"), ("confirmed", "held"), ("waiting", "none")]
    assert (await people.held(one), await people.held(three), await people.busy(three)) == (31, 0, 0)
    again = await people.seat(one, session.id)
    assert (again.taken, again.waiting, again.my_seat and again.my_seat.round) == (2, 1, 1)
    assert [seat.account_id for seat in again.seats] == [one.account_id]
    left = await hall.run(give_up_seat, two, session.id)
    assert left.my_seat
    assert (left.my_seat.status, left.my_seat.settlement, left.my_seat.closed_as) == ("cancelled", "refunded", "left")
    assert await people.busy(two) == 0
    await hall.verify()
    await hall.drain()
    assert await people.seats(session.id) == [("confirmed", "held"), ("cancelled", "refunded"), ("confirmed", "held")]
    assert (await people.spendable(two), await people.held(three), await people.busy(three)) == (62, 31, 1)
    assert await people.mails(three) == ["You have a seat"]
    assert await people.mails(one) == ["Seat taken"]
    assert (await hall.run(give_up_seat, two, session.id)).my_seat == left.my_seat
    await hall.verify()


async def test_a_seat_that_is_refused(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=30)
    session, _ = await people.filled(host, 1)
    open_one, alone = await people.group(host, 2, days=8), await people.booked(host, await people.person(wallet=31), days=9)
    cases: list[tuple[Actor, Any, TakeSeat, type[Refusal]]] = [
        (host, open_one.id, TakeSeat(), refusals.OwnOffer),
        (learner, open_one.id, TakeSeat(), Insufficient),
        (learner, open_one.id, TakeSeat(price=credit(30)), refusals.PriceChanged),
        (learner, session.id, TakeSeat(), refusals.SessionFull),
        (learner, alone.id, TakeSeat(), refusals.SessionNotFound),
        (learner, ids.new(), TakeSeat(), refusals.SessionNotFound),
    ]
    for by, session_id, body, refusal in cases:
        with pytest.raises(refusal):
            await hall.run(take_seat, by, session_id, body)
    busy = await people.person(wallet=62)
    await people.booked(await people.host(), busy, days=8)
    with pytest.raises(Busy):
        await people.seat(busy, open_one.id)
    stranger = await people.person(wallet=62)
    await block(people, stranger, host)
    with pytest.raises(AccountNotFound):
        await people.seat(stranger, open_one.id)
    with pytest.raises(refusals.SessionNotFound):
        await session_view(await hall.read(), open_one.id, stranger)
    await people.until(datetime.fromisoformat(session.starts_at))
    with pytest.raises(refusals.TooLate):
        await people.seat(learner, session.id)
    assert (await people.held(learner), await people.busy(learner)) == (0, 0)
    await hall.verify()


async def test_booking_the_time_of_a_group_takes_a_seat_in_it(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=31)
    session = await people.group(host, 2)
    body = Book(offer_id=session.offer.id, starts_at=datetime.fromisoformat(session.starts_at), price=credit(31))
    taken = await hall.run(book, learner, body)
    assert (taken.id, taken.taken, taken.my_seat and taken.my_seat.status) == (session.id, 1, "confirmed")
    with pytest.raises(refusals.OwnOffer):
        await hall.run(book, host, body)
    with pytest.raises(refusals.PriceChanged):
        await hall.run(book, await people.person(), msgspec.structs.replace(body, price=credit(1)))


async def test_late_leaving_pays_the_host_and_a_new_round_keeps_the_sum(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, (learner, other) = await people.filled(host, 2)
    await people.until(datetime.fromisoformat(session.starts_at) - 3 * HOUR)
    left = await hall.run(cancel, learner, session.id, NO_REASON)
    assert left.status == "scheduled"
    assert left.my_seat
    assert (left.my_seat.settlement, left.my_seat.paid_to_host and left.my_seat.paid_to_host.amount) == ("split", 14)
    assert (await people.earned(host), await people.spendable(learner)) == (14, 47)
    back = await people.seat(learner, session.id)
    assert back.my_seat
    assert (back.my_seat.round, back.my_seat.settlement, back.my_seat.paid_earlier) == (
        2,
        "held",
        msgspec.structs.replace(session.price, amount=15),
    )
    assert (await people.held(learner), await people.busy(learner)) == (31, 1)
    await hall.verify()
    await people.until(datetime.fromisoformat(session.starts_at))
    for person in (learner, other):
        await hall.run(join, person, session.id)
    await hall.run(start, host, session.id)
    await hall.advance(HOUR)
    await hall.run(end, host, session.id)
    for person in (learner, other):
        await hall.run(confirm, person, session.id)
    read = await hall.read()
    figures, own = await statistics(read, host.account_id), await statistics(read, learner.account_id)
    assert (figures.as_host.credits.amount, figures.as_host.minutes, figures.as_host.people) == (14 + 28 + 28, 60, 2)
    assert (own.as_learner.credits.amount, own.as_learner.completed) == (15 + 31, 1)
    assert await people.earned(host) == 70
    await hall.verify()


async def test_a_seat_is_not_taken_and_left_for_ever(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person()
    session = await people.group(host, 1, price=0)
    for _ in range(20):
        await people.seat(learner, session.id)
        await hall.run(give_up_seat, learner, session.id)
    with pytest.raises(refusals.TooManyRounds):
        await people.seat(learner, session.id)
    await hall.verify()


async def test_the_line_is_kept_and_who_cannot_is_passed_over(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, learners = await people.filled(host, 1)
    short = [await people.person(name="Short") for _ in range(7)]
    busy, blocked, able, last = [await people.person(wallet=62) for _ in range(4)]
    for waiter in (*short, busy, blocked, able, last):
        await people.seat(waiter, session.id, can_wait=True)
    await people.booked(await people.host(), busy)
    await block(people, host, blocked)
    view = await session_view(await hall.read(), session.id, last)
    assert (view.waiting, view.my_seat and view.my_seat.position) == (11, 11)
    await hall.run(give_up_seat, learners[0], session.id)
    with pytest.raises(refusals.SessionFull):
        await people.seat(await people.person(wallet=31), session.id)
    with pytest.raises(refusals.SessionFull):
        await people.seat(able, session.id)
    await hall.drain()
    view = await session_view(await hall.read(), session.id, host)
    assert {seat.account_id for seat in view.seats if seat.status == "confirmed"} == {able.account_id}
    assert (view.taken, view.waiting) == (1, 10)
    assert [seat.position for seat in view.seats if seat.account_id == last.account_id] == [10]
    assert [await people.held(waiter) for waiter in (busy, blocked, able, last)] == [31, 0, 31, 0]
    await hall.verify()


async def test_who_could_not_pay_is_tried_again_a_minute_later(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, (first,) = await people.filled(host, 1)
    short = await people.person()
    await people.seat(short, session.id, can_wait=True)
    await hall.run(give_up_seat, first, session.id)
    await hall.drain()
    row = await hall.pool.fetchrow("SELECT fill_at, fill_after, taken, waiting FROM learning.session WHERE id = $1", session.id)
    assert row
    assert MINUTE > row["fill_at"] - await people.now() > 50 * timedelta(seconds=1)
    assert (row["fill_after"], row["taken"], row["waiting"]) == (None, 0, 1)
    rich = await people.person(wallet=31)
    assert (await people.seat(rich, session.id, can_wait=True)).waiting == 2
    await hall.drain()
    assert await people.held(rich) == 31
    await hall.run(give_up_seat, rich, session.id)
    await hall.drain()
    await fund(people, short, 31)
    await hall.advance(2 * MINUTE)
    assert await people.held(short) == 31
    await hall.verify()


async def test_who_cannot_pay_is_offered_the_seat_when_a_day_is_left(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, (first,) = await people.filled(host, 1)
    short = await people.person()
    await people.seat(short, session.id, can_wait=True)
    await hall.run(give_up_seat, first, session.id)
    at = datetime.fromisoformat(session.starts_at)
    await people.until(at - 23 * HOUR)
    until = await hall.pool.fetchval("SELECT offered_until FROM learning.seat WHERE account_id = $1", short.account_id)
    assert timedelta() <= until - (at - 22 * HOUR) < MINUTE
    with pytest.raises(Insufficient):
        await people.seat(short, session.id)
    await hall.verify()


async def test_near_the_start_a_seat_is_offered_not_charged(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, (one, two, three) = await people.filled(host, 1, 2)
    at = datetime.fromisoformat(session.starts_at)
    await people.until(at - 10 * HOUR)
    await hall.run(give_up_seat, one, session.id)
    await hall.drain()
    assert await people.seats(session.id) == [("cancelled", "split"), ("offered", "none"), ("waiting", "none")]
    view = await session_view(await hall.read(), session.id, two)
    assert view.my_seat
    assert view.my_seat.offered_until
    assert (view.taken, view.waiting, view.my_seat.position) == (1, 1, None)
    assert timedelta(0) < datetime.fromisoformat(view.my_seat.offered_until) - (at - 10 * HOUR) < 2 * HOUR + MINUTE
    assert await people.mails(two) == ["A seat is kept for you"]
    with pytest.raises(refusals.SessionFull):
        await people.seat(one, session.id)
    await hall.verify()
    await hall.advance(2 * HOUR)
    assert await people.seats(session.id) == [("cancelled", "split"), ("expired", "none"), ("offered", "none")]
    assert await people.mails(two) == ["A seat is kept for you", "No seat"]
    taken = await people.seat(three, session.id)
    assert taken.my_seat
    assert (taken.my_seat.status, taken.my_seat.settlement, taken.my_seat.round) == ("confirmed", "held", 1)
    assert (await people.held(three), await people.busy(three), await people.busy(two)) == (31, 1, 0)
    await people.seat(two, session.id, can_wait=True)
    await hall.verify()
    await people.until(at)
    assert (await people.seats(session.id))[1] == ("expired", "none")
    await hall.verify()
    row = await hall.pool.fetchrow("SELECT round, closed_as FROM learning.seat WHERE account_id = $1", two.account_id)
    assert row
    assert tuple(row) == (2, "unfilled")


async def test_the_host_cancels_and_everybody_gets_everything_back(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, learners = await people.filled(host, 3, 2)
    await people.until(datetime.fromisoformat(session.starts_at) - HOUR)
    before = await hall.pool.fetchval("SELECT count(*) FROM ledger.transfer")
    ended = await hall.run(cancel, host, session.id, Reason(reason="I have fallen ill."))
    assert (ended.status, ended.taken, ended.waiting) == ("cancelled", 0, 0)
    assert await hall.pool.fetchval("SELECT count(*) FROM ledger.transfer") == before + 1
    assert [await people.spendable(learner) for learner in learners] == [62] * 5
    assert [await people.busy(person) for person in (host, *learners)] == [0] * 6
    assert [await people.mails(learner) for learner in learners[2:4]] == [
        ["Seat taken", "Reminder", "Lesson cancelled"],
        ["Lesson cancelled"],
    ]
    await hall.verify()


async def test_the_host_moves_a_group(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, (one, two, busy, waiter) = await people.filled(host, 3, 1)
    later = await people.start_in(9)
    await people.booked(await people.host(), busy, days=9)
    with pytest.raises(refusals.HostOnly):
        await hall.run(propose, one, session.id, Reschedule(starts_at=later))
    moved = await hall.run(propose, host, session.id, Reschedule(starts_at=later, reason="The hall is closed."))
    assert (datetime.fromisoformat(moved.starts_at), moved.rescheduling, moved.taken) == (later, None, 2)
    assert [(move.by, move.from_starts_at, move.starts_at, move.reason) for move in moved.moves] == [
        (host.account_id, session.starts_at, moved.starts_at, "The hall is closed.")
    ]
    assert (await session_view(await hall.read(), session.id, one)).moves == moved.moves
    assert (await session_view(await hall.read(), session.id, await people.person())).moves == []
    assert (await people.seats(session.id))[2] == ("cancelled", "refunded")
    assert (await people.held(busy), await people.busy(busy), await people.busy(one)) == (31, 1, 1)
    await hall.verify()
    await hall.drain()
    assert (await people.seats(session.id))[3] == ("confirmed", "held")
    assert sorted(await people.mails(one)) == ["Lesson moved", "Seat taken"]
    assert sorted(await people.mails(busy)) == ["Lesson requested", "No seat"]  # their seat was gone before they were written of it
    assert "Lesson moved" in await people.mails(waiter)
    assert "Lesson moved" not in await people.mails(host)
    await people.until(later - HOUR)
    left = await hall.run(give_up_seat, two, session.id)
    assert left.my_seat
    assert (left.my_seat.settlement, await people.spendable(two)) == ("refunded", 62)
    back = await people.seat(two, session.id)
    assert back.my_seat
    again = await hall.run(give_up_seat, two, session.id)
    assert again.my_seat
    assert again.my_seat.settlement == "split"
    with pytest.raises(refusals.NoProposal):
        await hall.run(accept_proposal, one, session.id)
    await hall.verify()


async def test_who_was_early_is_not_taken_as_present_at_another_time(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, (early, _) = await people.filled(host, 2)
    await people.until(datetime.fromisoformat(session.starts_at) - 5 * MINUTE)
    await hall.run(join, early, session.id)
    await hall.run(join, host, session.id)
    moved = await hall.run(propose, host, session.id, Reschedule(starts_at=await people.now() + HOUR))
    assert [seat.status for seat in moved.seats] == ["confirmed", "confirmed"]
    await people.until(datetime.fromisoformat(moved.starts_at) + 20 * MINUTE)
    await hall.run(join, early, session.id)
    await hall.run(start, host, session.id)
    await hall.advance(10 * MINUTE)
    shown = await attendance(await hall.read(), host, session.id)
    assert [(one.account_id, one.is_present, one.minutes_present) for one in shown.people if one.times_entered] == [
        (host.account_id, True, 10),
        (early.account_id, True, 10),
    ]
    await hall.verify()


async def test_a_move_that_is_refused(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, _ = await people.filled(host, 1)
    other = await people.group(host, 1, days=9)
    for at, refusal in (
        (datetime.fromisoformat(other.starts_at), Busy),
        (await people.now(), refusals.TooSoon),
        (await people.now() + 366 * DAY, refusals.TooFarAhead),
    ):
        with pytest.raises(refusal):
            await hall.run(propose, host, session.id, Reschedule(starts_at=at))
    same = await hall.run(propose, host, session.id, Reschedule(starts_at=datetime.fromisoformat(session.starts_at)))
    assert same.starts_at == session.starts_at
    await people.until(datetime.fromisoformat(session.starts_at) + MINUTE)
    with pytest.raises(refusals.TooLate):
        await hall.run(propose, host, session.id, Reschedule(starts_at=await people.now() + DAY))
    await hall.verify()


async def test_who_came_who_did_not_and_who_objects(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, (came, late, _, waiter) = await people.filled(host, 3, 1)
    await people.until(datetime.fromisoformat(session.starts_at) - 5 * MINUTE)
    with pytest.raises(refusals.NotSeated):
        await hall.run(join, waiter, session.id)
    await hall.run(join, came, session.id)
    await hall.run(start, host, session.id)
    with pytest.raises(refusals.HostOnly):
        await hall.run(interrupt, came, session.id)
    with pytest.raises(refusals.SessionMoved):
        await hall.run(give_up_seat, came, session.id)
    await hall.advance(25 * MINUTE)
    await hall.run(join, late, session.id)
    claimed = await hall.run(report_no_show, host, session.id)
    assert (claimed.status, [seat.status for seat in claimed.seats]) == ("in_progress", ["joined", "joined", "no_show", "expired"])
    assert await hall.run(report_no_show, host, session.id) == claimed
    court = Court(people)
    with pytest.raises(PaymentUnnamed):
        await court.report(host, session.id)
    with pytest.raises(NothingHeld):
        await court.report(host, session.id, seat_id=ids.new())
    with pytest.raises(NothingHeld):
        await court.report(came, session.id, account_id=late.account_id)
    await court.report(host, session.id, account_id=came.account_id)
    await hall.run(end, host, session.id)
    own = await court.report(late, session.id)
    assert own.my_seat
    assert (own.my_seat.settlement, own.my_seat.problem) == ("frozen", "no sound")
    assert [settlement for _, settlement in await people.seats(session.id)] == ["frozen", "frozen", "held", "none"]
    await hall.verify()
    await court.settle(session.id, 10_000, late, host)
    assert [settlement for _, settlement in await people.seats(session.id)] == ["frozen", "settled", "held", "none"]
    await court.settle(session.id, 0)
    await hall.advance(timedelta(hours=50))
    assert [settlement for _, settlement in await people.seats(session.id)] == ["refunded", "settled", "settled", "none"]
    assert await people.earned(host) == 56
    assert "No seat" in await people.mails(waiter)
    await hall.verify()


async def test_groups_without_host_or_learners(people: People) -> None:
    hall, host = people.hall, await people.host()
    nobody, (full, (one, two)) = await people.group(host, 2, hour=6), await people.filled(host, 2, hour=10)
    await people.until(datetime.fromisoformat(nobody.starts_at))
    with pytest.raises(refusals.NobodySeated):
        await hall.run(start, host, nobody.id)
    await people.until(datetime.fromisoformat(full.starts_at) + 29 * MINUTE)
    await hall.run(join, one, full.id)
    await hall.advance(MINUTE)
    rows = await hall.pool.fetch("SELECT id, state FROM learning.session")
    assert {row["id"]: row["state"] for row in rows} == {nobody.id: "expired", full.id: "no_show_host"}
    assert [await people.spendable(learner) for learner in (one, two)] == [62, 62]
    assert "Lesson request expired" in await people.mails(host)
    await hall.verify()


async def test_a_group_that_breaks_off_is_moved_or_given_back(people: People) -> None:
    hall, host = people.hall, await people.host()
    for is_moved in (True, False):
        session, (came, missing) = await people.filled(host, 2)
        await people.until(datetime.fromisoformat(session.starts_at))
        await hall.run(join, came, session.id)
        await hall.run(start, host, session.id)
        await hall.advance(16 * MINUTE)
        await hall.run(report_no_show, host, session.id)
        assert (await hall.run(interrupt, host, session.id)).status == "interrupted"
        if is_moved:
            moved = await hall.run(propose, host, session.id, Reschedule(starts_at=await people.now() + DAY))
            assert (moved.status, [seat.status for seat in moved.seats]) == ("scheduled", ["confirmed", "confirmed"])
            await hall.run(cancel, host, session.id, NO_REASON)
        else:
            await hall.run(give_up_seat, came, session.id)
            await hall.advance(49 * HOUR)
        assert [settlement for _, settlement in await people.seats(session.id)] == ["refunded", "refunded"]
        assert [await people.spendable(learner) for learner in (came, missing)] == [62, 62]
        await hall.verify()


async def test_a_suspended_learner_loses_the_seat_and_a_suspended_host_the_session(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, (one, two, three) = await people.filled(host, 2, 1)
    await hall.run(suspend, STRICT, one.account_id, Suspend(reason="a complaint"))
    await hall.drain()
    assert await people.seats(session.id) == [("cancelled", "refunded"), ("confirmed", "held"), ("confirmed", "held")]
    assert (await people.spendable(one), await people.busy(one)) == (62, 0)
    await hall.verify()
    await hall.run(suspend, STRICT, host.account_id, Suspend(reason="a complaint"))
    await hall.drain()
    assert [await people.spendable(learner) for learner in (one, two, three)] == [62, 62, 62]
    assert await hall.pool.fetchval("SELECT closed_as FROM learning.session WHERE id = $1", session.id) == "suspended"
    await hall.verify()


async def test_who_sees_what_of_a_group(people: People) -> None:
    hall, host = people.hall, await people.host("Hana Host")
    session, (one, two, _) = await people.filled(host, 2, 1)
    free = await people.group(host, 2, price=5, days=5)
    stranger, read = await people.person(), await hall.read()
    seen = await session_view(read, session.id, stranger)
    assert (seen.seats, seen.my_seat, seen.taken, seen.waiting) == ([], None, 2, 1)
    assert len((await session_view(read, session.id, STAFF)).seats) == 3
    assert [seat.account_id for seat in (await session_view(read, session.id, two)).seats] == [two.account_id]
    found = await open_groups(read, stranger, OpenQuery())
    assert [card.id for card in found.items] == [free.id, session.id]
    for query, count in (
        (OpenQuery(has_seat=True), 1), (OpenQuery(max_price=5), 1), (OpenQuery(host_id=host.account_id), 2),
        (OpenQuery(search="guitar"), 2),
        (OpenQuery(host_id=host.profile_id, skill_id=session.skill.id), 2), (OpenQuery(offer_id=free.offer.id), 1),
        (OpenQuery(from_=datetime.fromisoformat(session.starts_at)), 1), (OpenQuery(to=datetime.fromisoformat(session.starts_at)), 1),
        (OpenQuery(skill_id=ids.new()), 0),
    ):  # fmt: skip
        assert len((await open_groups(read, stranger, query)).items) == count, query
    await hall.run(give_up_seat, one, session.id)
    for query, count in ((upcoming, 0), (own_sessions, 1), (history, 0)):
        assert len((await query(read, one, SessionQuery())).items) == count
    await block(people, host, stranger)
    assert (await open_groups(read, stranger, OpenQuery())).items == []
    await people.until(datetime.fromisoformat(session.starts_at))
    read = await hall.read()
    assert (await open_groups(read, two, OpenQuery())).items == []
    with pytest.raises(refusals.SessionNotFound):
        await session_view(read, session.id, await people.person())


async def test_what_a_learner_of_groups_takes_along_and_owes(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, (one, waiter) = await people.filled(host, 1, 1)
    await hall.run(propose, host, session.id, Reschedule(starts_at=await people.start_in(9), reason="My own words."))
    read = await hall.read()
    for person, kind in ((one, "learning.seat"), (waiter, "learning.seat"), (host, "learning.session")):
        assert [(found.kind, found.count) for found in await LearningObligations().obligations(read, person.account_id)] == [(kind, 1)]
    data = LearningData()
    exported = await data.export(read, waiter.account_id)
    assert msgspec.json.encode(exported["seats"]).count(b'"waiting"') == 1
    assert b"My own words." in msgspec.json.encode(await data.export(read, host.account_id))
    await hall.run(cancel, host, session.id, NO_REASON)
    while not await hall.work(data.erase, host.account_id, "Former member", 1):
        pass
    assert b"My own words." not in msgspec.json.encode(await data.export(await hall.read(), host.account_id))
    await hall.verify()


async def test_a_group_that_was_held_elsewhere_is_adopted(people: People) -> None:
    hall, host = people.hall, await people.host()
    one, two, three = [await people.person(wallet=62) for _ in range(3)]
    offer = await people.offer(host, 31)
    sold = await hall.work(offers.offer, offer.id)
    past, ahead, now = await people.now() - 10 * DAY, await people.start_in(5), await people.now()
    took = [
        Step(past - 4 * DAY + index * MINUTE, "wait", who.account_id, profile_id=who.profile_id) for index, who in enumerate((one, two))
    ]
    held = (
        *took, Step(past - 3 * DAY, "leave", one.account_id), Step(past, "join", host.account_id), Step(past, "join", two.account_id),
        Step(past, "start", host.account_id), Step(past + HOUR, "end", host.account_id), Step(past + HOUR, "confirm", two.account_id),
    )  # fmt: skip
    waits = [
        Step(now - DAY + index * MINUTE, "wait", who.account_id, profile_id=who.profile_id) for index, who in enumerate((one, three, two))
    ]
    histories = [
        GroupHistory(session_id=ids.new(), offer=sold, seats=1, starts_at=past, booked_at=past - 5 * DAY, steps=held),
        GroupHistory(session_id=ids.new(), offer=sold, seats=2, starts_at=ahead, booked_at=now - 2 * DAY, steps=tuple(waits)),
    ]

    async def told(tx: Tx) -> None:
        moves = await adopt(tx, histories, now)
        await adopt_books(tx, moves.postings)

    await hall.work(told)
    await hall.verify()
    assert [await people.seats(history.session_id) for history in histories] == [
        [("cancelled", "refunded"), ("attended", "settled")],
        [("confirmed", "held"), ("confirmed", "held"), ("waiting", "none")],
    ]
    await hall.run(give_up_seat, one, histories[1].session_id)
    await hall.drain()
    assert (await people.held(two), await people.held(one), await people.earned(host)) == (31, 0, 28)
    await hall.verify()
