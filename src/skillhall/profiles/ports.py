"""What profiles asks of the contexts above it."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from skillhall.kernel.db.tx import Read


class Relations(Protocol):
    """Filled by whoever keeps connections. While nobody does, nobody is connected, and what is for connections is shown to nobody."""

    async def connected(self, read: Read, profile_id: UUID, others: Sequence[UUID]) -> frozenset[UUID]:
        """Return which of the `others` (profiles) this profile is connected with."""
        ...
