"""The host accepts a request."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.change import change
from skillhall.learning.model import booking
from skillhall.learning.queries.views import SessionView


async def accept(tx: Tx, by: Actor, session_id: UUID) -> SessionView:
    """Make the date firm."""
    return await change(tx, by, session_id, lambda lesson: booking.accepted(lesson, by.account_id, tx.now), binds=True)
