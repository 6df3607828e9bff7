"""Work that skills puts aside for itself."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Task
from skillhall.kernel.ids import NIL


class NameAgain(Task, frozen=True, kw_only=True):
    """Show a skill under its new name on the profiles of those who offer it, from the account behind `after` on."""

    name: ClassVar[str] = "skills.name_again"
    skill_id: UUID
    after: UUID = NIL
