"""Where the credits of a seat go after the lesson: confirmed, settled by time, reported, ruled on by staff."""

from datetime import datetime
from uuid import UUID

from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.refusals import OwnCase, SeatClosed
from skillhall.learning.model.seat import Seat
from skillhall.learning.model.states import SessionState, Settlement

_REPORTABLE = (SessionState.IN_PROGRESS, SessionState.PAUSED, SessionState.INTERRUPTED, SessionState.COMPLETED)


def confirmed(lesson: Lesson, by: UUID) -> Lesson:
    """The learner says that all is well: the host is paid at once."""
    seat = lesson.seat_of(by)
    lesson.check_state("confirmed", SessionState.COMPLETED)
    if seat.settlement in {Settlement.FROZEN, Settlement.REFUNDED}:
        raise SeatClosed(settlement=seat.settlement)
    return lesson.with_seat(_paid(lesson, seat))


def settled(lesson: Lesson, seat_id: UUID, now: datetime) -> Lesson:
    """Nobody objected in time: the host is paid. A seat that is not due, or decided already, stays."""
    seat = next(seat for seat in lesson.seats if seat.id == seat_id)
    is_due = lesson.session.state is SessionState.COMPLETED and now >= seat.settle_at
    return lesson.with_seat(_paid(lesson, seat)) if is_due else lesson


def reported(lesson: Lesson, by: UUID, problem: str, now: datetime) -> Lesson:
    """One side objects: a learner's own seat, or for the host every seat still held, is frozen until staff decides."""
    is_host = lesson.is_host(by)
    lesson.check_state("reported", *_REPORTABLE)
    if not is_host:
        return lesson.with_seat(lesson.seat_of(by).reported(by, problem, now))
    concerned = [seat for seat in lesson.seats if seat.is_open] or list(lesson.seats[:1])
    for seat in concerned:
        lesson = lesson.with_seat(seat.reported(by, problem, now))
    return lesson


def ruled(lesson: Lesson, by: UUID, *, pay: bool) -> Lesson:
    """Staff decides about the frozen seats: pay the host, or refund the learner. Never in one's own case."""
    if by == lesson.session.host_id or any(seat.account_id == by for seat in lesson.seats):
        raise OwnCase
    frozen = [seat for seat in lesson.seats if seat.settlement is Settlement.FROZEN] or list(lesson.seats[:1])
    for seat in frozen:
        lesson = lesson.with_seat(seat.ruled(pay=pay, terms=lesson.session.terms))
    return lesson


def _paid(lesson: Lesson, seat: Seat) -> Seat:
    return seat.settled(seat.price, lesson.session.terms)
