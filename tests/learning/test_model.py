"""The rules of a lesson, one by one: states, windows, who gets which credits."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.kernel.money import Money
from skillhall.kernel.money import credits as credit
from skillhall.kernel.refusals import Refusal
from skillhall.learning.model import booking, meeting, moving, paying, refusals
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.offer import Offer
from skillhall.learning.model.proposal import ProposalState
from skillhall.learning.model.states import LIVE, SeatState, SessionState, Settlement, session_state
from skillhall.learning.model.terms import Terms

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
START = NOW + timedelta(days=7)
HOST, LEARNER, STRANGER = ids.new(), ids.new(), ids.new()
TERMS = Terms()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def an_offer(price: int = 30, *, is_instant: bool = False, notice_minutes: int = 0, days_ahead: int = 60) -> Offer:
    return Offer(
        id=ids.new(),
        host_id=HOST,
        profile_id=ids.new(),
        skill_id=ids.new(),
        title="Guitar for beginners",
        description="",
        duration_minutes=60,
        buffer_before_minutes=5,
        buffer_after_minutes=5,
        price=price,
        is_instant=is_instant,
        notice_minutes=notice_minutes,
        days_ahead=days_ahead,
        version=1,
    )


def requested(price: int = 30, starts_at: datetime = START, now: datetime = NOW) -> Lesson:
    return booking.booked(an_offer(price), LEARNER, ids.new(), starts_at, "room", TERMS, now)


def scheduled(price: int = 30) -> Lesson:
    return booking.accepted(requested(price), HOST, NOW)


def begun(price: int = 30) -> Lesson:
    lesson = meeting.joined(scheduled(price), LEARNER, START)
    return meeting.started(lesson, HOST, START)


def done(price: int = 30) -> Lesson:
    return meeting.ended(begun(price), HOST, START + HOUR)


def seat_of(lesson: Lesson) -> tuple[SeatState, Settlement, int, int]:
    (seat,) = lesson.seats
    return seat.state, seat.settlement, seat.gross, seat.fee


def refused(kind: type[Refusal], verb: Callable[..., object], *args: object, **kwargs: object) -> Refusal:
    with pytest.raises(kind) as caught:
        verb(*args, **kwargs)
    assert caught.value.sentence
    return caught.value


def test_a_request_holds_the_price_and_waits_for_the_host() -> None:
    lesson = requested()
    assert lesson.session.state is SessionState.REQUESTED
    assert seat_of(lesson) == (SeatState.REQUESTED, Settlement.HELD, 0, 0)
    assert lesson.session.due_at == NOW + timedelta(hours=48)
    assert lesson.session.remind_at is None


def test_a_request_expires_at_the_earlier_of_48_hours_and_one_hour_before_the_start() -> None:
    near = requested(starts_at=NOW + 5 * HOUR)
    assert near.session.due_at == NOW + 4 * HOUR
    assert moving.passed(near, NOW + 4 * HOUR - MINUTE) is near
    late = moving.passed(near, NOW + 4 * HOUR)
    assert late.session.state is SessionState.EXPIRED
    assert seat_of(late) == (SeatState.EXPIRED, Settlement.REFUNDED, 0, 0)
    refused(refusals.RequestExpired, booking.accepted, near, HOST, NOW + 4 * HOUR)


def test_instant_booking_is_scheduled_at_once() -> None:
    lesson = booking.booked(an_offer(is_instant=True), LEARNER, ids.new(), START, "room", TERMS, NOW)
    assert lesson.session.state is SessionState.SCHEDULED
    assert seat_of(lesson) == (SeatState.CONFIRMED, Settlement.HELD, 0, 0)
    assert lesson.session.remind_at == START - timedelta(days=1)


def test_a_free_lesson_moves_nothing() -> None:
    assert seat_of(requested(0)) == (SeatState.REQUESTED, Settlement.NONE, 0, 0)
    assert seat_of(paying.confirmed(done(0), LEARNER)) == (SeatState.ATTENDED, Settlement.NONE, 0, 0)
    refused(refusals.SeatClosed, paying.reported, done(0), LEARNER, "no sound", START + HOUR)


@pytest.mark.parametrize(
    ("offer", "learner", "starts_at", "price", "refusal"),
    [
        (an_offer(), HOST, START, None, refusals.OwnOffer),
        (an_offer(), LEARNER, START, credit(29), refusals.PriceChanged),
        (an_offer(), LEARNER, NOW + 59 * MINUTE, None, refusals.TooSoon),
        (an_offer(is_instant=True, notice_minutes=120), LEARNER, NOW + 119 * MINUTE, None, refusals.TooSoon),
        (an_offer(days_ahead=6), LEARNER, START, None, refusals.TooFarAhead),
    ],
)
def test_what_an_offer_does_not_sell(offer: Offer, learner: UUID, starts_at: datetime, price: Money | None, refusal: type[Refusal]) -> None:
    refused(refusal, offer.check_bookable, learner, starts_at, price, TERMS, NOW)


def test_instant_booking_may_start_within_the_hour() -> None:
    an_offer(is_instant=True).check_bookable(LEARNER, NOW + MINUTE, credit(30), TERMS, NOW)


def test_only_the_host_answers() -> None:
    lesson = requested()
    refused(refusals.HostOnly, booking.accepted, lesson, LEARNER, NOW)
    refused(refusals.SessionNotFound, booking.accepted, lesson, STRANGER, NOW)
    refused(refusals.HostOnly, booking.declined, lesson, LEARNER, None, NOW)
    declined = booking.declined(lesson, HOST, "full", NOW)
    session = declined.session
    assert (session.state, session.closed_as, session.closed_reason) == (SessionState.CANCELLED, "declined", "full")
    assert seat_of(declined) == (SeatState.CANCELLED, Settlement.REFUNDED, 0, 0)
    refused(refusals.SessionMoved, booking.accepted, declined, HOST, NOW)
    refused(refusals.SessionMoved, booking.declined, scheduled(), HOST, None, NOW)


@pytest.mark.parametrize(
    ("price", "before", "expected"),
    [
        (31, 24 * HOUR, (Settlement.REFUNDED, 0, 0)),
        (31, 24 * HOUR - MINUTE, (Settlement.SPLIT, 15, 1)),
        (30, MINUTE, (Settlement.SPLIT, 15, 1)),
        (400, MINUTE, (Settlement.SPLIT, 200, 20)),
        (2, MINUTE, (Settlement.SPLIT, 1, 0)),
        (1, MINUTE, (Settlement.REFUNDED, 0, 0)),
        (0, MINUTE, (Settlement.NONE, 0, 0)),
    ],
)
def test_a_learner_who_cancels_late_pays_half(price: int, before: timedelta, expected: tuple[Settlement, int, int]) -> None:
    lesson = booking.cancelled(scheduled(price), LEARNER, "ill", START - before)
    assert lesson.session.state is SessionState.CANCELLED
    assert seat_of(lesson) == (SeatState.CANCELLED, *expected)


def test_a_host_or_the_hall_cancels_with_everything_back_at_any_time() -> None:
    for by in (HOST, None):
        assert seat_of(booking.cancelled(scheduled(), by, None, START + MINUTE)) == (SeatState.CANCELLED, Settlement.REFUNDED, 0, 0)
    late_request = requested(starts_at=NOW + 3 * HOUR)
    assert seat_of(booking.cancelled(late_request, LEARNER, None, NOW + HOUR))[1] is Settlement.REFUNDED


def test_no_learner_cancels_after_the_start_and_nobody_once_it_runs() -> None:
    refused(refusals.TooLate, booking.cancelled, scheduled(), LEARNER, None, START)
    refused(refusals.SessionMoved, booking.cancelled, begun(), HOST, None, START + MINUTE)
    refused(refusals.SessionNotFound, booking.cancelled, scheduled(), STRANGER, None, NOW)


def test_the_host_starts_from_ten_minutes_before_to_thirty_after() -> None:
    lesson = scheduled()
    early = refused(refusals.NotOpenYet, meeting.started, lesson, HOST, START - 11 * MINUTE)
    assert early.params == {"opens_at": "2026-11-30T11:50:00.000Z"}
    refused(refusals.TooLate, meeting.started, lesson, HOST, START + 31 * MINUTE)
    refused(refusals.HostOnly, meeting.started, lesson, LEARNER, START)
    for at in (START - 10 * MINUTE, START + 30 * MINUTE):
        started = meeting.started(lesson, HOST, at)
        assert (started.session.state, started.session.started_at, started.session.host_joined_at) == (SessionState.IN_PROGRESS, at, at)
        assert started.session.due_at == START + HOUR + 15 * MINUTE


def test_pause_resume_and_end_are_the_hosts() -> None:
    paused = meeting.paused(begun(), HOST, START + MINUTE)
    refused(refusals.HostOnly, meeting.resumed, paused, LEARNER, START + MINUTE)
    refused(refusals.SessionMoved, meeting.paused, scheduled(), HOST, START)
    resumed = meeting.resumed(paused, HOST, START + 2 * MINUTE)
    assert (paused.session.state, resumed.session.state) == (SessionState.PAUSED, SessionState.IN_PROGRESS)
    refused(refusals.HostOnly, meeting.ended, resumed, LEARNER, START + HOUR)
    assert seat_of(meeting.ended(paused, HOST, START + HOUR)) == (SeatState.ATTENDED, Settlement.HELD, 0, 0)


def test_a_host_alone_may_not_end_before_the_learner_had_time_to_come() -> None:
    alone = meeting.started(scheduled(), HOST, START - 10 * MINUTE)
    refused(refusals.NotOpenYet, meeting.ended, alone, HOST, START + 14 * MINUTE)
    assert seat_of(meeting.ended(alone, HOST, START + 15 * MINUTE)) == (SeatState.NO_SHOW, Settlement.HELD, 0, 0)


def test_a_lesson_that_nobody_ends_is_over_fifteen_minutes_after_its_time() -> None:
    for lesson in (begun(), meeting.paused(begun(), HOST, START + MINUTE)):
        assert moving.passed(lesson, START + HOUR + 14 * MINUTE) is lesson
        assert moving.passed(lesson, START + HOUR + 15 * MINUTE).session.state is SessionState.COMPLETED


def test_attendance_decides_after_thirty_minutes() -> None:
    at = START + 30 * MINUTE
    nobody = scheduled()
    host_came = meeting.joined(nobody, HOST, START)
    learner_came = meeting.joined(nobody, LEARNER, START)
    both = meeting.joined(learner_came, HOST, START + 29 * MINUTE)
    assert moving.passed(nobody, at - MINUTE) is nobody
    for lesson in (nobody, learner_came):
        missed = moving.passed(lesson, at)
        assert (missed.session.state, *seat_of(missed)) == (SessionState.NO_SHOW_HOST, SeatState.CANCELLED, Settlement.REFUNDED, 0, 0)
    alone = moving.passed(host_came, at)
    assert (alone.session.state, *seat_of(alone)[:2]) == (SessionState.COMPLETED, SeatState.NO_SHOW, Settlement.HELD)
    assert moving.passed(both, at).session.state is SessionState.IN_PROGRESS


def test_coming_late_is_coming_and_leaving_again_is_not_absence() -> None:
    late = meeting.joined(scheduled(), LEARNER, START + 29 * MINUTE)
    late = meeting.joined(late, HOST, START + 29 * MINUTE)
    refused(refusals.OtherPresent, meeting.missed, late, HOST, START + 30 * MINUTE)
    refused(refusals.OtherPresent, meeting.missed, late, LEARNER, START + 30 * MINUTE)
    refused(refusals.NotOpenYet, meeting.joined, scheduled(), LEARNER, START - 11 * MINUTE)
    refused(refusals.SessionMoved, meeting.joined, requested(), LEARNER, START)


def test_the_present_side_claims_a_no_show_from_fifteen_minutes_on() -> None:
    lesson = scheduled()
    refused(refusals.NotPresent, meeting.missed, lesson, LEARNER, START + 15 * MINUTE)
    refused(refusals.NotPresent, meeting.missed, lesson, HOST, START + 15 * MINUTE)
    learner_came, host_came = meeting.joined(lesson, LEARNER, START), meeting.joined(lesson, HOST, START)
    for present, by in ((learner_came, LEARNER), (host_came, HOST)):
        refused(refusals.NotOpenYet, meeting.missed, present, by, START + 14 * MINUTE)
    no_host = meeting.missed(learner_came, LEARNER, START + 15 * MINUTE)
    assert (no_host.session.state, seat_of(no_host)[1]) == (SessionState.NO_SHOW_HOST, Settlement.REFUNDED)
    no_learner = meeting.missed(host_came, HOST, START + 15 * MINUTE)
    assert (no_learner.session.state, *seat_of(no_learner)[:2]) == (SessionState.COMPLETED, SeatState.NO_SHOW, Settlement.HELD)


def test_the_host_is_paid_when_the_learner_confirms_or_at_the_stored_time() -> None:
    lesson = done(31)
    (seat,) = lesson.seats
    assert seat.settle_at == START + HOUR + timedelta(hours=48)
    assert seat_of(paying.confirmed(lesson, LEARNER)) == (SeatState.ATTENDED, Settlement.SETTLED, 31, 3)
    assert paying.settled(lesson, seat.id, seat.settle_at - MINUTE) == lesson
    assert seat_of(paying.settled(lesson, seat.id, seat.settle_at)) == (SeatState.ATTENDED, Settlement.SETTLED, 31, 3)
    refused(refusals.LearnerOnly, paying.confirmed, lesson, HOST)
    refused(refusals.SessionMoved, paying.confirmed, begun(), LEARNER)


def test_a_report_freezes_until_it_is_decided() -> None:
    lesson = done()
    (seat,) = lesson.seats
    refused(refusals.TooLate, paying.reported, lesson, LEARNER, "no sound", seat.settle_at)
    for by in (LEARNER, HOST):
        frozen = paying.reported(lesson, by, "no sound", START + HOUR)
        assert seat_of(frozen) == (SeatState.ATTENDED, Settlement.FROZEN, 0, 0)
        assert paying.settled(frozen, seat.id, seat.settle_at) == frozen
        refused(refusals.SeatClosed, paying.confirmed, frozen, LEARNER)
        assert seat_of(paying.ruled(frozen, seat.hold_id, 10_000)) == (SeatState.ATTENDED, Settlement.SETTLED, 30, 3)
        assert seat_of(paying.ruled(frozen, seat.hold_id, 0)) == (SeatState.ATTENDED, Settlement.REFUNDED, 0, 0)
        assert seat_of(paying.ruled(frozen, seat.hold_id, 6_050)) == (SeatState.ATTENDED, Settlement.SPLIT, 18, 1)
        assert paying.thawed(frozen, seat.hold_id).seats[0].settlement is Settlement.HELD
        refused(refusals.SeatNotFound, paying.ruled, frozen, STRANGER, 0)
    refused(refusals.SeatClosed, paying.ruled, lesson, seat.hold_id, 10_000)
    refused(refusals.SeatClosed, paying.thawed, lesson, seat.hold_id)
    refused(refusals.SeatNotFound, paying.reported, lesson, LEARNER, "no sound", START + HOUR, STRANGER)
    refused(refusals.SeatClosed, paying.reported, paying.confirmed(lesson, LEARNER), LEARNER, "no sound", START + HOUR)
    refused(refusals.SessionMoved, paying.reported, scheduled(), LEARNER, "no sound", START)


def test_an_interrupted_lesson_gets_a_new_time_or_everything_goes_back() -> None:
    broken = meeting.interrupted(begun(), LEARNER, START + 5 * MINUTE)
    refused(refusals.SessionMoved, meeting.interrupted, scheduled(), HOST, START)
    given_up = moving.passed(broken, START + 5 * MINUTE + timedelta(hours=48))
    assert (given_up.session.state, given_up.session.closed_as) == (SessionState.CANCELLED, "interrupted")
    assert seat_of(given_up)[1] is Settlement.REFUNDED
    later = START + timedelta(days=10)
    wish = moving.proposed(broken, LEARNER, later, None, START + HOUR)
    again = moving.agreed(wish, HOST, "another room", START + 2 * HOUR)
    (seat,) = again.seats
    assert (again.session.state, again.session.starts_at, again.session.ends_at) == (SessionState.SCHEDULED, later, later + HOUR)
    assert (again.session.room, again.session.host_joined_at, again.session.due_at) == ("another room", None, later + 30 * MINUTE)
    assert (seat.state, seat.joined_at, seat.settle_at) == (SeatState.CONFIRMED, None, later + HOUR + timedelta(hours=48))


def test_a_proposal_needs_the_other_side_in_time() -> None:
    lesson, later = scheduled(), START + timedelta(days=1)
    wish = moving.proposed(lesson, HOST, later, "a day later", NOW)
    assert wish.session.due_at == NOW + timedelta(hours=48)
    refused(refusals.OwnProposal, moving.agreed, wish, HOST, "room", NOW)
    refused(refusals.ProposalOpen, moving.proposed, wish, LEARNER, later, None, NOW)
    refused(refusals.NoProposal, moving.agreed, wish, LEARNER, "room", NOW + timedelta(hours=48))
    refused(refusals.NoProposal, moving.refused, lesson, LEARNER, NOW)
    refused(refusals.TooSoon, moving.proposed, lesson, HOST, NOW, None, NOW)
    refused(refusals.SessionMoved, moving.proposed, requested(), HOST, later, None, NOW)
    lapsed = moving.passed(wish, NOW + timedelta(hours=48))
    assert (lapsed.session.starts_at, lapsed.open_proposal, lapsed.session.due_at) == (START, None, START + 30 * MINUTE)
    refusal = moving.refused(wish, LEARNER, NOW)
    assert refusal.proposal is not None
    assert refusal.proposal.state is ProposalState.DECLINED


def test_a_proposal_falls_when_the_old_time_comes_or_the_lesson_ends() -> None:
    at = START - 2 * HOUR
    wish = moving.proposed(scheduled(), LEARNER, START + HOUR, None, at)
    assert wish.session.due_at == START
    for lesson in (meeting.started(wish, HOST, START - MINUTE), booking.cancelled(wish, HOST, None, at)):
        assert lesson.proposal is not None
        assert lesson.proposal.state is ProposalState.VOID


REPEATED: list[tuple[Lesson, Callable[[Lesson], Lesson]]] = [
    (requested(), lambda lesson: booking.accepted(lesson, HOST, NOW)),
    (requested(), lambda lesson: booking.declined(lesson, HOST, None, NOW)),
    (scheduled(), lambda lesson: booking.cancelled(lesson, LEARNER, None, NOW)),
    (scheduled(), lambda lesson: meeting.joined(lesson, LEARNER, START)),
    (scheduled(), lambda lesson: meeting.joined(lesson, HOST, START)),
    (scheduled(), lambda lesson: meeting.started(lesson, HOST, START)),
    (begun(), lambda lesson: meeting.paused(lesson, HOST, START)),
    (meeting.paused(begun(), HOST, START), lambda lesson: meeting.resumed(lesson, HOST, START)),
    (begun(), lambda lesson: meeting.ended(lesson, HOST, START)),
    (begun(), lambda lesson: meeting.interrupted(lesson, HOST, START)),
    (meeting.joined(scheduled(), HOST, START), lambda lesson: meeting.missed(lesson, HOST, START + HOUR / 2)),
    (meeting.joined(scheduled(), LEARNER, START), lambda lesson: meeting.missed(lesson, LEARNER, START + HOUR / 2)),
    (done(), lambda lesson: paying.confirmed(lesson, LEARNER)),
    (done(), lambda lesson: paying.reported(lesson, LEARNER, "no sound", START + HOUR)),
    (scheduled(), lambda lesson: moving.proposed(lesson, HOST, START + HOUR, None, NOW)),
]


@pytest.mark.parametrize(("lesson", "verb"), REPEATED)
def test_a_verb_done_twice_is_done_once(lesson: Lesson, verb: Callable[[Lesson], Lesson]) -> None:
    once = verb(lesson)
    assert once != lesson
    assert verb(once) == once


@pytest.mark.parametrize(
    ("word", "state"),
    [("PENDING", "requested"), ("Confirmed", "scheduled"), ("ongoing", "in_progress"), ("IN-PROGRESS", "in_progress"),
     ("canceled", "cancelled"), ("no_show", "no_show_host"), ("technical issue", "interrupted"), ("whatever", None)],
)  # fmt: skip
def test_every_sources_word_for_a_state_is_understood(word: str, state: str | None) -> None:
    assert session_state(word) == state


def test_the_fee_is_a_share_with_a_floor() -> None:
    assert [TERMS.fee(gross) for gross in (0, 1, 2, 9, 10, 15, 25, 200)] == [0, 0, 1, 1, 1, 1, 2, 20]


def test_ended_sessions_have_no_due_time() -> None:
    for state in SessionState:
        lesson = scheduled().to(state, NOW, interrupted_at=NOW)
        assert (lesson.session.due_at is not None) == (state in LIVE)
        assert (lesson.session.ended_at is not None) == (state not in LIVE)
