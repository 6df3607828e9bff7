"""Work that learning puts aside for itself."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Task


class CancelForSuspension(Task, frozen=True, kw_only=True):
    """Call one session off, or of a group one seat, because its account was suspended or banned."""

    name: ClassVar[str] = "learning.cancel_for_suspension"
    session_id: UUID
    account_id: UUID | None = None


class MoveSessions(Task, frozen=True, kw_only=True):
    """Let the sessions of a merged skill be about the one it leads to, some at a time."""

    name: ClassVar[str] = "learning.move_sessions"
    skill_id: UUID
    into_id: UUID
