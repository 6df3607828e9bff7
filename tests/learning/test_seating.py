"""The rules of seats, one by one: who is next, what leaving costs, what a round keeps, when the line is served."""

from datetime import timedelta
from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.kernel.money import Money
from skillhall.learning.model import booking, meeting, moving, paying, refusals, seating
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.states import ClosedAs, SeatState, SessionState, Settlement
from tests.learning.test_model import HOST, HOUR, MINUTE, NOW, START, STRANGER, TERMS, an_offer, refused, requested

DAY = timedelta(days=1)
ONE, TWO, THREE, FOUR = [ids.new() for _ in range(4)]


def group(*learners: UUID, seats: int = 2, price: int = 31) -> Lesson:
    """Return a group in which these have asked for a seat, one after the other."""
    lesson = booking.opened(an_offer(price), seats, START, "room", TERMS, NOW)
    for learner in learners:
        lesson = taken(lesson, learner)
    return lesson


def taken(lesson: Lesson, by: UUID, now: timedelta = timedelta(), *, can_wait: bool = True) -> Lesson:
    return seating.awaited(lesson, seating.seated(lesson, by, None, None, NOW + now, can_wait=can_wait), NOW + now)


def stand(lesson: Lesson) -> list[str]:
    return [f"{seat.state} {seat.settlement}" for seat in lesson.seats]


def test_a_group_opens_firm_and_empty() -> None:
    session = group().session
    assert (session.state, session.capacity, session.due_at, session.remind_at) == (
        SessionState.SCHEDULED, 2, START + 30 * MINUTE, START - DAY,
    )  # fmt: skip


def test_seats_go_first_and_then_the_line_grows_in_order() -> None:
    lesson = group(ONE, TWO, THREE, FOUR)
    assert stand(lesson) == ["confirmed held", "confirmed held", "waiting none", "waiting none"]
    assert [seat.account_id for seat in lesson.queue] == [THREE, FOUR]
    assert lesson.queue[0].queued_at != lesson.queue[1].queued_at
    assert (lesson.session.due_at, lesson.session.fill_at) == (START, None)
    assert seating.seated(lesson, ONE, None, Money(999, "CREDIT"), NOW) is lesson
    assert seating.seated(lesson, FOUR, None, None, NOW, can_wait=True) == lesson
    full = refused(refusals.SessionFull, seating.seated, lesson, STRANGER, None, None, NOW)
    assert full.params == {"capacity": 2, "waiting": 2}


def test_the_line_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seating, "MOST_WAITING", 1)
    lesson = group(ONE, TWO, THREE)
    refused(refusals.SessionFull, seating.seated, lesson, FOUR, None, None, NOW, can_wait=True)
    assert seating.seated(lesson, THREE, None, None, NOW, can_wait=True) == lesson


def test_nobody_overtakes_and_the_first_in_line_need_not_wait_for_the_sweep() -> None:
    lesson = seating.left(group(ONE, TWO, THREE, FOUR), ONE, NOW)
    for late in (STRANGER, FOUR):
        refused(refusals.SessionFull, seating.seated, lesson, late, None, None, NOW)
    assert stand(taken(lesson, THREE, can_wait=False))[2] == "confirmed held"


def test_leaving_early_is_free_late_pays_and_after_a_move_is_free_again() -> None:
    lesson = group(ONE)
    assert stand(seating.left(lesson, ONE, START - DAY)) == ["cancelled refunded"]
    late = seating.left(lesson, ONE, START - DAY + MINUTE)
    assert (stand(late), late.seats[0].gross, late.seats[0].fee) == (["cancelled split"], 15, 1)
    assert seating.left(late, ONE, START) is late
    moved = moving.moved(lesson, HOST, START + HOUR, None, "another", (), START - HOUR)
    assert stand(seating.left(moved, ONE, START + HOUR - MINUTE)) == ["cancelled refunded"]
    refused(refusals.TooLate, seating.left, moved, ONE, START + HOUR)
    refused(refusals.TooLate, seating.left, lesson, ONE, START)
    refused(refusals.LearnerOnly, seating.left, lesson, HOST, NOW)
    refused(refusals.SessionNotFound, seating.left, lesson, STRANGER, NOW)


def test_a_new_round_has_a_hold_of_its_own_and_keeps_what_the_last_one_earned() -> None:
    first = group(ONE)
    left = seating.left(first, ONE, START - HOUR)
    again = seating.seated(left, ONE, None, None, START - HOUR)
    seat = again.seats[0]
    assert (seat.id, seat.round, seat.past_gross, seat.past_fee, seat.gross) == (first.seats[0].id, 2, 15, 1, 0)
    assert seat.hold_id != first.seats[0].hold_id
    assert stand(again) == ["confirmed held"]


def test_who_is_under_review_cannot_begin_another_round() -> None:
    lesson = meeting.started(meeting.joined(group(ONE, TWO), ONE, START), HOST, START)
    lesson = meeting.interrupted(paying.reported(lesson, ONE, "no sound", START), HOST, START)
    lesson = moving.moved(lesson, HOST, START + DAY, None, "another", (), START + MINUTE)
    left = seating.left(lesson, ONE, START + HOUR)
    assert stand(left)[0] == "cancelled frozen"
    refused(refusals.SeatClosed, seating.seated, left, ONE, None, None, START + HOUR)


def test_a_free_seat_is_filled_at_once_or_offered_near_the_start() -> None:
    full = group(ONE, THREE, FOUR, seats=1)
    for now, found in ((NOW + HOUR, "confirmed held"), (START - DAY, "offered none")):
        freed = seating.awaited(full, seating.left(full, ONE, now), now)
        assert freed.session.fill_at == now
        (first, _) = seating.next_in_line(freed)
        lesson = seating.awaited(freed, seating.promoted(freed, first, now), now)
        assert (stand(lesson)[1], lesson.taken, lesson.waiting, lesson.session.fill_at) == (found, 1, 1, None)
    assert lesson.session.due_at == lesson.seats[1].offered_until == START - DAY + 2 * HOUR
    lapsed = moving.passed(lesson, START - DAY + 2 * HOUR)
    assert (stand(lapsed)[1:], lapsed.seats[1].closed_as) == (["expired none", "waiting none"], ClosedAs.LAPSED)
    assert seating.awaited(lesson, lapsed, START - HOUR).session.fill_at == START - HOUR


def test_an_offer_ends_with_the_start() -> None:
    full = group(ONE, TWO, seats=1)
    freed = seating.left(full, ONE, START - HOUR)
    offered = seating.promoted(freed, freed.queue[0], START - HOUR)
    assert offered.seats[1].offered_until == START


def test_the_line_is_tried_in_fives_and_again_from_its_head() -> None:
    lesson = group(ONE, *(ids.new() for _ in range(7)), seats=1)
    lesson = seating.awaited(lesson, seating.left(lesson, ONE, NOW), NOW)
    first = seating.next_in_line(lesson)
    lesson = seating.passed_over(lesson, first, NOW)
    assert (len(first), lesson.session.fill_at) == (5, NOW)
    second = seating.next_in_line(lesson)
    assert [*first, *second] == lesson.queue
    lesson = seating.passed_over(lesson, second, NOW)
    assert (lesson.session.fill_at, lesson.session.fill_after) == (NOW + MINUTE, None)
    joined = taken(lesson, STRANGER)
    assert joined.session.fill_at == NOW
    assert seating.passed_over(joined, [], NOW).session.fill_at == NOW + MINUTE


def test_at_the_start_nobody_waits_any_longer() -> None:
    lesson = moving.passed(group(ONE, TWO, THREE), START)
    assert (stand(lesson)[2], lesson.seats[2].closed_as) == ("expired none", ClosedAs.UNFILLED)
    assert lesson.session.due_at == START + 30 * MINUTE
    begun = meeting.started(group(ONE, TWO, THREE), HOST, START - MINUTE)
    assert begun.seats[2].state is SeatState.EXPIRED
    refused(refusals.SessionMoved, seating.seated, begun, FOUR, None, None, START - MINUTE)
    refused(refusals.NotSeated, meeting.joined, begun, THREE, START)


def test_a_group_is_decided_seat_by_seat() -> None:
    assert meeting.decided(group(), START).session.state is SessionState.EXPIRED
    assert stand(meeting.decided(group(ONE), START)) == ["cancelled refunded"]
    came = meeting.joined(meeting.joined(group(ONE, TWO), ONE, START), HOST, START)
    begun = meeting.decided(came, START + 30 * MINUTE)
    assert (begun.session.state, stand(begun)) == (SessionState.IN_PROGRESS, ["joined held", "no_show held"])
    done = meeting.completed(begun, START + HOUR)
    paid = paying.confirmed(done, ONE)
    assert stand(paid) == ["attended settled", "no_show held"]
    refused(refusals.SeatNotFound, paying.reported, done, HOST, "rude", START + HOUR)
    assert stand(paying.reported(done, HOST, "rude", START + HOUR, done.seats[1].hold_id)) == ["attended held", "no_show frozen"]


def test_a_group_is_moved_by_its_host_alone() -> None:
    lesson = group(ONE, TWO, THREE)
    moved = moving.moved(lesson, HOST, START + DAY, "closed", "another", {TWO}, NOW)
    assert stand(moved) == ["confirmed held", "cancelled refunded", "waiting none"]
    assert [seat.is_moved for seat in moved.seats] == [True, False, True]
    assert moved.proposal
    assert (moved.proposal.reason, moved.proposal.decided_at, moved.open_proposal) == ("closed", NOW, None)
    assert moved.seats[0].settle_at == moved.session.settle_at
    assert moving.moved(lesson, HOST, START, None, "another", (), NOW) is lesson
    refused(refusals.HostOnly, moving.moved, lesson, ONE, START + DAY, None, "another", (), NOW)


def test_the_host_cancels_everything_and_a_learner_the_own_seat() -> None:
    lesson = group(ONE, TWO, THREE)
    assert stand(booking.cancelled(lesson, HOST, None, START - HOUR)) == ["cancelled refunded", "cancelled refunded", "cancelled none"]
    own = booking.cancelled(lesson, TWO, None, NOW)
    assert (own.session.state, stand(own)) == (SessionState.SCHEDULED, ["confirmed held", "cancelled refunded", "waiting none"])
    alone = requested()
    assert booking.given_up(alone, alone.seats[0].account_id, NOW).session.state is SessionState.CANCELLED
    refused(refusals.LearnerOnly, booking.given_up, lesson, HOST, NOW)


def test_a_seat_for_nothing_holds_nothing() -> None:
    lesson = group(ONE, price=0)
    assert stand(lesson) == ["confirmed none"]
    assert seating.left(lesson, ONE, START - HOUR).seats[0].settlement is Settlement.NONE
