"""What connections asks of the contexts whose things can be put aside."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from skillhall.connections.model.bookmark import SavedCard
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read


class Savable(Protocol):
    """Filled once per kind of thing: profile by connections itself, offer by learning; a kind nobody fills cannot be put aside."""

    kind: str

    async def cards(self, read: Read, by: Actor, ids: Sequence[UUID]) -> dict[UUID, SavedCard]:
        """Return cards of those of these things that the caller may see."""
        ...
