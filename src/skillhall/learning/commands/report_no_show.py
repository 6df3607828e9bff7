"""The side that came says that the other did not."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.change import change
from skillhall.learning.model import meeting
from skillhall.learning.queries.views import SessionView


async def report_no_show(tx: Tx, by: Actor, session_id: UUID) -> SessionView:
    """Decide at once what attendance would decide later."""
    return await change(tx, by, session_id, lambda lesson: meeting.missed(lesson, by.account_id, tx.now))
