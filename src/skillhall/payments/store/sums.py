"""The sums of a payment that say what has left it again."""

from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx

ADD = sql("""
UPDATE payments.payment SET refunded = refunded + $2, disputed = disputed + $3, charged_back = charged_back + $4, updated_at = $5
WHERE id = $1
""")
REFUNDED = sql("""
SELECT p.disputed + p.charged_back + coalesce((
    SELECT sum(r.amount) FROM payments.refund r LEFT JOIN ledger.public_hold h ON h.id = r.hold_id
    WHERE r.payment_id = p.id AND (r.state IN ('pending', 'sent', 'unknown', 'succeeded') OR r.state = 'failed' AND h.remaining > 0)
), 0)::bigint
FROM payments.payment p WHERE p.id = $1
""")


async def add_sums(tx: Tx, payment_id: UUID, *, refunded: int = 0, disputed: int = 0, charged_back: int = 0) -> None:
    """Count what has left, or is back (below zero). The payment is locked."""
    await tx.run(ADD, payment_id, refunded, disputed, charged_back, tx.now)


async def refunded_of(read: Read, payment_id: UUID) -> int:
    """Return how much captured money of a payment is back with its payer, on its way there, or waiting to be sent there again."""
    return await read.value(REFUNDED, payment_id) or 0
