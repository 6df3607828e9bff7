"""Whether we have booked what a line of a statement says."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.payments.model.reconciling import Line

CHARGE = sql("""
SELECT captured > 0 AND (provider_fee IS NOT NULL OR (captured, asset) <> ($4, $5)) AS is_known
FROM payments.payment WHERE provider = $1 AND (id = $2 OR ref = nullif($3, '')) LIMIT 1
""")
REFUND = sql("""
SELECT state = 'succeeded' AND coalesce(ref, $3) = $3 AND amount = -$4::bigint AND asset = $5 AS is_known
FROM payments.refund WHERE provider = $1 AND (id = $2 OR ref = nullif($3, '')) ORDER BY ref = $3 DESC NULLS LAST LIMIT 1
""")
CHARGEBACK = sql("""
SELECT amount = -$4::bigint AND asset = $5 AS is_known
FROM payments.chargeback WHERE provider = $1 AND (id = $2 OR ref = nullif($3, '')) LIMIT 1
""")
CHARGEBACK_WON = sql("""
SELECT state = 'won' AND amount = $4::bigint AND asset = $5 AS is_known
FROM payments.chargeback WHERE provider = $1 AND (id = $2 OR ref = nullif($3, '')) LIMIT 1
""")
PAYOUT = sql("""
SELECT state IN ('paid', 'returned') AND amount = -$4::bigint AND asset = $5 AS is_known
FROM payments.payout WHERE provider = $1 AND (id = $2 OR ref = nullif($3, '')) LIMIT 1
""")
RETURNED = sql("""
SELECT state = 'returned' AND amount = $4::bigint AND asset = $5 AS is_known
FROM payments.payout WHERE provider = $1 AND (id = $2 OR ref = nullif($3, '')) LIMIT 1
""")
QUESTIONS = {
    "charge": CHARGE,
    "refund": REFUND,
    "chargeback": CHARGEBACK,
    "chargeback_won": CHARGEBACK_WON,
    "payout": PAYOUT,
    "payout_returned": RETURNED,
}


async def knows(read: Read, line: Line) -> bool | None:
    """Return whether it is booked; None when nothing here is meant by it. Of fees and the like there is no news."""
    if line.kind not in QUESTIONS:
        return True
    return await read.value(QUESTIONS[line.kind], line.provider, line.our_id, line.ref, line.amount, line.asset)
