"""What is due by business time: agreements nobody signed, payments nobody answered, weeks to open or give up, bids that lapse."""

from skillhall.kernel.db.statement import sql

DUE_SIGNATURES = sql("SELECT id, sign_by AS due_at FROM gigs.agreement WHERE sign_by <= $1 ORDER BY sign_by LIMIT $2")
NEXT_SIGNATURE = sql("SELECT min(sign_by) FROM gigs.agreement WHERE sign_by > $1")
DUE_RELEASES = sql("""
SELECT id, release_at AS due_at FROM gigs.escrow WHERE state = 'held' AND release_at <= $1 ORDER BY release_at LIMIT $2
""")
NEXT_RELEASE = sql("SELECT min(release_at) FROM gigs.escrow WHERE state = 'held' AND release_at > $1")
DUE_WEEKS = sql("SELECT id, next_week_at AS due_at FROM gigs.agreement WHERE next_week_at <= $1 ORDER BY next_week_at LIMIT $2")
NEXT_WEEK = sql("SELECT min(next_week_at) FROM gigs.agreement WHERE next_week_at > $1")
DUE_LAPSES = sql("SELECT id, lapse_at AS due_at FROM gigs.week WHERE lapse_at <= $1 ORDER BY lapse_at LIMIT $2")
NEXT_LAPSE = sql("SELECT min(lapse_at) FROM gigs.week WHERE lapse_at > $1")
# A deleted project keeps its bids as they were: its tombstone cannot be locked.
DUE_BIDS = sql("""
SELECT b.id, b.valid_until AS due_at FROM gigs.bid b JOIN gigs.project p ON p.id = b.project_id AND p.deleted_at IS NULL
WHERE b.state IN ('pending', 'shortlisted', 'interviewing') AND b.valid_until <= $1 ORDER BY b.valid_until LIMIT $2
""")
NEXT_BID = sql("""
SELECT min(valid_until) FROM gigs.bid WHERE state IN ('pending', 'shortlisted', 'interviewing') AND valid_until > $1
""")
