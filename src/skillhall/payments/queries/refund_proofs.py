"""What must hold of money that goes back; each statement selects the rows that break it."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check, Gauge

HOLD_DIFFERS = sql("""
SELECT r.id AS refund_id, r.state, r.amount, r.credits, h.remaining
FROM payments.refund r LEFT JOIN ledger.public_hold h ON h.id = r.hold_id
WHERE r.hold_id IS NOT NULL AND CASE
    WHEN r.state IN ('pending', 'sent', 'unknown') AND r.credits > 0 THEN (h.remaining, h.asset) IS DISTINCT FROM (r.credits, 'CREDIT')
    WHEN r.state IN ('pending', 'sent', 'unknown') THEN (h.remaining, h.asset) IS DISTINCT FROM (r.amount, r.asset)
    WHEN r.state = 'failed' AND r.replaced_by IS NULL THEN h.remaining NOT IN (0, r.amount)
    ELSE h.remaining IS DISTINCT FROM 0 END
""")
HOLD_WITHOUT_REFUND = sql("""
SELECT h.id AS hold_id, h.remaining FROM ledger.public_hold h
WHERE h.purpose = 'refund' AND h.remaining > 0 AND NOT EXISTS (SELECT FROM payments.refund r WHERE r.hold_id = h.id)
""")
SUMS_DIFFER = sql("""
SELECT p.id AS payment_id, p.refunded, p.disputed, p.charged_back
FROM payments.payment p
LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM payments.refund WHERE state = 'succeeded' GROUP BY payment_id) r
    ON r.payment_id = p.id
LEFT JOIN (
    SELECT payment_id, sum(amount - excess) FILTER (WHERE state IN ('open', 'under_review')) AS disputed,
        sum(amount - excess) FILTER (WHERE state = 'lost') AS lost
    FROM payments.chargeback GROUP BY payment_id) c ON c.payment_id = p.id
WHERE (p.refunded, p.disputed, p.charged_back) <> (coalesce(r.amount, 0), coalesce(c.disputed, 0), coalesce(c.lost, 0))
""")
ON_THE_WAY = sql("SELECT state, count(*) FROM payments.refund WHERE state IN ('pending', 'sent', 'unknown', 'failed') GROUP BY state")
STUCK = sql("""
SELECT count(*) FROM payments.refund r JOIN ledger.public_hold h ON h.id = r.hold_id
WHERE r.state = 'failed' AND r.replaced_by IS NULL AND h.remaining > 0
""")
SUSPENDED = sql("SELECT count(*) FROM payments.suspense WHERE remaining > 0")
REFUND_CHECKS = (
    Check(name="payments.every_refund_has_its_money_aside", violations=HOLD_DIFFERS),
    Check(name="payments.money_set_aside_to_go_back_has_a_refund", violations=HOLD_WITHOUT_REFUND),
    Check(name="payments.sums_are_those_of_refunds_and_chargebacks", violations=SUMS_DIFFER),
)
REFUND_GAUGES = (
    Gauge(name="skillhall_refunds", help="Refunds that have not reached the payer, by state", value=ON_THE_WAY),
    Gauge(name="skillhall_stuck_refunds", help="Refunds that have failed and whose money waits for staff", value=STUCK),
    Gauge(name="skillhall_open_suspense", help="Money that came in for nothing known and waits for staff, how often", value=SUSPENDED),
)
