"""Store what a verb made of a lesson: rows, people's time, credits or money, news; each follows from before and after."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from skillhall.billing.api import charge_fee
from skillhall.calendar.api import Entry
from skillhall.calendar.api import move as move_time
from skillhall.calendar.api import release as release_time
from skillhall.calendar.api import reserve as reserve_time
from skillhall.identity.api import check_active
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.learning.model.facts import facts
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.posting import SEAT, frozen_holds, moved_seats, open_holds, posting
from skillhall.learning.model.says import says
from skillhall.learning.model.seating import awaited
from skillhall.learning.model.states import GONE, KEPT, ClosedAs, SessionState
from skillhall.learning.store import attendance, lessons
from skillhall.ledger.api import HoldFrozen, Lines, freeze, post, unfreeze
from skillhall.messaging.api import Say, say
from skillhall.payments.api import cancel_open, give_back_all

_VACATED = frozenset({SessionState.CANCELLED, SessionState.EXPIRED, SessionState.NO_SHOW_HOST})
_IN_ROOM = frozenset({SessionState.SCHEDULED, SessionState.IN_PROGRESS, SessionState.PAUSED})


async def record(
    tx: Tx, before: Lesson | None, after: Lesson, case: Subject | None = None, *, bound: Collection[UUID] = (), more: Sequence[Say] = ()
) -> None:
    """Make it so: the session is locked (or new); messages, calendar and ledger follow in lock order; nothing when nothing changed.

    `bound` are accounts that this commits to a date, so they must be active. Prices are frozen, let go again and ruled on for a `case`,
    about which `more` is said.
    """
    if before == after:
        await say(tx, *more)
        return
    await keep(tx, before, after, bound=bound, more=more)
    if case:
        await _keep_frozen(tx, before, after, case)
    if transfer := posting(before, after, case, back=await _given_back(tx, before, after)):
        await post(tx, transfer)


async def keep(tx: Tx, before: Lesson | None, after: Lesson, *, bound: Collection[UUID] = (), more: Sequence[Say] = ()) -> None:
    """Do all of it but the posting, which is the caller's."""
    after = awaited(before, after, tx.now)
    if before is None:
        await lessons.insert_lesson(tx, after)
    else:
        await lessons.update_lesson(tx, before, after)
        if before.session.state in _IN_ROOM and (after.session.state not in _IN_ROOM or after.session.room != before.session.room):
            await attendance.clear_room(tx, after.session.id, tx.now)
        for seat_id, why in _given_up(before, after):
            await cancel_open(tx, Subject(SEAT, seat_id), why)
    news = list(facts(before, after))
    await say(tx, *says(before, after, news), *more)
    if bound:
        await check_active(tx, *bound)
    await _keep_time(tx, before, after)
    for fact in news:
        tx.publish(fact)
    session = after.session
    tx.hint(
        f"session:{session.id}", "session:status", session_id=session.id, status=session.state, taken=after.taken, waiting=after.waiting
    )
    for account_id in sorted(_gone(after) - _gone(before) if before else ()):
        tx.hint(f"session:{session.id}", "room:expel", account_id=account_id)


def _given_up(before: Lesson, after: Lesson) -> list[tuple[UUID, str]]:
    """Return the seats that are kept for their payers no longer, and why; or for another round of theirs."""
    rounds = {seat.id: seat.round for seat in before.seats if seat.is_awaiting}
    gone = [seat for seat in after.seats if seat.id in rounds and (not (seat.is_awaiting or seat.is_open) or seat.round != rounds[seat.id])]
    return [(seat.id, "expired" if seat.is_awaiting or seat.closed_as is ClosedAs.UNPAID else "cancelled") for seat in gone]


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
    return {seat.account_id for seat in lesson.seats if seat.state in KEPT}


def _gone(lesson: Lesson) -> set[UUID]:
    """Return who has had a seat and has none."""
    return {seat.account_id for seat in lesson.seats} - {seat.account_id for seat in lesson.seats if seat.state not in GONE}


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
    seated = (seat.account_id for seat in lesson.seats if seat.state in KEPT)
    return [host, *(Entry(account_id=account_id, starts_at=starts_at, ends_at=ends_at, title=session.title) for account_id in seated)]


async def _given_back(tx: Tx, before: Lesson | None, after: Lesson) -> Lines:
    """Send the learners' parts of what came in for their seats back, and invoice the host's fee; return the lines of the former."""
    left = [seat for seat in moved_seats(before, after) if seat.is_paid_outside and not seat.is_open]
    for seat in left:
        if seat.gross:
            await charge_fee(tx, after.session.host_id, seat.hold_id, after.session.title, seat.gross, seat.fee, seat.asset)
    back = [(seat.hold_id, seat.price - seat.gross) for seat in left if seat.price > seat.gross]
    return await give_back_all(tx, back, after.session.closed_as or "released") if back else ()


async def _keep_frozen(tx: Tx, before: Lesson | None, after: Lesson, case: Subject) -> None:
    """Freeze and let go for this case; refuse when another one has the hold."""
    came, gone = frozen_holds(after) - frozen_holds(before), frozen_holds(before) & open_holds(after)
    if len(await freeze(tx, came, case)) != len(came) or len(await unfreeze(tx, gone, case)) != len(gone):
        raise HoldFrozen
