"""Work that calendar puts aside: ids alone, for the address of a private calendar is a secret."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Task


class RefreshImport(Task, frozen=True, kw_only=True):
    """Read a calendar elsewhere again."""

    name: ClassVar[str] = "calendar.refresh_import"
    import_id: UUID
