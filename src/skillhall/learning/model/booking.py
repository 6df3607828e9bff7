"""From the wish to the firm date and away from it: book or open, accept, decline, cancel, expire."""

from datetime import datetime
from typing import Any
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.shapes import instant
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.offer import Offer
from skillhall.learning.model.refusals import NotPaidYet, RequestExpired
from skillhall.learning.model.seat import Seat
from skillhall.learning.model.seating import left, withdrawn
from skillhall.learning.model.session import Session
from skillhall.learning.model.states import IN_LINE, TAKEN, ClosedAs, Kind, SeatState, SessionState, Settlement
from skillhall.learning.model.terms import Terms

DECLINED = "declined"
CANCELLED = "cancelled"


def booked(offer: Offer, learner_id: UUID, profile_id: UUID | None, starts_at: datetime, room: str, terms: Terms, now: datetime) -> Lesson:
    """Return the one-to-one lesson that this learner books: requested, or scheduled at once when the offer says so.

    A price in money is to be paid first: until then slot and seat are kept, and the host is not asked.
    """
    session = _session(offer, Kind.ONE_ON_ONE, 1, starts_at, room, terms, now)
    seat = Seat(
        id=ids.new(),
        session_id=session.id,
        account_id=learner_id,
        profile_id=profile_id,
        state=SeatState.REQUESTED,
        settlement=Settlement.NONE,
        price=offer.price,
        asset=offer.asset,
        settle_at=session.settle_at,
        created_at=now,
    )
    if seat.is_paid_outside:
        return Lesson(session=session, seats=(seat.awaiting(session.pay_until(now)),)).timed()
    return asked(Lesson(session=session, seats=(seat.taken(SeatState.REQUESTED),)), now)


def asked(lesson: Lesson, now: datetime) -> Lesson:
    """The price is set aside: the host is asked, or has agreed to whoever books instantly."""
    return _scheduled(lesson, now) if lesson.session.is_instant else lesson.timed()


def opened(offer: Offer, seats: int, starts_at: datetime, room: str, terms: Terms, now: datetime) -> Lesson:
    """Return the group session that the host opens: a firm date with so many seats, none taken yet."""
    return Lesson(session=_session(offer, Kind.GROUP, seats, starts_at, room, terms, now), seats=()).to(SessionState.SCHEDULED, now)


def accepted(lesson: Lesson, by: UUID, now: datetime) -> Lesson:
    """The host agrees, in time."""
    lesson.check_host(by)
    if lesson.session.state is SessionState.SCHEDULED:
        return lesson
    lesson.check_state("accepted", SessionState.REQUESTED)
    if until := next((seat.pay_until for seat in lesson.seats if seat.pay_until), None):
        raise NotPaidYet(pay_until=instant(until))
    if now >= lesson.session.request_lapses_at:
        raise RequestExpired(expired_at=instant(lesson.session.request_lapses_at))
    return _scheduled(lesson, now)


def declined(lesson: Lesson, by: UUID, reason: str | None, now: datetime) -> Lesson:
    """The host does not agree; everything goes back. `reason` is what the host tells the learner."""
    lesson.check_host(by)
    if lesson.session.state is SessionState.CANCELLED:
        return lesson
    lesson.check_state("declined", SessionState.REQUESTED)
    return _ended(lesson, SessionState.CANCELLED, now, closed_as=DECLINED, closed_by=by, closed_reason=reason)


def cancelled(lesson: Lesson, by: UUID | None, reason: str | None, now: datetime, closed_as: str = CANCELLED) -> Lesson:
    """One side, or the hall itself (`by` None, `closed_as` saying why), calls it off.

    Everything goes back, except when a learner leaves a firm date late: then the host gets the late part.
    A learner of a group calls off the own seat only, and who has not paid yet just goes.
    """
    is_learner = by is not None and not lesson.is_host(by)
    if lesson.session.state is SessionState.CANCELLED:
        return lesson
    if by is not None and is_learner and lesson.is_group:
        return left(lesson, by, now)
    lesson.check_state("cancelled", SessionState.REQUESTED, SessionState.SCHEDULED, SessionState.INTERRUPTED)
    if is_learner:
        lesson = lesson.each(lambda seat: seat.closed(ClosedAs.LEFT), SeatState.AWAITING_PAYMENT)
        session = lesson.session
        lesson = lesson.each(lambda seat: withdrawn(session, seat, now), *TAKEN)
    return _ended(lesson, SessionState.CANCELLED, now, closed_as=closed_as, closed_by=by, closed_reason=reason)


def given_up(lesson: Lesson, by: UUID, now: datetime) -> Lesson:
    """A learner gives up the own seat; a one-to-one lesson falls with it."""
    lesson.seat_of(by)
    return cancelled(lesson, by, None, now)


def expired(lesson: Lesson, now: datetime) -> Lesson:
    """Nobody answered the request, or nobody took a seat of the group."""
    lesson.check_state("expired", SessionState.REQUESTED, SessionState.SCHEDULED)
    return _ended(lesson.each(lambda seat: seat.refunded().to(SeatState.EXPIRED), *TAKEN), SessionState.EXPIRED, now)


def unpaid(lesson: Lesson, now: datetime) -> Lesson:
    """The learner has not paid in time: nobody has heard of this lesson, and its time is free again."""
    gone = lesson.each(lambda seat: seat.closed(ClosedAs.UNPAID, SeatState.EXPIRED), SeatState.AWAITING_PAYMENT)
    return gone.to(SessionState.EXPIRED, now)


def host_missed(lesson: Lesson, now: datetime) -> Lesson:
    """The host did not come: everything goes back."""
    lesson.check_state("missed", SessionState.SCHEDULED)
    return _ended(lesson, SessionState.NO_SHOW_HOST, now)


def _scheduled(lesson: Lesson, now: datetime) -> Lesson:
    return lesson.each(lambda seat: seat.to(SeatState.CONFIRMED), SeatState.REQUESTED).to(SessionState.SCHEDULED, now)


def _ended(lesson: Lesson, state: SessionState, now: datetime, **closing: Any) -> Lesson:  # noqa: ANN401 - fields of Session
    given_back = lesson.each(lambda seat: seat.refunded().closed(None), *TAKEN, *IN_LINE, SeatState.AWAITING_PAYMENT, SeatState.NO_SHOW)
    return given_back.to(state, now, **closing)


def _session(offer: Offer, kind: Kind, capacity: int, starts_at: datetime, room: str, terms: Terms, now: datetime) -> Session:
    return Session(
        id=ids.new(),
        offer_id=offer.id,
        host_id=offer.host_id,
        host_profile_id=offer.profile_id,
        skill_id=offer.skill_id,
        kind=kind,
        state=SessionState.REQUESTED,
        title=offer.title,
        starts_at=starts_at,
        ends_at=offer.ends_at(starts_at),
        buffer_before_minutes=offer.buffer_before_minutes,
        buffer_after_minutes=offer.buffer_after_minutes,
        capacity=capacity,
        price=offer.price,
        asset=offer.asset,
        is_instant=offer.is_instant,
        terms=terms.of(offer.asset),
        room=room,
        created_at=now,
    )
