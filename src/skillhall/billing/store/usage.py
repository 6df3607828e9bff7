"""Usage in the database. A reservation's row is locked before the count it is part of."""

from datetime import datetime
from uuid import UUID

from skillhall.billing.model.usage import Reservation
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks

INSERT_RESERVATION = sql("""
INSERT INTO billing.reservation AS r (id, account_id, entitlement, period_start, amount, state, at)
VALUES ($1, $2, $3, $4, $5, 'reserved', $6)
ON CONFLICT (id) DO UPDATE SET state = 'reserved', period_start = excluded.period_start, amount = excluded.amount, at = excluded.at
WHERE r.state = 'given_back'
""")
CLOSE_RESERVATION = sql("""
UPDATE billing.reservation SET state = $2, at = $3 WHERE id = $1 AND state = 'reserved'
RETURNING id, account_id, entitlement, period_start, amount, state
""")
TAKE = sql("""
INSERT INTO billing.usage AS u (account_id, entitlement, period_start, used, reserved)
SELECT $1, $2, $3, 0, $4::bigint WHERE $5::bigint IS NULL OR $4::bigint <= $5::bigint
ON CONFLICT (account_id, entitlement, period_start) DO UPDATE SET reserved = u.reserved + excluded.reserved
WHERE $5::bigint IS NULL OR u.used + u.reserved + excluded.reserved <= $5::bigint
""")
COUNT = sql("""
UPDATE billing.usage SET reserved = reserved - $4::bigint, used = used + $5::bigint
WHERE account_id = $1 AND entitlement = $2 AND period_start = $3
""")


@locks(40, 1)
async def reserve(tx: Tx, entry: Reservation, most: int | None) -> bool:
    """Keep so much; False when the limit has no room for it. Nothing when it is kept or used already."""
    if await tx.run(INSERT_RESERVATION, entry.id, entry.account_id, entry.entitlement, entry.period_start, entry.amount, tx.now) == 0:
        return True
    return await tx.run(TAKE, entry.account_id, entry.entitlement, entry.period_start, entry.amount, most) == 1


@locks(40, 1)
async def close(tx: Tx, reservation_id: UUID, *, is_used: bool) -> None:
    """Use what is kept, or give it back; nothing when that was decided before."""
    row = await tx.row(CLOSE_RESERVATION, reservation_id, "used" if is_used else "given_back", tx.now)
    if row is not None:
        amount: int = row["amount"]
        period: datetime = row["period_start"]
        await tx.run(COUNT, row["account_id"], row["entitlement"], period, amount, amount if is_used else 0)
