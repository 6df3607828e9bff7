"""Store what a verb made of a lesson: rows, people's time, credits, news; each follows from before and after."""

from datetime import datetime
from uuid import UUID

from skillhall.calendar.api import Entry
from skillhall.calendar.api import move as move_time
from skillhall.calendar.api import release as release_time
from skillhall.calendar.api import reserve as reserve_time
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.learning.model.facts import facts
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.seat import Seat
from skillhall.learning.model.seating import awaited
from skillhall.learning.model.states import OCCUPIED, SessionState, Settlement
from skillhall.learning.store import attendance, lessons
from skillhall.ledger.api import HoldFrozen, Lines, Transfer, freeze, hold, post, release, settle, unfreeze

PURPOSE = "session"
_VACATED = frozenset({SessionState.CANCELLED, SessionState.EXPIRED, SessionState.NO_SHOW_HOST})
_IN_ROOM = frozenset({SessionState.SCHEDULED, SessionState.IN_PROGRESS, SessionState.PAUSED})


async def record(tx: Tx, before: Lesson | None, after: Lesson, case: Subject | None = None) -> None:
    """Make it so: the session is locked (or new); calendar and ledger follow in lock order; nothing when nothing changed.

    Credits are frozen, let go again and ruled on for a `case`.
    """
    if before == after:
        return
    after = awaited(before, after, tx.now)
    if before is None:
        await lessons.insert_lesson(tx, after)
    else:
        await lessons.update_lesson(tx, before, after)
        if before.session.state in _IN_ROOM and (after.session.state not in _IN_ROOM or after.session.room != before.session.room):
            await attendance.clear_room(tx, after.session.id, tx.now)
    await _keep_time(tx, before, after)
    await _keep_books(tx, before, after, case)
    for fact in facts(before, after):
        tx.publish(fact)
    session = after.session
    tx.hint(
        f"session:{session.id}", "session:status", session_id=session.id, status=session.state, taken=after.taken, waiting=after.waiting
    )


async def _keep_time(tx: Tx, before: Lesson | None, after: Lesson) -> None:
    session, wanted = after.session, after.open_proposal
    if before is None:
        await reserve_time(tx, session.subject, entries(after, session.starts_at, session.ends_at))
    elif session.state in _VACATED:
        await release_time(tx, session.subject)
    elif wanted and not before.open_proposal:
        await reserve_time(tx, session.subject, entries(after, wanted.starts_at, wanted.ends_at))
    elif (before.open_proposal and not wanted) or session.starts_at != before.session.starts_at:
        await move_time(tx, session.subject, entries(after, session.starts_at, session.ends_at))
    elif came := _seated(after) - _seated(before):
        everybody = entries(after, session.starts_at, session.ends_at)
        await reserve_time(tx, session.subject, [entry for entry in everybody if entry.account_id in came])
    elif gone := _seated(before) - _seated(after):
        await release_time(tx, session.subject, sorted(gone))


def _seated(lesson: Lesson) -> set[UUID]:
    return {seat.account_id for seat in lesson.seats if seat.state in OCCUPIED}


def entries(lesson: Lesson, starts_at: datetime, ends_at: datetime) -> list[Entry]:
    """Return the time the lesson takes of its people when it is held then."""
    session = lesson.session
    host = Entry(
        account_id=session.host_id,
        starts_at=starts_at,
        ends_at=ends_at,
        title=session.title,
        buffer_before_minutes=session.buffer_before_minutes,
        buffer_after_minutes=session.buffer_after_minutes,
    )
    seated = (seat.account_id for seat in lesson.seats if seat.state in OCCUPIED)
    return [host, *(Entry(account_id=account_id, starts_at=starts_at, ends_at=ends_at, title=session.title) for account_id in seated)]


async def _keep_books(tx: Tx, before: Lesson | None, after: Lesson, case: Subject | None) -> None:
    if case:
        await _keep_frozen(tx, before, after, case)
    if transfer := posting(before, after, case):
        await post(tx, transfer)


async def _keep_frozen(tx: Tx, before: Lesson | None, after: Lesson, case: Subject) -> None:
    """Freeze and let go for this case; refuse when another one has the hold."""
    came, gone = _frozen(after) - _frozen(before), _frozen(before) & _held(after)
    if len(await freeze(tx, came, case)) != len(came) or len(await unfreeze(tx, gone, case)) != len(gone):
        raise HoldFrozen


def _frozen(lesson: Lesson | None) -> set[UUID]:
    return {seat.hold_id for seat in lesson.seats if seat.settlement is Settlement.FROZEN} if lesson else set()


def _held(lesson: Lesson) -> set[UUID]:
    return {seat.hold_id for seat in lesson.seats if seat.settlement is Settlement.HELD}


def moved_seats(before: Lesson | None, after: Lesson) -> list[Seat]:
    """Return the seats whose credits are elsewhere than before; one that is entered anew and waits has none."""
    old = {seat.id: seat.settlement for seat in before.seats} if before else {}
    return [seat for seat in after.seats if seat.settlement not in {old.get(seat.id), Settlement.NONE}]


def posting(before: Lesson | None, after: Lesson, case: Subject | None = None) -> Transfer | None:
    """Return the transfer that moves the credits of all seats to where they now belong, if any have to move."""
    thawed = _frozen(before) & _held(after)
    changed = [seat for seat in moved_seats(before, after) if seat.hold_id not in thawed]
    lines = tuple(line for seat in changed for line in _lines(after, seat))
    if not lines:
        return None
    kinds = {_KINDS[seat.settlement] for seat in changed}
    return Transfer(
        id=derived(PURPOSE, after.session.id, *(f"{seat.hold_id} {seat.settlement}" for seat in changed)),
        kind="settle" if "settle" in kinds else kinds.pop(),
        subject=after.session.subject,
        lines=lines,
        freeze_key=case,
    )


_KINDS = {
    Settlement.HELD: "hold",
    Settlement.FROZEN: "hold",
    Settlement.SETTLED: "settle",
    Settlement.SPLIT: "settle",
    Settlement.REFUNDED: "release",
}


def _lines(lesson: Lesson, seat: Seat) -> Lines:
    match seat.settlement:
        case Settlement.HELD:
            return hold(seat.hold_id, seat.account_id, seat.price, PURPOSE, lesson.session.id)
        case Settlement.SETTLED | Settlement.SPLIT:
            return settle(seat.hold_id, lesson.session.host_id, seat.gross, fee=seat.fee, back=seat.price - seat.gross)
        case Settlement.REFUNDED:
            return release(seat.hold_id)
        case _:
            return ()
