"""What a person may take along, and how it is forgotten."""

from uuid import UUID

from skillhall.kernel.db.tx import Read, Tx
from skillhall.reviews.store import personal


class ReviewData:
    """Fills identity's `PersonalData`."""

    name = "reviews"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return what the person wrote, what is public of what was written about them, and endorsements of either side."""
        return await personal.everything(read, account_id)

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - no name is kept here
        """Forget the person's words and endorsements. The stars they gave stay: they are part of what is known of others."""
        return await personal.lock_and_forget(tx, account_id, limit) == 0
