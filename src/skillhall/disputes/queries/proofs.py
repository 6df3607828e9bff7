"""What must hold between disputes and what they keep frozen; each statement selects the rows that break it."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check, Gauge

CASE_WITHOUT_FREEZE = sql("""
SELECT c.id AS dispute_id, c.hold_id, h.frozen_by, h.remaining
FROM disputes.case c LEFT JOIN ledger.public_hold h ON h.id = c.hold_id
WHERE c.closed_at IS NULL AND c.kind <> 'chargeback'
  AND (h.frozen_by IS DISTINCT FROM 'dispute:' || c.id OR h.remaining <> c.amount OR h.asset <> c.asset)
""")
FREEZE_WITHOUT_CASE = sql("""
SELECT h.id AS hold_id, h.frozen_by
FROM ledger.public_hold h
WHERE h.frozen_by LIKE 'dispute:%' AND NOT EXISTS (
    SELECT FROM disputes.case c WHERE c.hold_id = h.id AND c.closed_at IS NULL AND h.frozen_by = 'dispute:' || c.id)
""")
RESOLVED_AND_HELD = sql("""
SELECT c.id AS dispute_id, c.hold_id, h.remaining
FROM disputes.case c LEFT JOIN ledger.public_hold h ON h.id = c.hold_id
WHERE c.state = 'resolved' AND c.kind <> 'chargeback' AND h.remaining IS DISTINCT FROM 0
""")
DECISION_DIFFERS = sql("""
SELECT c.id AS dispute_id, c.state, c.payee_bp, d.state AS decision_state, d.payee_bp AS decided
FROM disputes.case c
LEFT JOIN disputes.decision d ON d.case_id = c.id AND d.state IN ('open', 'executed')
WHERE CASE WHEN c.kind = 'chargeback' THEN d.id IS NOT NULL
    WHEN c.state = 'resolved' THEN d.state IS DISTINCT FROM 'executed' OR d.payee_bp <> c.payee_bp
    WHEN c.closed_at IS NOT NULL THEN d.id IS NOT NULL
    ELSE d.state = 'executed' END
""")
OPEN_BY_STATE = sql("SELECT state, count(*) FROM disputes.case WHERE closed_at IS NULL GROUP BY state")
CHECKS = (
    Check(name="disputes.every_open_case_has_frozen_its_hold", violations=CASE_WITHOUT_FREEZE),
    Check(name="disputes.every_hold_frozen_by_a_case_has_it", violations=FREEZE_WITHOUT_CASE),
    Check(name="disputes.what_is_resolved_is_paid", violations=RESOLVED_AND_HELD),
    Check(name="disputes.cases_end_as_decided", violations=DECISION_DIFFERS),
)
GAUGES = (Gauge(name="skillhall_open_disputes", help="Disputes that have not ended, by state", value=OPEN_BY_STATE),)
