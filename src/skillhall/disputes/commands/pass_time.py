"""What time alone does to disputes. Nobody asks for it, so whoever was faster wins and nothing is refused."""

from uuid import UUID

from skillhall.disputes.commands.record import record
from skillhall.disputes.model import verbs
from skillhall.disputes.store.cases import lock_dispute
from skillhall.kernel.db.tx import Tx


async def pass_time(dispute_id: UUID, tx: Tx) -> None:
    """Hand over to support, note that it is late, or carry a ruling out, whatever is due."""
    before = await lock_dispute(tx, dispute_id)
    await record(tx, before, verbs.passed(before, tx.now))
