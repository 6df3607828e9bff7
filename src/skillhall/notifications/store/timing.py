"""What is due by business time: notices to show, notices to end, batches to begin."""

from skillhall.kernel.db.statement import sql

DUE_NOTICES = sql("SELECT id, at AS due_at FROM notifications.notice WHERE state = 'scheduled' AND at <= $1 ORDER BY at LIMIT $2")
NEXT_NOTICE = sql("SELECT min(at) FROM notifications.notice WHERE state = 'scheduled' AND at > $1")
EXPIRING = sql("""
SELECT account_id AS id, min(expires_at) AS due_at FROM notifications.notice
WHERE expires_at <= $1 AND state IN ('scheduled', 'sent') GROUP BY account_id ORDER BY 2 LIMIT $2
""")
NEXT_EXPIRY = sql("SELECT min(expires_at) FROM notifications.notice WHERE expires_at > $1 AND state IN ('scheduled', 'sent')")
DUE_BATCHES = sql("SELECT id, at AS due_at FROM notifications.batch WHERE state = 'scheduled' AND at <= $1 ORDER BY at LIMIT $2")
NEXT_BATCH = sql("SELECT min(at) FROM notifications.batch WHERE state = 'scheduled' AND at > $1")
