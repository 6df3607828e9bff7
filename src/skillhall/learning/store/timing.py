"""What is due by business time: sessions that time alone changes, seats to be settled, reminders."""

from skillhall.kernel.db.statement import sql

DUE_SESSIONS = sql("SELECT id, due_at FROM learning.session WHERE due_at <= $1 ORDER BY due_at LIMIT $2")
NEXT_SESSION = sql("SELECT min(due_at) FROM learning.session WHERE due_at IS NOT NULL")
DUE_SEATS = sql("""
SELECT e.id, e.settle_at AS due_at FROM learning.seat e JOIN learning.session s ON s.id = e.session_id
WHERE e.settlement = 'held' AND e.settle_at <= $1 AND s.state = 'completed' ORDER BY e.settle_at LIMIT $2
""")
NEXT_SEAT = sql("SELECT min(settle_at) FROM learning.seat WHERE settlement = 'held'")
DUE_REMINDERS = sql("SELECT id, remind_at AS due_at FROM learning.session WHERE remind_at <= $1 ORDER BY remind_at LIMIT $2")
NEXT_REMINDER = sql("SELECT min(remind_at) FROM learning.session WHERE remind_at IS NOT NULL")
