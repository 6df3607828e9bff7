"""What bank, books and our own rows must say alike once everything was told or asked; each statement selects what differs."""

BOOKED = """
SELECT a.asset, -sum(e.amount)::bigint AS amount FROM ledger.account a JOIN ledger.entry e ON e.account_id = a.id
WHERE a.kind = 'provider:sandbox' GROUP BY a.asset HAVING sum(e.amount) <> 0 ORDER BY a.asset
"""
AT_BANK = """
SELECT asset, sum(amount - fee)::bigint AS amount FROM payments.sandbox_movement
GROUP BY asset HAVING sum(amount - fee) <> 0 ORDER BY asset
"""
PAYMENTS_DIFFER = """
SELECT p.id, p.state, p.amount, p.captured, p.refunded, p.disputed, p.charged_back, b.came, b.back, b.taken, s.apart, s.open_apart
FROM payments.payment p
CROSS JOIN LATERAL (
    SELECT coalesce(sum(c.captured), 0) AS came,
        coalesce(sum((SELECT sum(r.amount) FROM payments.sandbox_refund r
            WHERE r.charge_ref = c.ref AND r.state = 'succeeded')), 0) AS back,
        coalesce(sum((SELECT sum(x.amount) FROM payments.sandbox_chargeback x
            WHERE x.charge_ref = c.ref AND x.state <> 'won')), 0) AS taken
    FROM payments.sandbox_charge c WHERE c.payment_id = p.id) b
CROSS JOIN LATERAL (
    SELECT coalesce(sum(s.amount), 0) AS apart, coalesce(sum(s.remaining), 0) AS open_apart
    FROM payments.suspense s WHERE s.payment_id = p.id) s
WHERE p.provider = 'sandbox' AND (b.came <> p.captured + s.apart
    OR b.came - b.back - b.taken <> p.captured - p.refunded - p.disputed - p.charged_back + s.open_apart)
"""
PAYOUTS_DIFFER = """
SELECT p.id, p.state, b.state AS said FROM payments.payout p LEFT JOIN payments.sandbox_payout b ON b.key = p.id
WHERE CASE WHEN b.state = 'processing' THEN p.state NOT IN ('processing', 'unknown')
    WHEN b.state IS NULL THEN p.state NOT IN ('pending', 'cancelled', 'failed')
    ELSE p.state <> b.state AND (p.state, b.state) <> ('failed', 'returned') END
"""
REFUNDS_DIFFER = """
SELECT r.id, r.state, r.amount, b.state AS said FROM payments.refund r LEFT JOIN payments.sandbox_refund b ON b.key = r.id
WHERE r.why <> 'dashboard' AND CASE WHEN b.state = 'processing' THEN r.state NOT IN ('sent', 'unknown')
    WHEN b.state IS NULL THEN r.state NOT IN ('cancelled', 'failed')
    ELSE r.state <> b.state AND (r.state, b.state) <> ('cancelled', 'failed') END
"""
UNTOLD = """
SELECT provider, kind, error FROM payments.inbox WHERE state IN ('pending', 'failed')
"""
DEAD = "SELECT receiver, last_error FROM kernel.delivery WHERE last_error IS NOT NULL"
