"""What connections keeps about a person: handed out, and erased."""

from uuid import UUID

from skillhall.connections.commands.forget import forget
from skillhall.connections.queries.own import everything
from skillhall.connections.queries.parties import profiles_of
from skillhall.kernel.db.tx import Read, Tx


class ConnectionData:
    """Fills identity's `PersonalData`."""

    name = "connections"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return connections, follows either way and bookmarks."""
        return await everything(read, account_id)

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - no name is kept
        """Delete all of them, `limit` of each kind at a time. Others' bookmarks of the person stay, without a card."""
        return await forget(tx, await profiles_of(tx, account_id), limit)
