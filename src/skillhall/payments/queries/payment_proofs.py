"""What must hold between payments, attempts, what came in, and the books; each statement selects the rows that break it."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check

UNBOOKED = sql("""
SELECT p.id AS payment_id, p.captured, b.transfers, b.came_in
FROM payments.payment p
LEFT JOIN (
    SELECT e.subject_id, count(DISTINCT e.transfer_id) AS transfers,
        -sum(e.amount) FILTER (WHERE e.account = 'provider_fee' OR e.account LIKE 'provider:%') AS came_in
    FROM ledger.staff_entry e WHERE e.subject_kind = 'payment' AND e.transfer_kind IN ('fund', 'buy', 'sale') GROUP BY e.subject_id) b
    ON b.subject_id = p.id
WHERE p.origin = 'here' AND (coalesce(b.came_in, 0) <> p.captured OR b.transfers > 1)
""")
UNKNOWN_MONEY = sql("""
SELECT e.transfer_id, e.subject_id, e.amount
FROM ledger.staff_entry e LEFT JOIN payments.payment p ON p.id = e.subject_id
WHERE e.subject_kind = 'payment' AND e.transfer_kind IN ('fund', 'buy', 'sale') AND e.account LIKE 'provider:%'
  AND p.state IS DISTINCT FROM 'succeeded'
""")
UNSUSPENDED = sql("""
SELECT s.id AS suspense_id, s.remaining, b.kept FROM payments.suspense s
LEFT JOIN (
    SELECT e.subject_id, sum(e.amount) AS kept FROM ledger.staff_entry e
    WHERE e.subject_kind = 'suspense' AND e.account = 'suspense' GROUP BY e.subject_id) b ON b.subject_id = s.id
WHERE coalesce(b.kept, 0) <> s.remaining
""")
ATTEMPT_DIFFERS = sql("""
SELECT a.id AS attempt_id, a.state, p.state AS payment_state FROM payments.attempt a JOIN payments.payment p ON p.id = a.payment_id
WHERE a.state = 'prepared' AND p.state NOT IN ('created', 'requires_action', 'processing', 'failed', 'unknown')
   OR a.state IN ('prepared', 'sent', 'unknown') AND p.state = 'succeeded'
""")
WITHOUT_END = sql("""
SELECT id AS payment_id, state FROM payments.payment
WHERE origin = 'here' AND state IN ('created', 'requires_action', 'failed') AND expires_at IS NULL
""")
PAYMENTS_BY_STATE = sql("SELECT state, count(*) FROM payments.payment GROUP BY state")
UNANSWERED = sql("SELECT state, count(*) FROM payments.attempt WHERE state IN ('sent', 'unknown') GROUP BY state")
PAYMENT_CHECKS = (
    Check(name="payments.what_came_in_is_booked_once", violations=UNBOOKED),
    Check(name="payments.what_is_booked_has_come_in", violations=UNKNOWN_MONEY),
    Check(name="payments.suspended_money_is_kept_apart", violations=UNSUSPENDED),
    Check(name="payments.no_call_outlives_its_payment", violations=ATTEMPT_DIFFERS),
    Check(name="payments.every_open_payment_ends", violations=WITHOUT_END),
)
