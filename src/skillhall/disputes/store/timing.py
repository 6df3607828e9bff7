"""What is due by business time."""

from skillhall.kernel.db.statement import sql

DUE_CASES = sql("SELECT id, due_at FROM disputes.case WHERE due_at <= $1 ORDER BY due_at LIMIT $2")
NEXT_CASE = sql("SELECT min(due_at) FROM disputes.case WHERE due_at > $1")
