"""Where the price of a seat goes after the lesson: confirmed, settled by time, or disputed."""

from datetime import datetime
from uuid import UUID

from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.refusals import SeatClosed, SeatNotFound
from skillhall.learning.model.seat import Seat
from skillhall.learning.model.states import GONE, SessionState, Settlement

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


def reported(lesson: Lesson, by: UUID, problem: str, now: datetime, hold_id: UUID | None = None) -> Lesson:
    """One side objects: one seat is frozen until a dispute is decided. A learner's is the own; in a group the host names its hold."""
    seats = list(lesson.seats) if lesson.is_host(by) else [lesson.seat_of(by)]
    lesson.check_state("disputed", *_REPORTABLE)
    found = [seat for seat in seats if hold_id in {None, seat.hold_id}]
    if len(found) != 1:
        raise SeatNotFound
    return lesson.with_seat(found[0].reported(by, problem, now))


def ruled(lesson: Lesson, hold_id: UUID, payee_bp: int) -> Lesson:
    """A dispute is decided: of what is frozen the host earns so many basis points, rounded down, and the learner gets the rest back."""
    seat = _of_hold(lesson, hold_id)
    return lesson.with_seat(seat.thawed().settled(seat.price * payee_bp // 10_000, lesson.session.terms))


def thawed(lesson: Lesson, hold_id: UUID) -> Lesson:
    """A dispute came to nothing: it is held as before, or given back where the seat was given up or called off meanwhile."""
    seat = _of_hold(lesson, hold_id).thawed()
    return lesson.with_seat(seat.refunded() if seat.state in GONE else seat)


def _of_hold(lesson: Lesson, hold_id: UUID) -> Seat:
    found = next((seat for seat in lesson.seats if seat.hold_id == hold_id), None)
    if found is None:
        raise SeatNotFound
    return found


def _paid(lesson: Lesson, seat: Seat) -> Seat:
    return seat.settled(seat.price, lesson.session.terms)
