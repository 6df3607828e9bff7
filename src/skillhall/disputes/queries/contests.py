"""What the contexts below know of the payments they hold: which there are, and what was agreed and done."""

from uuid import UUID

from skillhall.disputes.model.case import SEAT, Kind
from skillhall.gigs import api as gigs
from skillhall.kernel.db.tx import Read
from skillhall.learning import api as learning

Contested = learning.Contested | gigs.Contested


async def find(
    read: Read,
    by_account: UUID,
    *,
    session_id: UUID | None = None,
    booking_id: UUID | None = None,
    project_id: UUID | None = None,
    escrow_id: UUID | None = None,
) -> list[Contested]:
    """Return the payments of what is named of which this account is a party."""
    named = {"session_id": session_id, "booking_id": booking_id, "project_id": project_id, "escrow_id": escrow_id}
    return [*await learning.find_contested(read, by_account, **named), *await gigs.find_contested(read, by_account, **named)]


async def evidence(read: Read, kind: Kind, hold_id: UUID) -> dict[str, object]:
    """Return what was agreed and done, and the books."""
    return await (learning if kind == SEAT else gigs).evidence(read, hold_id)
