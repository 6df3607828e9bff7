"""What a person may take along, and how it is forgotten."""

from uuid import UUID

from skillhall.calendar.queries import shown
from skillhall.calendar.store import entries, personal
from skillhall.kernel.db.tx import Read, Tx


class CalendarData:
    """Fills identity's `PersonalData`."""

    name = "calendar"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return hours, overrides and entries."""
        return await shown.personal_data(read, account_id)

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - nothing here keeps a name
        """Delete all of it; the person's row stays as the lock it is."""
        await entries.lock_people(tx, [account_id])
        return await personal.erase_some(tx, account_id, limit) < limit
