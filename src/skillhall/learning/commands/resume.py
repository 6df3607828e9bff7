"""The host goes on with a paused lesson."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.change import change
from skillhall.learning.model import meeting
from skillhall.learning.queries.views import SessionView


async def resume(tx: Tx, by: Actor, session_id: UUID) -> SessionView:
    """Go on."""
    return await change(tx, by, session_id, lambda lesson: meeting.resumed(lesson, by.account_id, tx.now))
