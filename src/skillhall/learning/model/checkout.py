"""A price in money: who owes it, what happens when it has come, and when it is taken back from outside. Pure."""

from datetime import datetime
from typing import Final
from uuid import UUID

from skillhall.kernel.ids import derived
from skillhall.learning.model.booking import asked, cancelled
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.refusals import NothingToPay, SessionNotFound
from skillhall.learning.model.seat import Seat, part_of
from skillhall.learning.model.seating import removed
from skillhall.learning.model.states import GONE, ClosedAs, SeatState, SessionState

RECLAIMED: Final = "reclaimed"
_AHEAD: Final = (SessionState.REQUESTED, SessionState.SCHEDULED)


def owed(lesson: Lesson, by: UUID, now: datetime) -> Seat:
    """Return this learner's seat, which is kept until it is paid; refuse when there is nothing to pay, or no longer."""
    seat = lesson.find_seat(by)
    if seat is None:
        raise SessionNotFound
    if seat.pay_until is None or now >= seat.pay_until:
        raise NothingToPay(status=SeatState.EXPIRED if seat.is_awaiting else seat.state)
    return seat


def paid(lesson: Lesson, seat: Seat, now: datetime) -> Lesson:
    """The money is here: the seat is taken; of a one-to-one lesson the host is asked now, unless it is booked instantly."""
    if lesson.is_group:
        return lesson.with_seat(seat.taken()).timed()
    return asked(lesson.with_seat(seat.taken(SeatState.REQUESTED)), now)


def spoilt(lesson: Lesson, seat: Seat, hold_id: UUID, now: datetime) -> str | None:
    """Return why money for this round of the seat is too much, if it is. Until it was given up it is in time, also a little late."""
    if hold_id != seat.hold_id or not seat.is_awaiting:
        return seat.closed_as or "no longer kept"
    return "begun already" if now >= lesson.session.starts_at else None


def reclaimed(lesson: Lesson, seat: Seat, amount: int, now: datetime) -> Lesson:
    """So much of what is set aside has been taken back from outside; without all of it a lesson ahead falls, or in a group the seat."""
    after = lesson.with_seat(seat.reclaimed(amount))
    if amount < seat.price or seat.state in GONE or lesson.session.state not in _AHEAD:
        return after
    if lesson.is_group:
        return removed(after, {seat.account_id}, ClosedAs.RECLAIMED)
    return cancelled(after, None, None, now, RECLAIMED)


def returned(lesson: Lesson, seat: Seat, hold_id: UUID, amount: int) -> tuple[Lesson, int]:
    """Take so much of what the host earned in this round, or an earlier one, back; return the lesson after and the fee given up on it."""
    if hold_id == seat.hold_id:
        return lesson.with_seat(seat.returned(amount)), part_of(seat.fee, amount, seat.gross)
    return lesson.with_seat(seat.returned_of_past(amount)), part_of(seat.past_fee, amount, seat.past_gross)


def earned_in(seat: Seat, hold_id: UUID) -> int:
    """Return what the host has of this round of the seat; of earlier ones, together."""
    if hold_id == seat.hold_id:
        return 0 if seat.is_open else seat.gross
    return seat.past_gross if hold_id in {derived("seat", seat.id, number) for number in range(1, seat.round)} else 0


def affordable(gross: int, fee: int, earnings: int) -> int:
    """Return the most of a gross that can be returned out of so much net earnings, the fee on it being given up."""
    if earnings >= gross - fee:
        return gross
    most = earnings * gross // (gross - fee)
    while most - part_of(fee, most, gross) > earnings:
        most -= 1
    return most
