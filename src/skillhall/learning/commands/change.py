"""What every verb on an existing session shares: lock it, apply the rule, make it so, show it."""

from collections.abc import Callable
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.record import record
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.states import IN_LINE, KEPT, TAKEN, SeatState
from skillhall.learning.queries.session import session_view
from skillhall.learning.queries.views import SessionView
from skillhall.learning.store import lessons


async def change(tx: Tx, by: Actor, session_id: UUID, verb: Callable[[Lesson], Lesson], *, binds: bool = False) -> SessionView:
    """Apply `verb` under the session's lock. `binds`: it commits people to a date, so all of them must be active."""
    before = await lessons.lock_lesson(tx, session_id)
    return await changed(tx, by, before, verb(before), binds=binds)


async def changed(tx: Tx, by: Actor, before: Lesson, after: Lesson, *, binds: bool = False) -> SessionView:
    """Make it so and show it; the session is locked."""
    await record(tx, before, after, bound=[after.session.host_id, *bound(before, after)] if binds else ())
    return await session_view(tx, after.session.id, by)


def bound(before: Lesson, after: Lesson) -> list[UUID]:
    """Return the learners who are committed anew: in a group those who enter it, otherwise all."""
    old = {seat.id: seat.state for seat in before.seats} if after.is_group else {}
    taken = [seat for seat in after.seats if seat.state in {*TAKEN, SeatState.AWAITING_PAYMENT} and old.get(seat.id) not in KEPT]
    waits = [seat for seat in after.seats if seat.state in IN_LINE and old.get(seat.id) not in IN_LINE]
    return [seat.account_id for seat in (*taken, *waits)]
