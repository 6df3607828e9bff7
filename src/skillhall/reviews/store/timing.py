"""What is due by business time."""

from skillhall.kernel.db.statement import sql

DUE_ENGAGEMENTS = sql("""
SELECT id, reveal_at AS due_at FROM reviews.engagement WHERE revealed_at IS NULL AND reveal_at <= $1 ORDER BY reveal_at LIMIT $2
""")
NEXT_ENGAGEMENT = sql("SELECT min(reveal_at) FROM reviews.engagement WHERE revealed_at IS NULL AND reveal_at > $1")
