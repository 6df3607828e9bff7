"""Figures about one's own sessions. What was paid for a seat that was left and taken again counts round by round."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.learning.queries.sums import sums
from skillhall.learning.queries.views import SideFigures, StatisticsView

AS_HOST = sql("""
SELECT s.state, s.asset, count(DISTINCT s.id) AS sessions, coalesce(sum(e.earned), 0)::int8 AS amount,
    coalesce(sum(extract(epoch FROM s.ends_at - s.starts_at) / 60) FILTER (WHERE e.ordinal = 1), 0)::int8 AS minutes
FROM learning.session s
LEFT JOIN LATERAL (
    SELECT gross - fee + past_gross - past_fee AS earned, row_number() OVER (ORDER BY id) AS ordinal
    FROM learning.seat WHERE session_id = s.id) e ON true
WHERE s.host_id = $1 GROUP BY s.state, s.asset
""")
AS_LEARNER = sql("""
SELECT mine.state, mine.asset, count(*) AS sessions, coalesce(sum(mine.paid), 0)::int8 AS amount,
    coalesce(sum(extract(epoch FROM mine.ends_at - mine.starts_at) / 60), 0)::int8 AS minutes
FROM (
    SELECT CASE WHEN e.closed_as IS NULL THEN s.state ELSE 'cancelled' END AS state, e.gross + e.past_gross AS paid, e.asset,
        s.starts_at, s.ends_at
    FROM learning.seat e JOIN learning.session s ON s.id = e.session_id WHERE e.account_id = $1) mine
GROUP BY mine.state, mine.asset
""")
PEOPLE = sql("""
SELECT (SELECT count(DISTINCT e.account_id) FROM learning.session s JOIN learning.seat e ON e.session_id = s.id
        WHERE s.host_id = $1 AND s.state = 'completed' AND e.closed_as IS NULL) AS taught,
    (SELECT count(DISTINCT s.host_id) FROM learning.seat e JOIN learning.session s ON s.id = e.session_id
        WHERE e.account_id = $1 AND s.state = 'completed' AND e.closed_as IS NULL) AS learned_from,
    (SELECT count(*) FROM learning.session s WHERE s.starts_at > $2 AND s.state IN ('requested', 'scheduled') AND s.id IN (
        SELECT id FROM learning.session WHERE host_id = $1
        UNION ALL SELECT session_id FROM learning.seat WHERE account_id = $1 AND closed_as IS NULL)) AS upcoming,
    (SELECT p.rating FROM profiles.public_profile p WHERE p.account_id = $1 AND p.is_primary) AS rating
""")
HELD = sql("""
SELECT asset, sum(price)::int8 AS amount FROM learning.seat WHERE account_id = $1 AND settlement IN ('held', 'frozen') GROUP BY asset
""")


async def statistics(read: Read, account_id: UUID) -> StatisticsView:
    """Return what this account taught and learned, up to now."""
    row = await read.row(PEOPLE, account_id, read.now)
    if row is None:
        raise AssertionError("an aggregate answers one row")
    held = sums(await read.rows(HELD, account_id))
    return StatisticsView(
        as_host=_side(await read.rows(AS_HOST, account_id), row["taught"]),
        as_learner=_side(await read.rows(AS_LEARNER, account_id), row["learned_from"]),
        upcoming=row["upcoming"],
        held=held.credits,
        held_money=held.money,
        average_rating=row["rating"],
    )


def _side(rows: Sequence[Row], people: int) -> SideFigures:
    by_state = Counter[str]()
    for row in rows:
        by_state[row["state"]] += row["sessions"]
    paid = sums(rows)
    return SideFigures(
        total=by_state.total(),
        by_status=dict(sorted(by_state.items())),
        completed=by_state["completed"],
        minutes=sum(row["minutes"] for row in rows if row["state"] == "completed"),
        people=people,
        credits=paid.credits,
        money=paid.money,
    )
