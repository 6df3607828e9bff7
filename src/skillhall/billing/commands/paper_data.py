"""What a person may take along of their papers, and what is forgotten."""

from uuid import UUID

from skillhall.billing.store import addresses, paper_rows
from skillhall.kernel.db.tx import Read, Tx


class PaperData:
    """Fills identity's `PersonalData`."""

    name = "invoices"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return the billing address, every paper that names the person, and what was paid for their work."""
        return await paper_rows.everything(read, account_id)

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - one row, no name
        """Forget the address. Papers stay as they were issued: the law has them kept, and says for how long."""
        await addresses.forget(tx, account_id)
        return True
