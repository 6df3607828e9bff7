"""What time alone does to sessions and seats. Nobody asks for it, so whoever was faster wins and nothing is refused."""

from uuid import UUID

from msgspec.structs import replace

from skillhall.identity.api import check_not_blocked
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Refusal
from skillhall.learning import events
from skillhall.learning.commands.record import record
from skillhall.learning.model import moving, paying, seating
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.seat import Seat
from skillhall.learning.model.terms import minutes
from skillhall.learning.store import lessons


async def pass_time(session_id: UUID, tx: Tx) -> None:
    """Expire, decide by attendance, complete or give back, whatever is due."""
    before = await lessons.lock_lesson(tx, session_id)
    await record(tx, before, moving.passed(before, tx.now))


async def settle(seat_id: UUID, tx: Tx) -> None:
    """Pay the host when nobody has objected in time."""
    before = await lessons.lock_lesson(tx, await lessons.session_of_seat(tx, seat_id))
    await record(tx, before, paying.settled(before, seat_id, tx.now))


async def fill_seats(session_id: UUID, tx: Tx) -> None:
    """Give one free seat to the first of the next few in line who can take it; another free seat is a transaction of its own.

    Who is busy, short of credits, blocked or not active keeps the place in the line and is tried again.
    """
    before = await lessons.lock_lesson(tx, session_id)
    if before.session.fill_at is None or before.session.fill_at > tx.now:
        return
    now = moving.passed(before, tx.now)
    if not now.can_fill:
        await record(tx, before, now)
        return
    tried = seating.next_in_line(now)
    for seat in tried:
        try:
            async with tx.savepoint():
                await _promote(tx, before, now, seat)
        except Refusal:
            continue
        return
    await record(tx, before, seating.passed_over(now, tried, tx.now))


async def _promote(tx: Tx, before: Lesson, now: Lesson, seat: Seat) -> None:
    host_id = now.session.host_id
    await check_not_blocked(tx, host_id, seat.account_id)
    await record(tx, before, seating.promoted(now, seat, tx.now), bound=[host_id, seat.account_id])


async def remind(session_id: UUID, tx: Tx) -> None:
    """Say that the lesson is near, once for each reminder; those that an outage delayed come as one, and none once it has begun."""
    lesson = await lessons.lock_lesson(tx, session_id)
    session = lesson.session
    if session.remind_at is None or session.remind_at > tx.now:
        return
    await lessons.update_lesson(tx, lesson, replace(lesson, session=replace(session, remind_at=session.reminder_after(tx.now))))
    passed = [before for before in session.terms.reminder_minutes if session.starts_at - minutes(before) <= tx.now]
    if passed and tx.now < session.starts_at:
        tx.publish(
            events.ReminderDue(
                session_id=session.id,
                host_id=session.host_id,
                learner_ids=lesson.learners,
                skill_id=session.skill_id,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                minutes_before=min(passed),
            )
        )
