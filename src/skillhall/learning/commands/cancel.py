"""Call a session off."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.change import change
from skillhall.learning.commands.reason import Reason
from skillhall.learning.commands.record import record
from skillhall.learning.model import booking, seating
from skillhall.learning.model.states import ClosedAs, SessionState
from skillhall.learning.queries.views import SessionView
from skillhall.learning.store import lessons

SUSPENDED = "suspended"


async def cancel(tx: Tx, by: Actor, session_id: UUID, command: Reason) -> SessionView:
    """By the host: all is given back. By a learner: all until the time for it has passed, later a part goes to the host.

    In a group a learner calls off the own seat only.
    """
    return await change(tx, by, session_id, lambda lesson: booking.cancelled(lesson, by.account_id, command.reason, tx.now))


async def give_up_seat(tx: Tx, by: Actor, session_id: UUID) -> SessionView:
    """By a learner alone: the own seat, which in a one-to-one lesson is all there is."""
    return await change(tx, by, session_id, lambda lesson: booking.given_up(lesson, by.account_id, tx.now))


async def cancel_for_suspension(tx: Tx, session_id: UUID, account_id: UUID | None) -> None:
    """The hall calls off what a suspended or banned account had promised and not begun; all is given back. Of a group a learner leaves."""
    before = await lessons.lock_lesson(tx, session_id)
    if before.session.state not in {SessionState.REQUESTED, SessionState.SCHEDULED}:
        return
    if before.is_group and account_id and account_id != before.session.host_id:
        await record(tx, before, seating.removed(before, {account_id}, ClosedAs.SUSPENDED))
    else:
        await record(tx, before, booking.cancelled(before, None, None, tx.now, SUSPENDED))
