"""What time alone does to sessions and seats. Nobody asks for it, so whoever was faster wins and nothing is refused."""

from uuid import UUID

from msgspec.structs import replace

from skillhall.kernel.db.tx import Tx
from skillhall.learning import events
from skillhall.learning.commands.record import record
from skillhall.learning.model import moving, paying
from skillhall.learning.store import lessons


async def pass_time(session_id: UUID, tx: Tx) -> None:
    """Expire, decide by attendance, complete or give back, whatever is due."""
    before = await lessons.lock_lesson(tx, session_id)
    await record(tx, before, moving.passed(before, tx.now))


async def settle(seat_id: UUID, tx: Tx) -> None:
    """Pay the host when nobody has objected in time."""
    before = await lessons.lock_lesson(tx, await lessons.session_of_seat(tx, seat_id))
    await record(tx, before, paying.settled(before, seat_id, tx.now))


async def remind(session_id: UUID, tx: Tx) -> None:
    """Say that the lesson is near, once for each reminder."""
    session = (lesson := await lessons.lock_lesson(tx, session_id)).session
    if session.remind_at is None or session.remind_at > tx.now:
        return
    after = replace(session, remind_at=session.reminder_after(tx.now))
    if await lessons.reminded(tx, session, after):
        tx.publish(
            events.ReminderDue(
                session_id=session.id,
                host_id=session.host_id,
                learner_ids=lesson.learners,
                skill_id=session.skill_id,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                minutes_before=round((session.starts_at - session.remind_at).total_seconds() / 60),
            )
        )
