"""What became of what people were told: figures for staff."""

from datetime import timedelta

from msgspec import Struct, field

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import Instant, Moment, View, instant
from skillhall.notifications.queries.deliveries import DeliveryFigures, figures

FIGURES = sql("""
SELECT type, category, count(*)::int AS made, (count(*) FILTER (WHERE sequence IS NOT NULL))::int AS sent,
    (count(*) FILTER (WHERE read_at IS NOT NULL))::int AS read, (count(*) FILTER (WHERE opened_at IS NOT NULL))::int AS opened,
    (count(*) FILTER (WHERE clicked_at IS NOT NULL))::int AS clicked, (count(*) FILTER (WHERE state = 'dismissed'))::int AS dismissed,
    (count(*) FILTER (WHERE state = 'scheduled'))::int AS scheduled, (count(*) FILTER (WHERE state = 'cancelled'))::int AS cancelled,
    (count(*) FILTER (WHERE state = 'expired'))::int AS expired,
    coalesce(sum(extract(epoch FROM (read_at - at))) FILTER (WHERE read_at IS NOT NULL), 0)::float8 AS seconds_to_read
FROM notifications.notice WHERE at >= $1 AND at < $2 GROUP BY type, category ORDER BY type
""")
DEFAULT_DAYS = 30


class StatisticsQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Of when; the last 30 days unless said."""

    since: Moment | None = field(name="from", default=None)
    until: Moment | None = field(name="to", default=None)


class Figures(View, frozen=True, kw_only=True):
    """Of notices: `timeToReadSeconds` is the mean, null while nobody has read any; `readRate` is of those sent."""

    made: int
    sent: int
    read: int
    opened: int
    clicked: int
    dismissed: int
    scheduled: int
    cancelled: int
    expired: int
    read_rate: float
    time_to_read_seconds: float | None


class StatisticsView(View, frozen=True, kw_only=True):
    """Figures of a period, in all, by type and by category, and what became of each delivery."""

    since: Instant = field(name="from")
    until: Instant = field(name="to")
    total: Figures
    by_type: dict[str, Figures]
    by_category: dict[str, Figures]
    deliveries: DeliveryFigures


async def statistics(read: Read, query: StatisticsQuery) -> StatisticsView:
    """Return the figures of a period."""
    until = query.until or read.now + timedelta(seconds=1)
    since = query.since or until - timedelta(days=DEFAULT_DAYS)
    rows = [dict(row) for row in await read.rows(FIGURES, since, until)]
    by_category: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        by_category.setdefault(str(row["category"]), []).append(row)
    return StatisticsView(
        since=instant(since),
        until=instant(until),
        total=_figures(rows),
        by_type={str(row["type"]): _figures([row]) for row in rows},
        by_category={name: _figures(some) for name, some in sorted(by_category.items())},
        deliveries=await figures(read, since, until),
    )


def _figures(rows: list[dict[str, object]]) -> Figures:
    names = ("made", "sent", "read", "opened", "clicked", "dismissed", "scheduled", "cancelled", "expired")
    counts = {name: sum(int(str(row[name])) for row in rows) for name in names}
    seconds = sum(float(str(row["seconds_to_read"])) for row in rows)
    return Figures(
        **counts,
        read_rate=round(counts["read"] / counts["sent"], 4) if counts["sent"] else 0.0,
        time_to_read_seconds=round(seconds / counts["read"], 1) if counts["read"] else None,
    )
