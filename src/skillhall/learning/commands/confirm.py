"""The learner says that all is well."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.change import change
from skillhall.learning.model import paying
from skillhall.learning.queries.views import SessionView


async def confirm(tx: Tx, by: Actor, session_id: UUID) -> SessionView:
    """Pay the host at once instead of when the time for objections has passed."""
    return await change(tx, by, session_id, lambda lesson: paying.confirmed(lesson, by.account_id))
