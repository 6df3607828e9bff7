"""Who may read the files that disputes attaches."""

from skillhall.disputes.model.case import EVIDENCE, is_staff
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import Subject

PARTIES = sql("""
SELECT c.payer_id, c.payee_id FROM disputes.evidence e JOIN disputes.case c ON c.id = e.case_id WHERE e.id = $1
""")


class DisputeFiles:
    """Fills the kernel's `FileAccess`: both sides, and staff that reads disputes."""

    async def may_read(self, read: Read, actor: Actor, subject: Subject) -> bool:
        """Answer for files of ours; False for those of others."""
        if subject.kind != EVIDENCE:
            return False
        row = await read.row(PARTIES, subject.id)
        return row is not None and (is_staff(actor) or actor.account_id in {row["payer_id"], row["payee_id"]})
