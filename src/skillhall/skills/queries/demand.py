"""Demand on screens: what is trending, and how one skill stands. All of it is counted from rows: lists as they are, lessons as noted."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import ListQuery, Page, instant
from skillhall.skills.model.demand import ActivityView, Days, DemandView, RateView, TrendView, WeekView, score_of
from skillhall.skills.model.refusals import SkillNotFound
from skillhall.skills.queries import graph
from skillhall.skills.queries.catalogue import stats
from skillhall.skills.queries.ranked import FARTHEST, offset_of, page_of

WEEKS: Final = 12
WEEK: Final = timedelta(days=7)
# $1 now, $2 the length of a window: this one and the one before; $3 a category or a part of one. What happened is weighed for all skills,
# and told apart for those of the page alone.
TRENDING = sql("""
WITH happened AS (
    SELECT skill_id, created_at AS at, 1 AS weight FROM skills.member_skill
    WHERE created_at > $1::timestamptz - 2 * $2::interval AND created_at <= $1::timestamptz
    UNION ALL
    SELECT skill_id, noted_at, learners FROM skills.noted
    WHERE noted_at > $1::timestamptz - 2 * $2::interval AND noted_at <= $1::timestamptz AND subject_kind = 'session'
), counted AS (
    SELECT skill_id, sum(weight) FILTER (WHERE at > $1::timestamptz - $2::interval) AS activity,
        coalesce(sum(weight) FILTER (WHERE at <= $1::timestamptz - $2::interval), 0) AS before
    FROM happened GROUP BY skill_id
), page AS (
    SELECT s.id, s.slug, s.name, s.category_slug, s.difficulty, c.activity,
        (c.activity - c.before) / sqrt(c.activity + c.before + 1) AS score, count(*) OVER () AS total
    FROM counted c JOIN skills.skill s ON s.id = c.skill_id
    WHERE c.activity > 0 AND s.state = 'active' AND ($3::text IS NULL OR $3 IN (s.category_slug, s.subcategory_slug))
    ORDER BY score DESC, c.activity DESC, s.name, s.id
    LIMIT $4 OFFSET $5
)
SELECT p.id, p.slug, p.name, p.category_slug, p.difficulty, p.total, m.learners, m.teachers, m.workers, n.sessions, n.session_learners,
    m.learners_before, m.teachers_before, m.workers_before, n.sessions_before, n.session_learners_before
FROM page p CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE purpose = 'learn' AND is_now) AS learners,
        count(*) FILTER (WHERE purpose = 'teach' AND is_now) AS teachers,
        count(*) FILTER (WHERE purpose = 'work' AND is_now) AS workers,
        count(*) FILTER (WHERE purpose = 'learn' AND NOT is_now) AS learners_before,
        count(*) FILTER (WHERE purpose = 'teach' AND NOT is_now) AS teachers_before,
        count(*) FILTER (WHERE purpose = 'work' AND NOT is_now) AS workers_before
    FROM (SELECT purpose, created_at > $1::timestamptz - $2::interval AS is_now FROM skills.member_skill
        WHERE skill_id = p.id AND created_at > $1::timestamptz - 2 * $2::interval AND created_at <= $1::timestamptz) listed
) m CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE is_now) AS sessions, coalesce(sum(learners) FILTER (WHERE is_now), 0) AS session_learners,
        count(*) FILTER (WHERE NOT is_now) AS sessions_before,
        coalesce(sum(learners) FILTER (WHERE NOT is_now), 0) AS session_learners_before
    FROM (SELECT learners, noted_at > $1::timestamptz - $2::interval AS is_now FROM skills.noted
        WHERE skill_id = p.id AND noted_at > $1::timestamptz - 2 * $2::interval AND noted_at <= $1::timestamptz
            AND subject_kind = 'session') held
) n
ORDER BY p.score DESC, p.activity DESC, p.name, p.id
""")
STANDING = sql("""
SELECT s.id, s.slug, s.name, s.category_slug, s.difficulty, t.teachers, t.learners, t.workers, t.sessions, t.average_rating
FROM skills.skill s JOIN skills.tally t ON t.skill_id = s.id
WHERE s.id = (SELECT coalesce(merged_into, id) FROM skills.skill WHERE id = $1) AND s.state = 'active'
""")
# $2 now, $3 how long a step is, $4 how many steps back; the last one is step 0.
BY_STEP = sql("""
SELECT $2::timestamptz - (step + 1) * $3::interval AS starts_at, count(*) FILTER (WHERE h.what = 'learn') AS learners,
    count(*) FILTER (WHERE h.what = 'teach') AS teachers, count(*) FILTER (WHERE h.what = 'work') AS workers,
    count(*) FILTER (WHERE h.what = 'session') AS sessions,
    coalesce(sum(h.learners) FILTER (WHERE h.what = 'session'), 0) AS session_learners
FROM generate_series(0, $4::int - 1) AS step LEFT JOIN (
    SELECT purpose AS what, 1 AS learners, div(extract(epoch FROM $2::timestamptz - created_at), extract(epoch FROM $3::interval)) AS ago
    FROM skills.member_skill WHERE skill_id = $1 AND created_at > $2::timestamptz - $4 * $3::interval AND created_at <= $2
    UNION ALL
    SELECT 'session', learners, div(extract(epoch FROM $2::timestamptz - noted_at), extract(epoch FROM $3::interval))
    FROM skills.noted WHERE skill_id = $1 AND noted_at > $2::timestamptz - $4 * $3::interval AND noted_at <= $2
        AND subject_kind = 'session'
) h ON h.ago = step
GROUP BY step ORDER BY step DESC
""")
RATES = sql("""
SELECT rate_currency AS currency, count(*) AS teachers, min(rate_amount) AS lowest,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY rate_amount) AS median, max(rate_amount) AS highest
FROM skills.member_skill WHERE skill_id = $1 AND purpose = 'teach' AND rate_amount IS NOT NULL
GROUP BY rate_currency ORDER BY count(*) DESC, rate_currency
""")


class TrendQuery(ListQuery, frozen=True, kw_only=True):
    """How long a window is, 30 days unless said otherwise; `category` is the slug of a category or of a part of one."""

    days: Days = 30
    category: str | None = None


async def trending(read: Read, query: TrendQuery) -> Page[TrendView]:
    """Return the skills with any activity in the window, those that grow most beyond chance first."""
    given = (read.now, timedelta(days=query.days), query.category)
    rows = await read.rows(TRENDING, *given, query.limit, offset_of(query))
    return page_of([_trend(row) for row in rows], query, rows[0]["total"] if rows else 0, FARTHEST)


async def demand(read: Read, skill_id: UUID) -> DemandView:
    """Return how a published skill stands, and its last twelve weeks."""
    row = await read.row(STANDING, skill_id)
    if row is None:
        raise SkillNotFound(skill=str(skill_id))
    weeks = [_week(step) for step in await read.rows(BY_STEP, row["id"], read.now, WEEK, WEEKS)]
    month, before = (sum(week.activity.total for week in part) for part in (weeks[-4:], weeks[-8:-4]))
    return DemandView(
        skill=graph.card(row),
        stats=stats(row),
        learners_per_teacher=round(row["learners"] / row["teachers"], 2) if row["teachers"] else None,
        score=score_of(month, before),
        weeks=weeks,
        rates=[RateView(**rate) for rate in await read.rows(RATES, row["id"])],
        redirected_from=None if row["id"] == skill_id else skill_id,
    )


def _trend(row: Row) -> TrendView:
    now, before = _activity(row), _activity(row, "_before")
    return TrendView(skill=graph.card(row), activity=now, before=before, score=score_of(now.total, before.total))


def _week(row: Row) -> WeekView:
    starts_at: datetime = row["starts_at"]
    return WeekView(starts_at=instant(starts_at), activity=_activity(row))


def _activity(row: Row, suffix: str = "") -> ActivityView:
    return ActivityView(
        learners=row["learners" + suffix],
        teachers=row["teachers" + suffix],
        workers=row["workers" + suffix],
        sessions=row["sessions" + suffix],
        session_learners=row["session_learners" + suffix],
    )
