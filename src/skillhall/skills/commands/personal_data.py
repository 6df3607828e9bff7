"""What skills keeps about a person: handed out, and erased; and who may read the evidence of a skill."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.files import detach
from skillhall.kernel.shapes import Subject
from skillhall.skills.model.skill import PUBLISH
from skillhall.skills.model.verification import SUBJECT
from skillhall.skills.queries.members import everything
from skillhall.skills.store import members as store
from skillhall.skills.store import resources, verifications


class SkillData:
    """Fills identity's `PersonalData`."""

    name = "skills"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return the lists, the proposals, the resources, the requests for verification."""
        return await everything(read, account_id)

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - lists are bounded, no name is kept
        """Delete the lists and requests with their files and count again; what is published stays, as part of the catalogue."""
        await store.erase(tx, account_id)
        for verification_id in await verifications.of_account(tx, account_id):
            await detach(tx, Subject(SUBJECT, verification_id))
        await verifications.erase(tx, account_id)
        await resources.erase(tx, account_id)
        return True


class EvidenceAccess:
    """Fills the kernel's `FileAccess`: besides the member alone staff reads evidence."""

    async def may_read(self, read: Read, actor: Actor, subject: Subject) -> bool:  # noqa: ARG002 - the permission decides
        """Answer for evidence of a member's skill."""
        return subject.kind == SUBJECT and actor.may(PUBLISH)
