"""The host begins the lesson."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.change import change
from skillhall.learning.model import meeting
from skillhall.learning.queries.views import SessionView
from skillhall.learning.store import attendance


async def start(tx: Tx, by: Actor, session_id: UUID) -> SessionView:
    """Begin, from shortly before the planned start to half an hour after; the host counts as present."""
    view = await change(tx, by, session_id, lambda lesson: meeting.started(lesson, by.account_id, tx.now))
    await attendance.enter(tx, session_id, by.account_id, tx.now)
    return view
