"""What must hold between agreements, work, money and calendars at any moment; each statement selects the rows that break it."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check

ESCROW_WITHOUT_HOLD = sql("""
SELECT e.id AS escrow_id, e.state, e.amount, e.clawed, h.remaining
FROM gigs.escrow e
LEFT JOIN ledger.public_hold h ON h.id = e.id AND h.purpose = 'gig' AND h.subject_id = e.subject_id AND h.account_id = e.client_id
    AND h.asset = e.asset
WHERE e.state IN ('held', 'frozen') AND h.remaining IS DISTINCT FROM e.amount - e.clawed
""")
HOLD_WITHOUT_ESCROW = sql("""
SELECT h.id AS hold_id, h.subject_id, h.remaining
FROM ledger.public_hold h LEFT JOIN gigs.escrow e ON e.id = h.id AND e.state IN ('held', 'frozen')
WHERE h.purpose = 'gig' AND h.remaining > 0 AND e.id IS NULL
""")
FREEZE_DIFFERS = sql("""
SELECT e.id AS escrow_id, e.frozen_by, h.frozen_by AS hold_frozen_by
FROM gigs.escrow e JOIN ledger.public_hold h ON h.id = e.id
WHERE e.state IN ('held', 'frozen') AND e.frozen_by IS DISTINCT FROM h.frozen_by
""")
ESCROW_WITHOUT_OWNER = sql("""
SELECT e.id AS escrow_id, e.kind, e.subject_id, a.state
FROM gigs.escrow e LEFT JOIN gigs.agreement a ON a.id = e.agreement_id
WHERE e.agreement_id IS NOT NULL AND (a.id IS NULL OR (a.closed_at IS NOT NULL AND e.closed_at IS NULL))
   OR e.kind = 'milestone' AND NOT EXISTS (SELECT FROM gigs.milestone m WHERE m.id = e.subject_id)
   OR e.kind = 'booking' AND NOT EXISTS (SELECT FROM gigs.booking b WHERE b.id = e.subject_id)
   OR e.kind = 'week' AND NOT EXISTS (SELECT FROM gigs.week w WHERE w.id = e.subject_id)
""")
WORK_WITHOUT_ESCROW = sql("""
SELECT w.kind, w.id FROM (
    SELECT 'milestone' AS kind, id FROM gigs.milestone UNION ALL SELECT 'booking', id FROM gigs.booking
    UNION ALL SELECT 'week', id FROM gigs.week
) w WHERE NOT EXISTS (SELECT FROM gigs.escrow e WHERE e.subject_id = w.id AND e.kind = w.kind)
""")
BOOKING_DIFFERS = sql("""
SELECT b.id AS booking_id, b.state, e.state AS escrow_state
FROM gigs.booking b JOIN gigs.escrow e ON e.subject_id = b.id AND e.kind = 'booking'
WHERE (b.closed_at IS NULL) <> (e.closed_at IS NULL) OR (b.state = 'completed') <> (e.paid_gross > 0)
""")
PROJECT_DIFFERS = sql("""
SELECT a.id AS agreement_id, a.state, p.state AS project_state, p.worker_id
FROM gigs.agreement a JOIN gigs.project p ON p.id = a.project_id
WHERE a.closed_at IS NULL AND (p.worker_id IS DISTINCT FROM a.worker_id OR NOT CASE
    WHEN a.state = 'disputed' THEN p.state = 'disputed'
    WHEN a.state = 'pending_review' THEN p.state = 'delivered'
    ELSE p.state = 'in_progress' OR p.state = 'paused' AND p.paused_from = 'in_progress' END)
""")
PROJECT_WITHOUT_AGREEMENT = sql("""
SELECT p.id AS project_id, p.state FROM gigs.project p
WHERE p.origin = 'app' AND p.state IN ('in_progress', 'delivered', 'disputed')
  AND NOT EXISTS (SELECT FROM gigs.agreement a WHERE a.project_id = p.id AND a.closed_at IS NULL)
""")
BID_DIFFERS = sql("""
SELECT a.id AS agreement_id, b.id AS bid_id, b.state FROM gigs.agreement a JOIN gigs.bid b ON b.id = a.bid_id
WHERE a.closed_at IS NULL AND b.state <> 'accepted'
""")
UNSIGNED = sql("""
SELECT a.id AS agreement_id, a.state FROM gigs.agreement a
JOIN gigs.agreement_version v ON v.agreement_id = a.id AND v.version = a.version
WHERE NOT CASE
    WHEN a.state IN ('active', 'pending_review', 'disputed', 'completed')
        THEN v.client_signed_at IS NOT NULL AND v.worker_signed_at IS NOT NULL
    WHEN a.state = 'pending_signature' THEN (v.client_signed_at IS NULL) <> (v.worker_signed_at IS NULL)
    WHEN a.state = 'draft' THEN v.client_signed_at IS NULL AND v.worker_signed_at IS NULL
    ELSE true END
""")
TIME_DIFFERS = sql("""
SELECT b.id AS booking_id, b.state, c.starts_at FROM gigs.booking b JOIN gigs.agreement a ON a.id = b.agreement_id
LEFT JOIN calendar.staff_entry c ON c.subject_id = b.id AND c.account_id = a.worker_id AND c.firm
WHERE CASE WHEN b.state = 'cancelled' OR b.starts_at IS NULL THEN c.subject_id IS NOT NULL
    ELSE b.state <> 'completed' AND (c.starts_at, c.ends_at) IS DISTINCT FROM (b.starts_at, b.ends_at) END
""")
DELIVERY_DIFFERS = sql("""
SELECT e.id AS escrow_id, e.kind, e.release_at FROM gigs.escrow e
LEFT JOIN gigs.milestone m ON m.id = e.subject_id AND e.kind = 'milestone'
LEFT JOIN gigs.booking b ON b.id = e.subject_id AND e.kind = 'booking'
LEFT JOIN gigs.week w ON w.id = e.subject_id AND e.kind = 'week'
WHERE e.state IN ('held', 'frozen')
  AND (e.release_at IS NOT NULL) <> (coalesce(m.delivered_at, b.delivered_at) IS NOT NULL OR w.state = 'submitted')
""")
OPEN_BY_STATE = sql("SELECT state, count(*) FROM gigs.agreement WHERE closed_at IS NULL GROUP BY state")
HELD_BY_KIND = sql("SELECT kind, count(*) FROM gigs.escrow WHERE closed_at IS NULL GROUP BY kind")
ENGAGEMENT_CHECKS = (
    Check(name="gigs.every_held_payment_has_its_hold", violations=ESCROW_WITHOUT_HOLD),
    Check(name="gigs.every_open_hold_has_its_payment", violations=HOLD_WITHOUT_ESCROW),
    Check(name="gigs.frozen_payments_have_frozen_holds", violations=FREEZE_DIFFERS),
    Check(name="gigs.every_payment_has_a_living_owner", violations=ESCROW_WITHOUT_OWNER),
    Check(name="gigs.all_work_has_its_payment", violations=WORK_WITHOUT_ESCROW),
    Check(name="gigs.bookings_end_with_their_payment", violations=BOOKING_DIFFERS),
    Check(name="gigs.projects_follow_their_agreement", violations=PROJECT_DIFFERS),
    Check(name="gigs.projects_under_way_have_an_agreement", violations=PROJECT_WITHOUT_AGREEMENT),
    Check(name="gigs.agreements_have_an_accepted_bid", violations=BID_DIFFERS),
    Check(name="gigs.signatures_follow_the_state", violations=UNSIGNED),
    Check(name="gigs.booked_time_is_taken", violations=TIME_DIFFERS),
    Check(name="gigs.releases_follow_deliveries", violations=DELIVERY_DIFFERS),
)
