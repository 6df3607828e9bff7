"""Where the credits of a seat go after the lesson: confirmed, settled by time, reported, ruled on by staff."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.refusals import OwnCase, SeatClosed, SeatNotFound, SeatUnnamed
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


def reported(lesson: Lesson, by: UUID, problem: str, now: datetime, named: UUID | None = None) -> Lesson:
    """One side objects: one seat is frozen until staff decides. A learner's is the own; in a group the host has `named` one.

    `named` is a seat or its learner.
    """
    seats = list(lesson.seats) if lesson.is_host(by) else [lesson.seat_of(by)]
    lesson.check_state("reported", *_REPORTABLE)
    if named:
        seats = _named(seats, named)
    if len(seats) != 1:
        raise SeatUnnamed
    return lesson.with_seat(seats[0].reported(by, problem, now))


def ruled(lesson: Lesson, by: UUID, *, pay: bool, named: UUID | None = None) -> Lesson:
    """Staff decides about the `named` seat, or all frozen ones: pay the host, or refund the learner. Never in one's own case."""
    if by == lesson.session.host_id or lesson.find_seat(by):
        raise OwnCase
    frozen = [seat for seat in lesson.seats if seat.settlement is Settlement.FROZEN] or list(lesson.seats[:1])
    for seat in _named(lesson.seats, named) if named else frozen:
        lesson = lesson.with_seat(seat.ruled(pay=pay, terms=lesson.session.terms))
    return lesson


def _named(seats: Iterable[Seat], named: UUID) -> list[Seat]:
    found = [seat for seat in seats if named in {seat.id, seat.account_id}]
    if not found:
        raise SeatNotFound
    return found


def _paid(lesson: Lesson, seat: Seat) -> Seat:
    return seat.settled(seat.price, lesson.session.terms)
