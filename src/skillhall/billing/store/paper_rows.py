"""What billing keeps on paper about one person, to take along."""

from uuid import UUID

from skillhall.kernel.db.statement import Statement, sql
from skillhall.kernel.db.tx import Read

ADDRESS = sql("SELECT to_jsonb(a) - 'account_id' AS row FROM billing.address a WHERE account_id = $1")
PAPERS = sql("SELECT i.paper AS row FROM billing.invoice i WHERE account_id = $1 OR seller_id = $1 ORDER BY issued_at, id")
SETTLED = sql("SELECT to_jsonb(s) - 'host_id' AS row FROM billing.settlement s WHERE host_id = $1 ORDER BY at, id")
EXPORTS: dict[str, Statement] = {"address": ADDRESS, "papers": PAPERS, "paidWork": SETTLED}


async def everything(read: Read, account_id: UUID) -> dict[str, object]:
    """Return the address, all papers that name this person, and what was paid for their work."""
    return await read.objects(EXPORTS, account_id)
