"""What skills keeps about a person: handed out, and erased."""

from uuid import UUID

from skillhall.kernel.db.tx import Read, Tx
from skillhall.skills.queries.members import everything
from skillhall.skills.store import members as store


class SkillData:
    """Fills identity's `PersonalData`."""

    name = "skills"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return the lists and the proposals."""
        return await everything(read, account_id)

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - lists are bounded, no name is kept
        """Delete the lists and count again; a proposed skill stays, as part of the catalogue."""
        await store.erase(tx, account_id)
        return True
