"""What learning does with work put aside."""

from datetime import timedelta
from typing import Final

from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands import cancel
from skillhall.learning.store import skills
from skillhall.learning.tasks import CancelForSuspension, MoveSessions

AT_ONCE: Final = 500


async def cancel_for_suspension(task: CancelForSuspension, tx: Tx) -> None:
    """Call the session off, unless it has begun or ended meanwhile."""
    await cancel.cancel_for_suspension(tx, task.session_id, task.account_id)


async def move_sessions(task: MoveSessions, tx: Tx) -> None:
    """Move some, and the rest a second later, when what was locked may be free."""
    if await skills.lock_and_move_sessions(tx, task.skill_id, task.into_id, AT_ONCE):
        tx.enqueue(task, at=tx.now + timedelta(seconds=1))
