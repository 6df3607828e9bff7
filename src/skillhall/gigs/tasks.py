"""Work that gigs puts aside for itself."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Task


class HoldForSuspension(Task, frozen=True, kw_only=True):
    """Keep one payment while an account is suspended or banned, or let it go on when it is restored."""

    name: ClassVar[str] = "gigs.hold_for_suspension"
    escrow_id: UUID
    account_id: UUID
    is_suspended: bool

    @property
    def key(self) -> str:
        """What it is put aside under: of one payment, account and direction it waits once."""
        return f"{self.escrow_id} {self.account_id} {'freeze' if self.is_suspended else 'thaw'}"
