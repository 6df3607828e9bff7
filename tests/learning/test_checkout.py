"""The rules of a price in money: kept until it is paid, paid once, given back, taken back from outside."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from skillhall.kernel import ids
from skillhall.kernel.money import Money
from skillhall.kernel.money import credits as credit
from skillhall.learning import events
from skillhall.learning.model import booking, checkout, meeting, moving, paying, refusals, seating
from skillhall.learning.model.facts import facts
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.posting import posting
from skillhall.learning.model.prices import money_of, written
from skillhall.learning.model.states import ClosedAs, SeatState, SessionState, Settlement
from tests.learning.test_model import HOST, HOUR, LEARNER, MINUTE, NOW, START, TERMS, an_offer, refused

DAY = timedelta(days=1)
ONE, TWO, THREE = [ids.new() for _ in range(3)]
PAY = 15 * MINUTE


def booked(price: int = 2500, *, is_instant: bool = False) -> Lesson:
    offer = replace(an_offer(price, is_instant=is_instant), asset="EUR")
    return booking.booked(offer, LEARNER, ids.new(), START, "room", TERMS, NOW)


def group(*learners: UUID, seats: int = 2) -> Lesson:
    lesson = booking.opened(replace(an_offer(2500), asset="EUR"), seats, START, "room", TERMS, NOW)
    for learner in learners:
        lesson = seating.awaited(lesson, seating.seated(lesson, learner, ids.new(), None, NOW, can_wait=True), NOW)
    return lesson


def pay(lesson: Lesson, by: UUID = LEARNER, now: timedelta = MINUTE) -> Lesson:
    return checkout.paid(lesson, checkout.owed(lesson, by, NOW + now), NOW + now)


def told(before: Lesson | None, after: Lesson) -> list[str]:
    return [fact.name.partition(".")[2] for fact in facts(before, after)]


def stand(lesson: Lesson) -> list[str]:
    return [f"{seat.state} {seat.settlement}" for seat in lesson.seats]


def settled(price: int = 2500, gross_bp: int = 10_000) -> Lesson:
    lesson = meeting.joined(booking.accepted(pay(booked(price)), HOST, NOW + HOUR), LEARNER, START)
    lesson = meeting.ended(meeting.started(lesson, HOST, START), HOST, START + HOUR)
    lesson = paying.reported(lesson, LEARNER, "no sound", START + HOUR)
    return paying.ruled(lesson, lesson.seats[0].hold_id, gross_bp)


def test_the_host_hears_of_a_lesson_when_it_is_paid() -> None:
    asked = booked()
    assert (asked.session.state, asked.session.due_at, stand(asked)) == (SessionState.REQUESTED, NOW + PAY, ["awaiting_payment none"])
    assert (asked.session.terms.fee_min, asked.taken, told(None, asked)) == (0, 1, ["payment_awaited"])
    assert posting(None, asked) is None
    refused(refusals.NotPaidYet, booking.accepted, asked, HOST, NOW)
    paid = pay(asked)
    assert (paid.session.state, paid.session.due_at, stand(paid)) == (SessionState.REQUESTED, NOW + 48 * HOUR, ["requested held"])
    assert told(asked, paid) == ["session_requested"]
    assert stand(booking.accepted(paid, HOST, NOW + HOUR)) == ["confirmed held"]
    refused(refusals.NothingToPay, checkout.owed, paid, LEARNER, NOW)
    refused(refusals.SessionNotFound, checkout.owed, paid, ONE, NOW)
    instantly = pay(booked(is_instant=True))
    assert (instantly.session.state, stand(instantly)) == (SessionState.SCHEDULED, ["confirmed held"])
    assert told(booked(is_instant=True), instantly) == ["session_scheduled"]
    assert stand(booked(0)) == ["requested none"]


def test_who_does_not_pay_in_time_is_out_and_nobody_hears_of_it() -> None:
    asked = booked(is_instant=True)
    assert moving.passed(asked, NOW + PAY - MINUTE) is asked
    refused(refusals.NothingToPay, checkout.owed, asked, LEARNER, NOW + PAY)
    gone = moving.passed(asked, NOW + PAY)
    assert (gone.session.state, gone.session.due_at, stand(gone)) == (SessionState.EXPIRED, None, ["expired none"])
    assert (told(asked, gone), gone.seats[0].closed_as, gone.seats[0].pay_until) == (["seat_left"], ClosedAs.UNPAID, None)
    assert checkout.spoilt(gone, gone.seats[0], gone.seats[0].hold_id, NOW + PAY) == "unpaid"
    left = booking.cancelled(asked, LEARNER, None, NOW)
    assert (left.session.state, stand(left), told(asked, left)) == (SessionState.CANCELLED, ["cancelled none"], ["seat_left"])
    declined = booking.declined(asked, HOST, None, NOW)
    (fact,) = facts(asked, declined)
    assert isinstance(fact, events.SessionDeclined)
    assert (fact.learner_ids, fact.waiting_ids, stand(declined)) == ([], [LEARNER], ["cancelled none"])


def test_money_that_is_late_by_less_than_the_sweep_still_takes_the_seat() -> None:
    asked = booked()
    seat = asked.seats[0]
    assert checkout.spoilt(asked, seat, seat.hold_id, NOW + PAY + MINUTE) is None
    assert checkout.spoilt(asked, seat, ids.new(), NOW) == "no longer kept"
    assert checkout.spoilt(asked, seat, seat.hold_id, START) == "begun already"
    paid = pay(asked)
    assert checkout.spoilt(paid, paid.seats[0], seat.hold_id, NOW) == "no longer kept"


def test_seats_of_a_group_are_kept_for_their_payers_and_the_line_is_offered_what_they_leave() -> None:
    full = group(ONE, TWO, THREE)
    assert (stand(full), full.taken, full.session.due_at) == (["awaiting_payment none"] * 2 + ["waiting none"], 2, NOW + PAY)
    assert seating.seated(full, ONE, None, None, NOW) is full
    after = pay(full, ONE)
    assert (stand(after)[0], told(full, after)) == ("confirmed held", ["seat_taken"])
    lapsed = seating.awaited(after, moving.passed(after, NOW + PAY), NOW + PAY)
    assert (stand(lapsed), lapsed.session.fill_at) == (["confirmed held", "expired none", "waiting none"], NOW + PAY)
    assert told(after, lapsed) == ["seat_left"]
    offered = seating.promoted(lapsed, lapsed.queue[0], NOW + PAY)
    assert (stand(offered)[2], offered.seats[2].offered_until) == ("offered none", NOW + PAY + 2 * HOUR)
    taken = seating.seated(offered, THREE, None, None, NOW + 2 * HOUR)
    assert (stand(taken)[2], taken.seats[2].pay_until) == ("awaiting_payment none", NOW + 2 * HOUR + PAY)
    again = seating.seated(lapsed, TWO, ids.new(), None, NOW + PAY, can_wait=True)
    assert (again.seats[1].round, stand(again)[1]) == (2, "waiting none")
    cancelled = booking.cancelled(taken, HOST, None, NOW + 2 * HOUR)
    assert stand(cancelled) == ["cancelled refunded", "expired none", "cancelled none"]
    begun = meeting.started(meeting.joined(taken, ONE, START), HOST, START - 10 * MINUTE)
    assert (stand(begun)[2], begun.seats[2].closed_as) == ("expired none", ClosedAs.UNPAID)


def test_entering_anew_after_the_time_to_pay_is_another_round_with_another_hold() -> None:
    full = group(ONE)
    anew = seating.seated(full, ONE, ids.new(), None, NOW + PAY)
    (old,), (new,) = full.seats, anew.seats
    assert (new.state, new.round, new.pay_until) == (SeatState.AWAITING_PAYMENT, 2, NOW + 2 * PAY)
    assert new.hold_id != old.hold_id
    assert checkout.spoilt(anew, new, old.hold_id, NOW + PAY) == "no longer kept"


def test_moving_a_group_keeps_who_is_paying_unless_they_are_busy() -> None:
    full = group(ONE, TWO)
    near = NOW + 5 * MINUTE
    moved = moving.moved(full, HOST, near, None, "anew", {TWO}, NOW)
    assert (stand(moved), moved.seats[0].pay_until) == (["awaiting_payment none", "cancelled none"], near)
    (left,) = [fact for fact in facts(full, moved) if isinstance(fact, events.SeatLeft)]
    assert (left.account_id, left.left_as, left.returned) == (TWO, "busy", 0)


def test_a_late_part_a_ruling_and_the_fee_of_money() -> None:
    lesson = booking.accepted(pay(booked(31)), HOST, NOW + HOUR)
    late = booking.cancelled(lesson, LEARNER, None, START - HOUR)
    assert (late.seats[0].settlement, late.seats[0].gross, late.seats[0].fee) == (Settlement.SPLIT, 15, 1)
    cheap = booking.cancelled(booking.accepted(pay(booked(9)), HOST, NOW + HOUR), LEARNER, None, START - HOUR)
    assert (cheap.seats[0].gross, cheap.seats[0].fee) == (4, 0)
    transfer = posting(lesson, late)
    assert transfer
    assert (transfer.kind, [(line.account, line.amount) for line in transfer.lines]) == ("settle", [("payee", 14), ("platform_fee", 1)])
    split = settled(333, 6_000).seats[0]
    assert (split.gross, split.fee) == (199, 19)


@pytest.mark.parametrize(
    ("amount", "gross", "fee", "settlement"), [(1000, 1500, 150, "split"), (999, 1501, 151, "split"), (2500, 0, 0, "refunded")]
)
def test_what_the_host_gives_back_takes_the_fee_along(amount: int, gross: int, fee: int, settlement: str) -> None:
    lesson = settled()
    seat = lesson.seats[0]
    after, back = checkout.returned(lesson, seat, seat.hold_id, amount)
    now = after.seats[0]
    assert (now.gross, now.fee, now.settlement, seat.fee - back) == (gross, fee, settlement, fee)


def test_what_an_earlier_round_earned_can_go_back_too() -> None:
    lesson = settled()
    old, seat = lesson.seats[0].hold_id, lesson.seats[0].renewed(None, START)
    assert (checkout.earned_in(seat, old), checkout.earned_in(seat, seat.hold_id), checkout.earned_in(seat, ids.new())) == (2500, 0, 0)
    after, fee = checkout.returned(replace(lesson, seats=(seat,)), seat, old, 1000)
    assert (after.seats[0].past_gross, after.seats[0].past_fee, fee) == (1500, 150, 100)


def test_money_taken_back_from_outside_ends_what_is_ahead() -> None:
    lesson = booking.accepted(pay(booked()), HOST, NOW + HOUR)
    part = checkout.reclaimed(lesson, lesson.seats[0], 500, NOW + HOUR)
    assert (part.session.state, part.seats[0].price, stand(part)) == (SessionState.SCHEDULED, 2000, ["confirmed held"])
    gone = checkout.reclaimed(lesson, lesson.seats[0], 2500, NOW + HOUR)
    assert (gone.session.state, gone.session.closed_as, stand(gone)) == (SessionState.CANCELLED, "reclaimed", ["cancelled refunded"])
    full = pay(pay(group(ONE, TWO), ONE), TWO)
    out = checkout.reclaimed(full, full.seats[0], 2500, NOW + HOUR)
    assert (out.session.state, stand(out), out.seats[0].closed_as) == (
        SessionState.SCHEDULED, ["cancelled refunded", "confirmed held"], ClosedAs.RECLAIMED,
    )  # fmt: skip
    begun = meeting.started(meeting.joined(lesson, LEARNER, START), HOST, START)
    assert stand(checkout.reclaimed(begun, begun.seats[0], 2500, START)) == ["joined refunded"]


@pytest.mark.parametrize("earnings", [0, 1, 9, 10, 449, 1000, 2249, 2250, 9999])
def test_no_more_goes_back_than_the_host_has_earned(earnings: int) -> None:
    most = checkout.affordable(2500, 250, earnings)
    assert most - 250 * most // 2500 <= earnings
    assert most == 2500 or (most + 1) - 250 * (most + 1) // 2500 > earnings


def test_prices_as_they_are_written() -> None:
    assert money_of(Money(2500, "EUR"), "CREDIT") == Money(2500, "EUR")
    assert [written(Money(amount, asset)) for amount, asset in ((250000, "EUR"), (1250, "JPY"), (30, "CREDIT"), (5, "KWD"))] == [
        "2,500.00 EUR", "1,250 JPY", "30 credits", "0.005 KWD",
    ]  # fmt: skip
    an_offer(0).check_bookable(LEARNER, START, Money(0, "EUR"), TERMS, NOW)
    refused(refusals.PriceChanged, replace(an_offer(30), asset="EUR").check_bookable, LEARNER, START, credit(30), TERMS, NOW)
    soon = replace(an_offer(30), asset="EUR")
    refused(refusals.TooSoon, soon.check_bookable, LEARNER, NOW + HOUR, None, TERMS, NOW)
    soon.check_bookable(LEARNER, NOW + HOUR + PAY, None, TERMS, NOW)
