"""Who may read the files that learning attaches."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import Subject
from skillhall.learning.model.materials import NOTE, Kind
from skillhall.learning.store.materials import consents
from skillhall.learning.store.participation import part

OF_MATERIAL = sql("SELECT session_id FROM learning.material WHERE id = $1")
OF_SHARED_NOTE = sql("SELECT session_id FROM learning.note WHERE id = $1 AND is_shared")
_WHERE = {Kind.MATERIAL.subject_kind: OF_MATERIAL, Kind.RECORDING.subject_kind: OF_MATERIAL, NOTE: OF_SHARED_NOTE}


class LearningFiles:
    """Fills the kernel's `FileAccess`: as the material, recording or shared note itself. A link that was given before lasts its hour."""

    async def may_read(self, read: Read, actor: Actor, subject: Subject) -> bool:
        """Answer for files of ours; False for those of others."""
        if subject.kind not in _WHERE:
            return False
        session_id: UUID | None = await read.value(_WHERE[subject.kind], subject.id)
        if session_id is None:
            return False
        asking = await part(read, session_id, actor)
        if subject.kind == Kind.RECORDING.subject_kind and not asking.is_staff:
            return asking.may_read and (await consents(read, session_id)).is_complete
        return asking.may_read
