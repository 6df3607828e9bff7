"""What is due by business time."""

from skillhall.kernel.db.statement import sql

DUE_SUBSCRIPTIONS = sql("SELECT id, due_at FROM billing.subscription WHERE due_at <= $1 ORDER BY due_at LIMIT $2")
NEXT_SUBSCRIPTION = sql("SELECT min(due_at) FROM billing.subscription WHERE due_at > $1")
