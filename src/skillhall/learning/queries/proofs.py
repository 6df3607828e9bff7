"""What must hold between sessions, seats, credits and calendars at any moment; each statement selects the rows that break it."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check

SEAT_WITHOUT_HOLD = sql("""
SELECT e.id AS seat_id, e.hold_id, e.price, e.asset, h.remaining
FROM learning.seat e LEFT JOIN ledger.public_hold h ON h.id = e.hold_id AND h.purpose = 'session' AND h.subject_id = e.session_id
WHERE e.settlement IN ('held', 'frozen') AND (h.remaining, h.asset) IS DISTINCT FROM (e.price, e.asset)
""")
HOLD_WITHOUT_SEAT = sql("""
SELECT h.id AS hold_id, h.subject_id AS session_id, h.remaining
FROM ledger.public_hold h LEFT JOIN learning.seat e ON e.hold_id = h.id AND e.settlement IN ('held', 'frozen')
WHERE h.purpose = 'session' AND h.remaining > 0 AND e.id IS NULL
""")
FREEZE_DIFFERS = sql("""
SELECT e.id AS seat_id, e.settlement, h.frozen_by
FROM learning.seat e JOIN ledger.public_hold h ON h.id = e.hold_id
WHERE e.settlement = 'frozen' AND h.frozen_by IS NULL
""")
TIME_NOT_TAKEN = sql("""
SELECT s.id AS session_id, p.account_id
FROM learning.session s
JOIN LATERAL (
    SELECT s.host_id AS account_id
    UNION ALL
    SELECT e.account_id FROM learning.seat e
    WHERE e.session_id = s.id AND e.state IN ('awaiting_payment', 'requested', 'confirmed', 'joined')) p ON true
WHERE s.due_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM calendar.staff_entry c
    WHERE c.subject_id = s.id AND c.account_id = p.account_id AND c.firm AND c.starts_at = s.starts_at AND c.ends_at = s.ends_at)
""")
TIME_STILL_TAKEN = sql("""
SELECT s.id AS session_id, c.account_id
FROM calendar.staff_entry c JOIN learning.session s ON s.id = c.subject_id
WHERE c.subject_kind = 'session' AND s.state IN ('cancelled', 'expired', 'no_show_host')
""")
SEATS_DIFFER = sql("""
SELECT s.id AS session_id, s.taken, count(e.id) AS counted
FROM learning.session s
LEFT JOIN learning.seat e ON e.session_id = s.id
    AND e.state IN ('offered', 'awaiting_payment', 'requested', 'confirmed', 'joined', 'attended', 'no_show')
GROUP BY s.id HAVING s.taken <> count(e.id)
""")
WAITING_DIFFERS = sql("""
SELECT s.id AS session_id, s.waiting, count(e.id) AS counted
FROM learning.session s LEFT JOIN learning.seat e ON e.session_id = s.id AND e.state = 'waiting'
WHERE s.kind = 'group' GROUP BY s.id HAVING s.waiting <> count(e.id)
""")
SEAT_NOT_PAID = sql("""
SELECT e.id AS seat_id, e.state, e.settlement
FROM learning.seat e
WHERE e.price > 0 AND NOT CASE
    WHEN e.state IN ('waiting', 'offered', 'awaiting_payment') THEN e.settlement = 'none'
    WHEN e.state IN ('cancelled', 'expired') THEN e.settlement <> 'none' OR e.queued_at IS NOT NULL OR e.asset <> 'CREDIT'
    ELSE e.settlement <> 'none' END
""")
TIME_WITHOUT_SEAT = sql("""
SELECT s.id AS session_id, c.account_id
FROM calendar.staff_entry c JOIN learning.session s ON s.id = c.subject_id
WHERE c.subject_kind = 'session' AND s.due_at IS NOT NULL AND c.account_id <> s.host_id AND NOT EXISTS (
    SELECT FROM learning.seat e WHERE e.session_id = s.id AND e.account_id = c.account_id
        AND e.state IN ('awaiting_payment', 'requested', 'confirmed', 'joined', 'attended', 'no_show'))
""")
SEAT_STATE_DIFFERS = sql("""
SELECT e.id AS seat_id, e.state, e.settlement, s.state AS session_state
FROM learning.seat e JOIN learning.session s ON s.id = e.session_id
WHERE NOT CASE
    WHEN s.state = 'requested' THEN e.state IN ('requested', 'awaiting_payment')
    WHEN e.state = 'awaiting_payment' THEN s.state = 'scheduled'
    WHEN s.state IN ('scheduled', 'in_progress', 'paused', 'interrupted')
        THEN e.state IN ('confirmed', 'joined', 'no_show', 'cancelled', 'waiting', 'offered') OR e.closed_as IS NOT NULL
    WHEN s.state = 'completed' THEN e.state IN ('attended', 'no_show', 'cancelled', 'expired')
    WHEN s.state = 'expired' AND s.kind = 'one_on_one' THEN e.state = 'expired'
    ELSE e.state IN ('cancelled', 'expired') END
""")
# What was reported stays frozen through a move to another time, and is decided by staff, whatever becomes of the session.
SETTLEMENT_DIFFERS = sql("""
SELECT e.id AS seat_id, e.state, e.settlement, s.state AS session_state
FROM learning.seat e JOIN learning.session s ON s.id = e.session_id
WHERE NOT CASE
    WHEN e.price = 0 THEN e.settlement = 'none'
    WHEN e.asset <> 'CREDIT' AND e.settlement = 'none' THEN e.state IN ('waiting', 'offered', 'awaiting_payment', 'cancelled', 'expired')
    WHEN e.closed_as IS NOT NULL THEN e.settlement <> 'held'
    WHEN s.state IN ('requested', 'scheduled')
        THEN e.settlement IN ('held', 'frozen', 'refunded', 'split', 'none') OR e.problem_by IS NOT NULL
    WHEN s.state IN ('in_progress', 'paused', 'interrupted', 'completed') THEN e.settlement <> 'none'
    WHEN s.state = 'cancelled' THEN e.settlement <> 'held'
    ELSE e.settlement = 'refunded' OR e.settlement = 'none' AND e.queued_at IS NOT NULL
        OR e.problem_by IS NOT NULL AND e.settlement <> 'held' END
""")
ASSET_DIFFERS = sql("""
SELECT e.id AS seat_id, e.asset, s.asset AS session_asset
FROM learning.seat e JOIN learning.session s ON s.id = e.session_id WHERE e.asset <> s.asset
""")
OPEN_BY_STATE = sql("SELECT state, count(*) FROM learning.session WHERE due_at IS NOT NULL GROUP BY state")
CHECKS = (
    Check(name="learning.every_held_seat_has_its_hold", violations=SEAT_WITHOUT_HOLD),
    Check(name="learning.every_open_hold_has_its_seat", violations=HOLD_WITHOUT_SEAT),
    Check(name="learning.frozen_seats_have_frozen_holds", violations=FREEZE_DIFFERS),
    Check(name="learning.live_sessions_take_time", violations=TIME_NOT_TAKEN),
    Check(name="learning.cancelled_sessions_take_no_time", violations=TIME_STILL_TAKEN),
    Check(name="learning.seat_counts", violations=SEATS_DIFFER),
    Check(name="learning.waiting_counts", violations=WAITING_DIFFERS),
    Check(name="learning.seats_are_paid_and_waiters_hold_nothing", violations=SEAT_NOT_PAID),
    Check(name="learning.time_is_taken_by_seats", violations=TIME_WITHOUT_SEAT),
    Check(name="learning.seats_follow_their_session", violations=SEAT_STATE_DIFFERS),
    Check(name="learning.seats_are_priced_as_their_session", violations=ASSET_DIFFERS),
    Check(name="learning.settlements_follow_their_session", violations=SETTLEMENT_DIFFERS),
)
