"""What must hold between payouts and the books; each statement selects the rows that break it."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check, Gauge

PAYOUT_WITHOUT_HOLD = sql("""
SELECT p.id AS payout_id, p.state, p.amount, h.purpose, h.remaining
FROM payments.payout p LEFT JOIN ledger.public_hold h ON h.id = p.hold_id
WHERE h.id IS NULL OR h.purpose <> 'payout' OR h.account_id <> p.account_id OR h.asset <> p.asset OR h.amount <> p.amount
   OR h.remaining <> CASE WHEN p.state IN ('pending', 'processing', 'unknown') THEN p.amount ELSE 0 END
""")
HOLD_WITHOUT_PAYOUT = sql("""
SELECT h.id AS hold_id, h.account_id, h.remaining
FROM ledger.public_hold h
WHERE h.purpose = 'payout' AND NOT EXISTS (SELECT FROM payments.payout p WHERE p.hold_id = h.id)
""")
SENT_UNVERIFIED = sql("""
SELECT a.account_id, a.kyc FROM payments.payout_account a
WHERE a.kyc = 'verified' AND (a.decided_by IS NULL OR a.decided_by = a.account_id)
""")
PAYOUTS_BY_STATE = sql("SELECT state, count(*) FROM payments.payout WHERE state IN ('pending', 'processing', 'unknown') GROUP BY state")
NOT_CLEAN = sql("SELECT count(*) FROM payments.reconciliation WHERE state <> 'running' AND NOT is_clean")
PAYOUT_CHECKS = (
    Check(name="payments.every_payout_has_its_hold", violations=PAYOUT_WITHOUT_HOLD),
    Check(name="payments.every_payout_hold_has_its_payout", violations=HOLD_WITHOUT_PAYOUT),
    Check(name="payments.nobody_verifies_themselves", violations=SENT_UNVERIFIED),
)
PAYOUT_GAUGES = (
    Gauge(name="skillhall_open_payouts", help="Payouts on their way, by state", value=PAYOUTS_BY_STATE),
    Gauge(name="skillhall_unclean_reconciliations", help="Days on which books and statements differ and nobody knows why", value=NOT_CLEAN),
)
