"""What time alone does to reviews. Nobody asks for it, so whoever was faster wins and nothing is refused."""

from uuid import UUID

from skillhall.kernel.db.tx import Tx
from skillhall.reviews.commands.record import reveal
from skillhall.reviews.store.reviews import lock_engagement


async def pass_time(engagement_id: UUID, tx: Tx) -> None:
    """Publish what one side has written when the other has let its time pass."""
    engagement = await lock_engagement(tx, engagement_id)
    if engagement.revealed_at is None and tx.now >= engagement.reveal_at:
        await reveal(tx, engagement)
