"""What is due by business time: sessions that time alone changes, seats to be settled, seats to be filled, reminders."""

from skillhall.kernel.db.statement import sql

DUE_SESSIONS = sql("SELECT id, due_at FROM learning.session WHERE due_at <= $1 ORDER BY due_at LIMIT $2")
NEXT_SESSION = sql("SELECT min(due_at) FROM learning.session WHERE due_at > $1")
DUE_SEATS = sql("""
SELECT e.id, e.settle_at AS due_at FROM learning.seat e JOIN learning.session s ON s.id = e.session_id
WHERE e.settlement = 'held' AND e.settle_at <= $1 AND s.state = 'completed' ORDER BY e.settle_at LIMIT $2
""")
NEXT_SEAT = sql("SELECT min(settle_at) FROM learning.seat WHERE settlement = 'held' AND settle_at > $1")
DUE_FILLS = sql("SELECT id, fill_at AS due_at FROM learning.session WHERE fill_at <= $1 ORDER BY fill_at LIMIT $2")
# A waiter who could not take the seat is tried again each minute, yet a clock that is moved need not stop there: between two steps
# nothing changes, and at each step what is due is tried. It stops where trying begins to mean offering instead of charging.
NEXT_FILL = sql("""
SELECT min(f.at) FROM (
    SELECT greatest(fill_at, starts_at - make_interval(mins => (terms ->> 'free_cancel_minutes')::int)) AS at
    FROM learning.session WHERE fill_at IS NOT NULL) f
WHERE f.at > $1
""")
DUE_REMINDERS = sql("SELECT id, remind_at AS due_at FROM learning.session WHERE remind_at <= $1 ORDER BY remind_at LIMIT $2")
NEXT_REMINDER = sql("SELECT min(remind_at) FROM learning.session WHERE remind_at > $1")
