"""The lesson itself: join, start, pause, resume, end, interrupt, who came and who did not."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from skillhall.kernel.shapes import instant
from skillhall.learning.model.booking import expired, host_missed
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.refusals import HostOnly, NobodySeated, NotPresent, NotSeated, OtherPresent, TooLate
from skillhall.learning.model.states import OCCUPIED, SeatState, SessionState

_MEETING = (SessionState.IN_PROGRESS, SessionState.PAUSED)


def joined(lesson: Lesson, by: UUID, now: datetime) -> Lesson:
    """Somebody enters the room, from its opening to the end of the session; coming late is coming."""
    is_host = lesson.is_host(by)
    lesson.check_state("joined", SessionState.SCHEDULED, *_MEETING)
    lesson.check_open(now, lesson.session.opens_at)
    if is_host:
        return lesson if lesson.session.host_joined_at else replace(lesson, session=replace(lesson.session, host_joined_at=now))
    seat = lesson.seat_of(by)
    if seat.state is SeatState.CONFIRMED:
        return lesson.with_seat(replace(seat, state=SeatState.JOINED, joined_at=now))
    if seat.state not in OCCUPIED:
        raise NotSeated(status=seat.state)
    return lesson


def started(lesson: Lesson, by: UUID, now: datetime) -> Lesson:
    """The host opens the lesson, around its start; that counts as coming."""
    lesson.check_host(by)
    if lesson.session.state is SessionState.IN_PROGRESS:
        return lesson
    lesson.check_state("started", SessionState.SCHEDULED)
    lesson.check_open(now, lesson.session.opens_at)
    if now > lesson.session.decide_at:
        raise TooLate(closed_at=instant(lesson.session.decide_at))
    if not lesson.learners:
        raise NobodySeated
    return _begun(joined(lesson, by, now), now)


def paused(lesson: Lesson, by: UUID, now: datetime) -> Lesson:
    """The host pauses."""
    lesson.check_host(by)
    if lesson.session.state is SessionState.PAUSED:
        return lesson
    lesson.check_state("paused", SessionState.IN_PROGRESS)
    return lesson.to(SessionState.PAUSED, now)


def resumed(lesson: Lesson, by: UUID, now: datetime) -> Lesson:
    """The host goes on."""
    lesson.check_host(by)
    if lesson.session.state is SessionState.IN_PROGRESS:
        return lesson
    lesson.check_state("resumed", SessionState.PAUSED)
    return lesson.to(SessionState.IN_PROGRESS, now)


def ended(lesson: Lesson, by: UUID, now: datetime) -> Lesson:
    """The host ends the lesson; learners who have not come yet must have had their time to come."""
    lesson.check_host(by)
    if lesson.session.state is SessionState.COMPLETED:
        return lesson
    lesson.check_state("ended", *_MEETING)
    if any(seat.state is SeatState.CONFIRMED for seat in lesson.seats):
        lesson.check_open(now, lesson.session.claim_at)
    return completed(lesson, now)


def completed(lesson: Lesson, now: datetime) -> Lesson:
    """It is over: who joined has attended, who did not has missed it."""
    lesson.check_state("completed", SessionState.SCHEDULED, *_MEETING)
    lesson = lesson.each(lambda seat: seat.to(SeatState.ATTENDED), SeatState.JOINED)
    lesson = lesson.each(lambda seat: seat.to(SeatState.NO_SHOW), SeatState.CONFIRMED)
    return lesson.to(SessionState.COMPLETED, now)


def interrupted(lesson: Lesson, by: UUID, now: datetime) -> Lesson:
    """Something broke; a new time is found, or everything goes back. In a group the host alone says so."""
    if not lesson.is_host(by) and lesson.is_group:
        raise HostOnly
    if lesson.session.state is SessionState.INTERRUPTED:
        return lesson
    lesson.check_state("interrupted", SessionState.IN_PROGRESS)
    return lesson.to(SessionState.INTERRUPTED, now, interrupted_at=now)


def missed(lesson: Lesson, by: UUID, now: datetime) -> Lesson:
    """The side that came says that the other did not."""
    return _learners_missed(lesson, now) if lesson.is_host(by) else _host_missed(lesson, by, now)


def decided(lesson: Lesson, now: datetime) -> Lesson:
    """Nobody started it in time, so who came decides."""
    if not lesson.learners:
        return expired(lesson, now)
    if lesson.session.host_joined_at is None:
        return host_missed(lesson, now)
    if all(seat.state is not SeatState.JOINED for seat in lesson.seats):
        return completed(lesson, now)
    return _begun(lesson.each(lambda seat: seat.to(SeatState.NO_SHOW), SeatState.CONFIRMED), now)


def _begun(lesson: Lesson, now: datetime) -> Lesson:
    return lesson.to(SessionState.IN_PROGRESS, now, started_at=lesson.session.started_at or now)


def _learners_missed(lesson: Lesson, now: datetime) -> Lesson:
    came = [seat.state for seat in lesson.seats if seat.state in OCCUPIED]
    if SeatState.NO_SHOW in came and not {SeatState.CONFIRMED, SeatState.ATTENDED} & {*came}:
        return lesson
    lesson.check_state("reported as missed", SessionState.SCHEDULED, SessionState.IN_PROGRESS)
    lesson.check_open(now, lesson.session.claim_at)
    if lesson.session.host_joined_at is None:
        raise NotPresent
    if SeatState.CONFIRMED not in came:
        raise OtherPresent
    if SeatState.JOINED not in came:
        return completed(lesson, now)
    return lesson.each(lambda seat: seat.to(SeatState.NO_SHOW), SeatState.CONFIRMED)


def _host_missed(lesson: Lesson, by: UUID, now: datetime) -> Lesson:
    if lesson.session.state is SessionState.NO_SHOW_HOST:
        return lesson
    lesson.check_state("reported as missed", SessionState.SCHEDULED, SessionState.IN_PROGRESS)
    lesson.check_open(now, lesson.session.claim_at)
    if lesson.seat_of(by).state is not SeatState.JOINED:
        raise NotPresent
    if lesson.session.host_joined_at is not None:
        raise OtherPresent
    return host_missed(lesson, now)
