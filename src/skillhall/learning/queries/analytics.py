"""Figures about one's own lessons over time: as host and as learner, by day, week or month, and by skill."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct, field

from skillhall.identity.api import person
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import View
from skillhall.learning.model.period import Size, period
from skillhall.learning.queries.sums import sums
from skillhall.learning.queries.views import SkillCard

# A lesson belongs to the bucket in which it starts, and so does its price, whenever it was settled. $2 are the bounds, $3 is now.
AS_HOST = sql("""
SELECT width_bucket(s.starts_at, $2::timestamptz[]) AS bucket, k.id, k.slug, k.name, s.asset,
    count(*) FILTER (WHERE s.state = 'completed') AS lessons,
    count(*) FILTER (WHERE s.state = 'no_show_host') AS missed,
    count(*) FILTER (WHERE s.state = 'cancelled' AND s.closed_as <> 'declined') AS cancelled,
    count(*) FILTER (WHERE s.state = 'cancelled' AND s.closed_as <> 'declined' AND s.closed_by = $1) AS cancelled_by_me,
    coalesce(sum(e.amount), 0)::int8 AS amount, coalesce(sum(p.seconds), 0)::int8 AS seconds
FROM learning.session s
JOIN skills.public_skill k ON k.id = s.skill_id
LEFT JOIN LATERAL (SELECT sum(gross + past_gross - fee - past_fee) AS amount FROM learning.seat WHERE session_id = s.id) e ON true
LEFT JOIN LATERAL (
    SELECT sum(greatest(extract(epoch FROM least(coalesce(a.left_at, $3), s.ends_at) - greatest(a.entered_at, s.starts_at)), 0)) AS seconds
    FROM learning.attendance a WHERE a.session_id = s.id AND a.account_id = $1) p ON true
WHERE s.host_id = $1 AND s.starts_at >= ($2::timestamptz[])[1] AND s.starts_at < ($2::timestamptz[])[cardinality($2)]
GROUP BY 1, k.id, k.slug, k.name, s.asset
""")
AS_LEARNER = sql("""
SELECT width_bucket(s.starts_at, $2::timestamptz[]) AS bucket, k.id, k.slug, k.name, s.asset,
    count(*) FILTER (WHERE e.state = 'attended') AS lessons,
    count(*) FILTER (WHERE e.state = 'no_show') AS missed,
    count(*) FILTER (WHERE e.state = 'cancelled' AND e.queued_at IS NULL AND (e.price = 0 OR e.settlement <> 'none')
        AND s.closed_as IS DISTINCT FROM 'declined'
        AND s.state <> 'no_show_host') AS cancelled,
    count(*) FILTER (WHERE e.state = 'cancelled' AND e.queued_at IS NULL AND (e.price = 0 OR e.settlement <> 'none')
        AND s.closed_as IS DISTINCT FROM 'declined'
        AND (s.closed_by = $1 OR e.closed_as = 'left')) AS cancelled_by_me,
    coalesce(sum(e.gross + e.past_gross), 0)::int8 AS amount, coalesce(sum(p.seconds), 0)::int8 AS seconds
FROM learning.seat e
JOIN learning.session s ON s.id = e.session_id
JOIN skills.public_skill k ON k.id = s.skill_id
LEFT JOIN LATERAL (
    SELECT sum(greatest(extract(epoch FROM least(coalesce(a.left_at, $3), s.ends_at) - greatest(a.entered_at, s.starts_at)), 0)) AS seconds
    FROM learning.attendance a WHERE a.session_id = s.id AND a.account_id = $1) p ON true
WHERE e.account_id = $1 AND s.starts_at >= ($2::timestamptz[])[1] AND s.starts_at < ($2::timestamptz[])[cardinality($2)]
GROUP BY 1, k.id, k.slug, k.name, s.asset
""")


class AnalyticsQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From which day to which, both included, in the caller's time zone. Without them the last 30 days, 12 weeks or 12 months."""

    from_: date | None = field(name="from", default=None)
    to: date | None = None
    bucket: Size = "day"


class PeriodFigures(View, frozen=True, kw_only=True):
    """One side's lessons that start in a time. `attendanceRate`: the part of those due that one was at; null while none was due.

    `cancelled` are lessons called off by anybody, `cancelledByMe` those by oneself; a declined request is neither, nor is a seat one only
    waited for or has not paid.
    `minutesPresent` is time in the room; `credits`, and `money` by currency, are earned after the fee as host, spent as learner.
    """

    lessons: int
    missed: int
    cancelled: int
    cancelled_by_me: int
    attendance_rate: float | None
    minutes_present: int
    credits: Money
    money: list[Money]


class BucketView(View, frozen=True, kw_only=True):
    """The days from `from` to `to`, both included."""

    from_: date = field(name="from")
    to: date
    as_host: PeriodFigures
    as_learner: PeriodFigures


class SkillFiguresView(View, frozen=True, kw_only=True):
    """One skill over the whole time."""

    skill: SkillCard
    as_host: PeriodFigures
    as_learner: PeriodFigures


class AnalyticsView(View, frozen=True, kw_only=True):
    """One's lessons over time. Every bucket is there, also without lessons; skills only those with any, by name."""

    timezone: str
    bucket: Size
    from_: date = field(name="from")
    to: date
    as_host: PeriodFigures
    as_learner: PeriodFigures
    buckets: list[BucketView]
    skills: list[SkillFiguresView]


async def analytics(read: Read, by: Actor, query: AnalyticsQuery) -> AnalyticsView:
    """Return one's figures, in one's own time zone."""
    zone = (await person(read, by.account_id)).timezone
    asked = period(query.from_, query.to, query.bucket, zone, read.now)
    given = await read.rows(AS_HOST, by.account_id, asked.bounds, read.now)
    taken = await read.rows(AS_LEARNER, by.account_id, asked.bounds, read.now)
    cards = {row["id"]: SkillCard(id=row["id"], slug=row["slug"], name=row["name"]) for row in (*given, *taken)}
    return AnalyticsView(
        timezone=zone,
        bucket=query.bucket,
        from_=asked.buckets[0].first,
        to=asked.buckets[-1].last,
        as_host=_figures(given),
        as_learner=_figures(taken),
        buckets=[
            BucketView(
                from_=bucket.first,
                to=bucket.last,
                as_host=_figures(_of(given, "bucket", number)),
                as_learner=_figures(_of(taken, "bucket", number)),
            )
            for number, bucket in enumerate(asked.buckets, start=1)
        ],
        skills=[
            SkillFiguresView(skill=card, as_host=_figures(_of(given, "id", card.id)), as_learner=_figures(_of(taken, "id", card.id)))
            for card in sorted(cards.values(), key=lambda card: card.name)
        ],
    )


def _of(rows: Sequence[Row], column: str, value: int | UUID) -> list[Row]:
    return [row for row in rows if row[column] == value]


def _figures(rows: Sequence[Row]) -> PeriodFigures:
    names = ("lessons", "missed", "cancelled", "cancelled_by_me", "seconds")
    total = {name: sum(row[name] for row in rows) for name in names}
    paid = sums(rows)
    due = total["lessons"] + total["missed"]
    return PeriodFigures(
        lessons=total["lessons"],
        missed=total["missed"],
        cancelled=total["cancelled"],
        cancelled_by_me=total["cancelled_by_me"],
        attendance_rate=round(total["lessons"] / due, 4) if due else None,
        minutes_present=total["seconds"] // 60,
        credits=paid.credits,
        money=paid.money,
    )
