"""Another time: propose it, accept it, decline it."""

from uuid import UUID

from skillhall.kernel import tokens
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body, Moment
from skillhall.learning.commands.change import change
from skillhall.learning.commands.reason import Text
from skillhall.learning.model import moving
from skillhall.learning.queries.views import SessionView


class Reschedule(Body, frozen=True, kw_only=True):
    """The new start; the length stays."""

    starts_at: Moment
    reason: Text | None = None


async def propose(tx: Tx, by: Actor, session_id: UUID, command: Reschedule) -> SessionView:
    """Ask for another time; both calendars keep it free until the other side answers."""
    starts_at, reason = command.starts_at, command.reason
    return await change(tx, by, session_id, lambda lesson: moving.proposed(lesson, by.account_id, starts_at, reason, tx.now), binds=True)


async def accept_proposal(tx: Tx, by: Actor, session_id: UUID) -> SessionView:
    """Move the session to the proposed time, in a new room."""
    return await change(tx, by, session_id, lambda lesson: moving.agreed(lesson, by.account_id, tokens.fresh(), tx.now), binds=True)


async def decline_proposal(tx: Tx, by: Actor, session_id: UUID) -> SessionView:
    """Keep the old time."""
    return await change(tx, by, session_id, lambda lesson: moving.refused(lesson, by.account_id, tx.now))
