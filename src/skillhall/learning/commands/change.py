"""What every verb on an existing session shares: lock it, apply the rule, make it so, show it."""

from collections.abc import Callable
from uuid import UUID

from skillhall.identity.api import check_active
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.record import record
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.queries.session import session_view
from skillhall.learning.queries.views import SessionView
from skillhall.learning.store import lessons


async def change(tx: Tx, by: Actor, session_id: UUID, verb: Callable[[Lesson], Lesson], *, binds: bool = False) -> SessionView:
    """Apply `verb` under the session's lock. `binds`: it commits people to a date, so all of them must be active."""
    before = await lessons.lock_lesson(tx, session_id)
    after = verb(before)
    if binds and after != before:
        await check_active(tx, after.session.host_id, *after.learners)
    await record(tx, before, after)
    return await session_view(tx, session_id, by)
