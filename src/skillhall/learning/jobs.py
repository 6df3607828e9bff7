"""What learning does with work put aside."""

from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands import cancel
from skillhall.learning.tasks import CancelForSuspension


async def cancel_for_suspension(task: CancelForSuspension, tx: Tx) -> None:
    """Call the session off, unless it has begun or ended meanwhile."""
    await cancel.cancel_for_suspension(tx, task.session_id)
