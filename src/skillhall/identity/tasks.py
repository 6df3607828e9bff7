"""Work that identity puts aside: ids alone, so that no secret and no address rests in a job."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Task


class MailCode(Task, frozen=True, kw_only=True):
    """Make the code or link of a request, store its hash, mail it."""

    name: ClassVar[str] = "identity.mail_code"
    code_id: UUID


class CollectExport(Task, frozen=True, kw_only=True):
    """Collect what all contexts store about a person."""

    name: ClassVar[str] = "identity.collect_export"
    export_id: UUID
