"""Hiding a review from everybody but its author, and showing it again: called by those who decide about content."""

from datetime import datetime
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.reviews.commands.record import record
from skillhall.reviews.store.reviews import lock_review


async def hide(tx: Tx, review_id: UUID, by: Actor, reason: str) -> None:
    """Hide it, and let its stars count no longer; audited. Hiding it twice is hiding it once. Locks rank 20 and above."""
    await _set(tx, review_id, by, reason, tx.now)


async def show(tx: Tx, review_id: UUID, by: Actor, reason: str) -> None:
    """Show it again and let it count; audited."""
    await _set(tx, review_id, by, reason, None)


async def _set(tx: Tx, review_id: UUID, by: Actor, reason: str, at: datetime | None) -> None:
    engagement, before = await lock_review(tx, review_id)
    after = before.hidden(at)
    if after != before:
        await record(tx, engagement, (before, after))
        facts = {"isHidden": at is not None, "decidedBy": by.context or str(by.account_id)}
        tx.audit(f"reviews.{'hide' if at else 'show'}", before.subject, before={"isHidden": at is None}, after=facts, reason=reason)
