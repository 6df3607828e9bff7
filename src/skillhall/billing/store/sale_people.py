"""What sales store about one person, to take along and to forget. Purchases and subscriptions are books and hold no name; they stay."""

from uuid import UUID

from skillhall.kernel.db.statement import Statement, sql
from skillhall.kernel.db.tx import Read, Tx

PURCHASES = sql("SELECT to_jsonb(p) AS row FROM billing.purchase p WHERE account_id = $1 ORDER BY id")
SUBSCRIPTIONS = sql("SELECT to_jsonb(s) AS row FROM billing.subscription s WHERE account_id = $1 ORDER BY id")
USAGE = sql("SELECT to_jsonb(u) AS row FROM billing.usage u WHERE account_id = $1 ORDER BY period_start, entitlement")
RENEWING = sql("SELECT count(*) FROM billing.subscription WHERE account_id = $1 AND ended_at IS NULL AND NOT is_cancelling")
FORGET_RESERVATIONS = sql("""
DELETE FROM billing.reservation WHERE id IN (SELECT id FROM billing.reservation WHERE account_id = $1 LIMIT $2)
RETURNING account_id, entitlement, period_start, amount, state
""")
FORGET_USAGE = sql("""
DELETE FROM billing.usage u WHERE u.account_id = $1 AND NOT EXISTS (SELECT FROM billing.reservation r WHERE r.account_id = $1)
""")
UNCOUNT = sql("""
UPDATE billing.usage SET used = used - CASE WHEN $4 = 'used' THEN $5::bigint ELSE 0 END,
    reserved = reserved - CASE WHEN $4 = 'reserved' THEN $5::bigint ELSE 0 END
WHERE account_id = $1 AND entitlement = $2 AND period_start = $3
""")
EXPORTS: dict[str, Statement] = {"purchases": PURCHASES, "subscriptions": SUBSCRIPTIONS, "usage": USAGE}


async def everything(read: Read, account_id: UUID) -> dict[str, object]:
    """Return all rows of this person."""
    return await read.objects(EXPORTS, account_id)


async def renewing_count(read: Read, account_id: UUID) -> int:
    """Return how many subscriptions of an account would be charged again."""
    return await read.value(RENEWING, account_id)


async def forget_some(tx: Tx, account_id: UUID, limit: int) -> int:
    """Forget at most `limit` things somebody used an entitlement for; return how many."""
    gone = await tx.rows(FORGET_RESERVATIONS, account_id, limit)
    for row in gone:
        await tx.run(UNCOUNT, row["account_id"], row["entitlement"], row["period_start"], row["state"], row["amount"])
    await tx.run(FORGET_USAGE, account_id)
    return len(gone)
