"""The seats of a group: take one or wait for one, leave it, fill a free one from the waiting list, and end what time ends."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from skillhall.kernel.ids import derived
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import instant
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.prices import check_price
from skillhall.learning.model.refusals import OwnOffer, SessionFull, SessionNotFound, TooLate
from skillhall.learning.model.seat import Seat
from skillhall.learning.model.session import Session
from skillhall.learning.model.states import GONE, IN_LINE, TAKEN, ClosedAs, SeatState, SessionState, Settlement
from skillhall.learning.model.terms import minutes

TRIES: Final = 5
RETRY: Final = timedelta(minutes=1)
MOST_WAITING: Final = 500
_TICK: Final = timedelta(microseconds=1)
_FLEETING: Final = IN_LINE | {SeatState.AWAITING_PAYMENT}


def seated(lesson: Lesson, by: UUID, profile_id: UUID | None, price: Money | None, now: datetime, *, can_wait: bool = False) -> Lesson:
    """A learner takes a free seat, or the one offered to them; with `can_wait` a place in the waiting list instead of a refusal.

    Nobody overtakes: while anybody waits longer, a free seat is as good as taken. A seat that costs money is kept until it is paid.
    """
    session, seat = lesson.session, lesson.find_seat(by)
    if by == session.host_id:
        raise OwnOffer
    if seat is None and not lesson.is_group:
        raise SessionNotFound
    if seat and (seat.state in TAKEN or (seat.pay_until and now < seat.pay_until)):
        return lesson
    lesson.check_state("joined", SessionState.SCHEDULED)
    if now >= session.starts_at:
        raise TooLate(closed_at=instant(session.starts_at))
    check_price(price, session.cost)
    lesson = line_passed(lesson, now)
    seat = _entered(lesson, by, profile_id, now)
    is_next = all(other.id == seat.id for other in lesson.queue[:1])
    if seat.state is SeatState.OFFERED or (is_next and lesson.taken < session.capacity):
        return lesson.with_seat(seat.awaiting(session.pay_until(now)) if seat.is_paid_outside else seat.taken()).timed()
    if not can_wait or (lesson.waiting >= MOST_WAITING and seat.state is not SeatState.WAITING):
        raise SessionFull(capacity=session.capacity, waiting=lesson.waiting)
    if seat.state is SeatState.WAITING:
        return lesson
    last = max((other.queued_at + _TICK for other in lesson.queue if other.queued_at), default=now)
    return lesson.with_seat(replace(seat, state=SeatState.WAITING, queued_at=max(now, last))).timed()


def withdrawn(session: Session, seat: Seat, now: datetime) -> Seat:
    """Return the seat with its credits as they go when its learner withdraws: all back in time, later the late part to the host."""
    if session.state is not SessionState.SCHEDULED or seat.state not in TAKEN:
        return seat.refunded()
    if now >= session.starts_at:
        raise TooLate(closed_at=instant(session.starts_at))
    if now <= session.free_until or seat.is_moved:
        return seat.refunded()
    return seat.settled(session.terms.late_part(seat.price), session.terms)


def left(lesson: Lesson, by: UUID, now: datetime) -> Lesson:
    """A learner gives up the own seat, or the place in the waiting list; the session goes on without them."""
    seat = lesson.seat_of(by)
    if seat.state in GONE:
        return lesson
    lesson.check_state("left", SessionState.SCHEDULED, SessionState.INTERRUPTED)
    return lesson.with_seat(withdrawn(lesson.session, seat, now).closed(ClosedAs.LEFT)).timed()


def removed(lesson: Lesson, account_ids: Collection[UUID], closed_as: ClosedAs) -> Lesson:
    """Some learners cannot stay: everything goes back to them."""

    def without(seat: Seat) -> Seat:
        return seat.refunded().closed(closed_as) if seat.account_id in account_ids else seat

    return lesson.each(without, *TAKEN, *IN_LINE, SeatState.AWAITING_PAYMENT, SeatState.NO_SHOW).timed()


def next_in_line(lesson: Lesson) -> list[Seat]:
    """Return the waiters whose turn it is to be tried."""
    after = lesson.session.fill_after
    return [seat for seat in lesson.queue if after is None or (seat.queued_at and seat.queued_at > after)][:TRIES]


def promoted(lesson: Lesson, seat: Seat, now: datetime) -> Lesson:
    """A free seat goes to this waiter: charged at once, or, near the start or for money, offered for a while. Another free seat is next."""
    session = lesson.session
    if now < session.free_until and not seat.is_paid_outside:
        found = seat.taken()
    else:
        until = min(now + minutes(session.terms.offer_minutes), session.starts_at)
        found = replace(seat, state=SeatState.OFFERED, offered_until=until)
    return replace(lesson, session=replace(session, fill_at=now, fill_after=None)).with_seat(found).timed()


def passed_over(lesson: Lesson, tried: list[Seat], now: datetime) -> Lesson:
    """None of them could take it: go on behind them at once, and at the end of the line from its head a minute later."""
    last = tried[-1].queued_at if tried else None
    is_end = last is None or lesson.queue[-1].id == tried[-1].id
    fill_at, fill_after = (now + RETRY, None) if is_end else (now, last)
    return replace(lesson, session=replace(lesson.session, fill_at=fill_at, fill_after=fill_after))


def line_passed(lesson: Lesson, now: datetime) -> Lesson:
    """What time does to the line: an offer and a seat that is not paid lapse, and at the start nobody waits any longer."""
    if lesson.session.state is not SessionState.SCHEDULED or all(seat.state not in _FLEETING for seat in lesson.seats):
        return lesson
    has_started = now >= lesson.session.starts_at

    def passed(seat: Seat) -> Seat:
        if seat.offered_until and seat.offered_until <= now:
            return seat.closed(ClosedAs.LAPSED, SeatState.EXPIRED)
        if seat.pay_until:
            return seat.closed(ClosedAs.UNPAID, SeatState.EXPIRED) if seat.pay_until <= now else seat
        return seat.closed(ClosedAs.UNFILLED, SeatState.EXPIRED) if has_started else seat

    after = lesson.each(passed, *_FLEETING)
    return lesson if after == lesson else after.timed()


def awaited(before: Lesson | None, after: Lesson, now: datetime) -> Lesson:
    """Return `after` with `fill_at` as its seats demand: at once when one came free or the line grew, none when there is no need."""
    session = after.session
    if not after.can_fill:
        fill_at, fill_after = None, None
    elif session.fill_at is None or before is None or after.taken < before.taken or after.waiting > before.waiting:
        fill_at, fill_after = now, session.fill_after
    else:
        return after
    return replace(after, session=replace(session, fill_at=fill_at, fill_after=fill_after))


def _entered(lesson: Lesson, by: UUID, profile_id: UUID | None, now: datetime) -> Seat:
    """Return the learner's seat in the round that begins now, or the one that waits or is offered already."""
    session, seat = lesson.session, lesson.find_seat(by)
    if seat and seat.state in IN_LINE:
        return seat
    if seat:
        return replace(seat.renewed(profile_id, session.settle_at), price=session.price)
    return Seat(
        id=derived("seat of", session.id, by),
        session_id=session.id,
        account_id=by,
        profile_id=profile_id,
        state=SeatState.REQUESTED,
        settlement=Settlement.NONE,
        price=session.price,
        asset=session.asset,
        settle_at=session.settle_at,
        created_at=now,
    )
