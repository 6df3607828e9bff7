"""What a person may take along of their conversations, and how they are forgotten there."""

from uuid import UUID

from skillhall.kernel.db.tx import Read, Tx
from skillhall.messaging.commands.leave import leave_group
from skillhall.messaging.store import personal


class MessagingData:
    """Fills identity's `PersonalData`."""

    name = "messaging"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return the conversations of this person, what they have written in every version, and their reactions."""
        return await personal.everything(read, account_id)

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - no name is kept here
        """Leave all groups, then empty every message; their places stay, so that nobody's sequence has a gap."""
        for conversation_id in await personal.groups_of(tx, account_id, 1):  # one in a transaction: each is locked before its people
            await leave_group(tx, conversation_id, account_id)
            return False
        return await personal.lock_and_forget_words(tx, account_id, limit) == 0
