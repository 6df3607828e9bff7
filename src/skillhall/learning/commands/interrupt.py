"""Either side says that the lesson broke off."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.change import change
from skillhall.learning.model import meeting
from skillhall.learning.queries.views import SessionView


async def interrupt(tx: Tx, by: Actor, session_id: UUID) -> SessionView:
    """Stop; both may now agree on another time, else everything is given back."""
    return await change(tx, by, session_id, lambda lesson: meeting.interrupted(lesson, by.account_id, tx.now))
