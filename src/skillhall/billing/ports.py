"""What billing asks of the contexts above it. Each `module.py` that answers says `Fills(port=Boostable, by=…)`."""

from typing import Protocol
from uuid import UUID

from skillhall.kernel.db.tx import Tx


class Boostable(Protocol):
    """Filled once, by whoever shows what is boosted."""

    async def title(self, tx: Tx, account_id: UUID, project_id: UUID) -> str:
        """Return the title of a project this account may boost now, or refuse. It locks nothing above rank 30."""
        ...
