"""What messaging asks of the contexts above it."""

from typing import Protocol
from uuid import UUID

from skillhall.kernel.db.tx import Tx


class Reading(Protocol):
    """Filled by whoever tells people of messages: what somebody has read they need not be told of any more."""

    async def has_read(self, tx: Tx, account_id: UUID, conversation_id: UUID) -> None:
        """Act on this account having read on, in the transaction in which it did, after everything of messaging."""
        ...
