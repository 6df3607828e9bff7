"""Staff decides about the credits of a reported session."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.learning.commands.change import change
from skillhall.learning.commands.reason import Grounds
from skillhall.learning.model import paying
from skillhall.learning.queries.views import SessionView


async def release_credits(tx: Tx, by: Actor, session_id: UUID, command: Grounds) -> SessionView:
    """Pay the host in full."""
    return await _rule(tx, by, session_id, command, pay=True)


async def refund_credits(tx: Tx, by: Actor, session_id: UUID, command: Grounds) -> SessionView:
    """Give everything back to the learner."""
    return await _rule(tx, by, session_id, command, pay=False)


async def _rule(tx: Tx, by: Actor, session_id: UUID, command: Grounds, *, pay: bool) -> SessionView:
    view = await change(tx, by, session_id, lambda lesson: paying.ruled(lesson, by.account_id, pay=pay, named=command.seat_id))
    action = "learning.release_credits" if pay else "learning.refund_credits"
    tx.audit(
        action,
        Subject("session", session_id),
        after=[seat.settlement for seat in view.seats if command.seat_id in {None, seat.id}],
        reason=command.reason,
    )
    return view
