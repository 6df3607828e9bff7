"""For older clients: a status instead of a verb."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body
from skillhall.learning.commands.accept import accept
from skillhall.learning.commands.cancel import cancel
from skillhall.learning.commands.decline import decline
from skillhall.learning.commands.end import end
from skillhall.learning.commands.interrupt import interrupt
from skillhall.learning.commands.pause import pause
from skillhall.learning.commands.reason import Reason, Text
from skillhall.learning.commands.report_no_show import report_no_show
from skillhall.learning.commands.resume import resume
from skillhall.learning.commands.start import start
from skillhall.learning.model.booking import DECLINED
from skillhall.learning.model.refusals import StatusNotSettable
from skillhall.learning.model.states import SessionState, session_state
from skillhall.learning.queries.views import SessionView
from skillhall.learning.store import lessons

_VERBS: dict[SessionState, Callable[[Tx, Actor, UUID], Awaitable[SessionView]]] = {
    SessionState.SCHEDULED: accept,
    SessionState.PAUSED: pause,
    SessionState.COMPLETED: end,
    SessionState.INTERRUPTED: interrupt,
    SessionState.NO_SHOW_HOST: report_no_show,
}


class SetStatus(Body, frozen=True, kw_only=True):
    """The wanted status, in any source's word."""

    status: str
    reason: Text | None = None


async def set_status(tx: Tx, by: Actor, session_id: UUID, command: SetStatus) -> SessionView:
    """Run the one verb that leads to this status, with all its rules."""
    state = session_state(command.status)
    if state is SessionState.CANCELLED:
        verb = decline if command.status.strip().lower() == DECLINED else cancel
        return await verb(tx, by, session_id, Reason(reason=command.reason))
    if state is SessionState.IN_PROGRESS:
        lesson = await lessons.lock_lesson(tx, session_id)
        verb = resume if lesson.session.state is SessionState.PAUSED else start
        return await verb(tx, by, session_id)
    if state is None or state not in _VERBS:
        raise StatusNotSettable(status=command.status)
    return await _VERBS[state](tx, by, session_id)
