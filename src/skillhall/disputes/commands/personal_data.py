"""What keeps an account from closing, what a person may take along, and how it is forgotten."""

from uuid import UUID

from skillhall.disputes.store import personal
from skillhall.identity.api import Obligation
from skillhall.kernel.db.tx import Read, Tx


class DisputeObligations:
    """Fills identity's `Obligations`."""

    async def obligations(self, read: Read, account_id: UUID) -> list[Obligation]:
        """Return the open disputes, on either side."""
        count = await personal.open_count(read, account_id)
        text = "Disputes of yours are still open: wait until they are decided, or withdraw those you have opened."
        return [Obligation(kind="disputes.case", count=count, text=text)] if count else []


class DisputeData:
    """Fills identity's `PersonalData`."""

    name = "disputes"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return the disputes of either side, and what the person brought forward and wrote."""
        return await personal.everything(read, account_id)

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - no name is kept here
        """Forget the person's words, evidence and files; that there was a dispute, and what was decided, stays in the books."""
        return await personal.forget_some(tx, account_id, limit) == 0
