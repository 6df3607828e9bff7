"""Who may read the files that were handed over."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import Subject

PARTIES = sql("""
SELECT a.client_id, a.worker_id FROM gigs.delivery d JOIN gigs.agreement a ON a.id = d.agreement_id WHERE d.id = $1
""")


class DeliveryFiles:
    """Fills the kernel's `FileAccess`: client, worker, and staff that mediates."""

    async def may_read(self, read: Read, actor: Actor, subject: Subject) -> bool:
        """Answer for files of ours; False for those of others."""
        if subject.kind != "delivery":
            return False
        row = await read.row(PARTIES, subject.id)
        return row is not None and (self._is_party(actor.account_id, row["client_id"], row["worker_id"]) or actor.may("case.mediate"))

    @staticmethod
    def _is_party(account_id: UUID, *parties: UUID) -> bool:
        return account_id in parties
