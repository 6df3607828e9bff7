"""What payouts keep about a person."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx

ACCOUNT = sql("""
SELECT kind, provider, destination, label, asset, schedule, kyc, note, asked_at, decided_at, reason, payable_from, created_at,
    updated_at
FROM payments.payout_account WHERE account_id = $1
""")
PAYOUTS = sql("""
SELECT id, amount, asset, kind, provider, destination, label, is_automatic, state, failure, why, requested_at, sent_at, paid_at
FROM payments.payout WHERE account_id = $1 ORDER BY requested_at, id
""")
FORGET_ACCOUNT = sql("DELETE FROM payments.payout_account WHERE account_id = $1")
FORGET_DESTINATIONS = sql("""
UPDATE payments.payout SET destination = '', label = '' WHERE id IN (
    SELECT id FROM payments.payout
    WHERE account_id = $1 AND destination <> '' AND state NOT IN ('pending', 'processing', 'unknown') LIMIT $2)
""")


async def everything(read: Read, account_id: UUID) -> dict[str, list[Mapping[str, Any]]]:
    """Return all rows of this person."""
    accounts, payouts = await read.rows(ACCOUNT, account_id), await read.rows(PAYOUTS, account_id)
    return {"accounts": [dict(row) for row in accounts], "payouts": [dict(row) for row in payouts]}


async def forget_account(tx: Tx, account_id: UUID) -> None:
    """Forget where the earnings of this person went."""
    await tx.run(FORGET_ACCOUNT, account_id)


async def forget_destinations(tx: Tx, account_id: UUID, limit: int) -> int:
    """Forget the same of at most `limit` payouts that have ended; return how many."""
    return await tx.run(FORGET_DESTINATIONS, account_id, limit)
