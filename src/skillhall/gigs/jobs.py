"""What gigs does with work put aside."""

from skillhall.gigs.commands.engage import change, let_go
from skillhall.gigs.model import paying
from skillhall.gigs.store.engagements import of_escrow
from skillhall.gigs.tasks import HoldForSuspension
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject


async def hold_for_suspension(task: HoldForSuspension, tx: Tx) -> None:
    """Freeze or thaw one payment, unless it is decided meanwhile or another case keeps it."""
    case = Subject("suspension", task.account_id)
    if task.is_suspended:
        await change(tx, await of_escrow(tx, task.escrow_id), lambda found: paying.suspended(found, task.escrow_id, case, tx.now))
    else:
        await let_go(tx, task.escrow_id, lambda found: paying.thawed(found, task.escrow_id, case, tx.now))
