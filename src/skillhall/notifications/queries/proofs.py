"""What must never be found among the stored rows."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check, Gauge

MISCOUNTED = sql("""
WITH counted AS (
    SELECT account_id, count(*) FILTER (WHERE state = 'sent' AND read_at IS NULL AND NOT is_silent AND NOT is_deleted) AS unread,
        max(sequence) AS last_sequence
    FROM notifications.notice GROUP BY account_id
)
SELECT coalesce(i.account_id, c.account_id) AS account_id, i.unread, c.unread AS counted, i.last_sequence, c.last_sequence AS highest
FROM notifications.inbox i FULL JOIN counted c ON c.account_id = i.account_id
WHERE coalesce(i.unread, 0) <> coalesce(c.unread, 0) OR coalesce(i.last_sequence, 0) < coalesce(c.last_sequence, 0)
""")
OVERTOLD = sql("""
SELECT b.id, b.sent, count(n.id) AS notices FROM notifications.batch b LEFT JOIN notifications.notice n ON n.batch_id = b.id
GROUP BY b.id HAVING count(n.id) > b.sent
""")
UNREAD = sql("SELECT coalesce(sum(unread), 0)::bigint FROM notifications.inbox")
CHECKS = (
    Check(name="notifications.unread_is_counted_right", violations=MISCOUNTED),
    Check(name="notifications.batches_count_whom_they_told", violations=OVERTOLD),
)
GAUGES = (Gauge(name="skillhall_unread_notices", help="Notices that nobody has read yet", value=UNREAD),)
