"""The host declines a request."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.change import change
from skillhall.learning.commands.reason import Reason
from skillhall.learning.model import booking
from skillhall.learning.queries.views import SessionView


async def decline(tx: Tx, by: Actor, session_id: UUID, command: Reason) -> SessionView:
    """Give everything back and free both calendars."""
    return await change(tx, by, session_id, lambda lesson: booking.declined(lesson, by.account_id, command.reason, tx.now))
