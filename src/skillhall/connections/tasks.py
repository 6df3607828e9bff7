"""Work that connections puts aside for itself."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Task


class ForgetProfile(Task, frozen=True, kw_only=True):
    """Take away what is left of a deleted profile's connections, follows and bookmarks."""

    name: ClassVar[str] = "connections.forget_profile"
    profile_id: UUID
