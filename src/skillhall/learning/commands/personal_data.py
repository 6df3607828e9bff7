"""What keeps an account from closing, what a person may take along, and how it is forgotten."""

from uuid import UUID

from skillhall.identity.api import Obligation
from skillhall.kernel.db.tx import Read, Tx
from skillhall.learning.store import personal


class LearningObligations:
    """Fills identity's `Obligations`."""

    async def obligations(self, read: Read, account_id: UUID) -> list[Obligation]:
        """Return lessons still to be held or settled, on either side."""
        hosted, booked = await personal.open_counts(read, account_id)
        sides = (
            ("learning.session", hosted, "Lessons you give are still open: hold or cancel them, and wait until they are settled."),
            ("learning.seat", booked, "Lessons you have booked are still open: attend, confirm or cancel them."),
        )
        return [Obligation(kind=kind, count=count, text=text) for kind, count, text in sides if count]


class LearningData:
    """Fills identity's `PersonalData`."""

    name = "learning"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return offers, sessions given, seats taken, proposals, attendance, materials, notes and consents to recordings."""
        return await personal.everything(read, account_id)

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:
        """Take the offers off sale; forget what the person wrote, handed out and recorded, and when they were in a room.

        Their consent goes too, so that recordings they are on are shown to nobody any more.
        """
        return await personal.forget_some(tx, account_id, pseudonym, limit) == 0
