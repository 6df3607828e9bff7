"""Work that learning puts aside for itself."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.work.events import Task


class CancelForSuspension(Task, frozen=True, kw_only=True):
    """Call one session off because one of its people was suspended or banned."""

    name: ClassVar[str] = "learning.cancel_for_suspension"
    session_id: UUID
