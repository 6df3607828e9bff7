"""The host ends the lesson."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.change import change
from skillhall.learning.model import meeting
from skillhall.learning.queries.views import SessionView


async def end(tx: Tx, by: Actor, session_id: UUID) -> SessionView:
    """End it; from now on the learner may confirm, and in the end time does."""
    return await change(tx, by, session_id, lambda lesson: meeting.ended(lesson, by.account_id, tx.now))
