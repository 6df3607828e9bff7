"""What the books say of one hold: every transfer that filled it or drew on it, with all its entries."""

from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import instant

ENTRIES = sql("""
SELECT t.id, t.kind, t.at, a.owner, a.kind AS account, a.asset, e.amount
FROM (
    SELECT DISTINCT d.transfer_seq FROM ledger.hold h
    JOIN ledger.entry d ON d.account_id = h.account_id AND d.transfer_seq >= h.opened_seq AND d.hold_id = h.id
    WHERE h.id = $1) moved
JOIN ledger.transfer t ON t.seq = moved.transfer_seq
JOIN ledger.entry e ON e.transfer_seq = t.seq AND e.hold_id = $1
JOIN ledger.account a ON a.id = e.account_id
ORDER BY t.seq, e.line
""")


async def hold_entries(read: Read, hold_id: UUID) -> list[dict[str, object]]:
    """Return the entries in the order they were posted, amounts in minor units; those of other holds in the same transfer are left out."""
    return [
        {
            "transferId": row["id"],
            "kind": row["kind"],
            "at": instant(row["at"]),
            "accountId": row["owner"],
            "account": row["account"],
            "amount": {"amount": row["amount"], "currency": row["asset"]},
        }
        for row in await read.rows(ENTRIES, hold_id)
    ]
