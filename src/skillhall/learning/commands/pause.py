"""The host pauses the lesson."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.change import change
from skillhall.learning.model import meeting
from skillhall.learning.queries.views import SessionView


async def pause(tx: Tx, by: Actor, session_id: UUID) -> SessionView:
    """Pause; a paused lesson still ends with its planned time."""
    return await change(tx, by, session_id, lambda lesson: meeting.paused(lesson, by.account_id, tx.now))
