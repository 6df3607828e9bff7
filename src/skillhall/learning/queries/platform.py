"""Figures about everybody's sessions, for staff."""

from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct, field

from skillhall.kernel import money
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.shapes import View
from skillhall.learning.model.period import period
from skillhall.learning.queries.sums import sums
from skillhall.learning.queries.views import SkillCard

# Sessions that start from $1 until before $2.
BY_STATE = sql("""
SELECT s.state, count(*) AS sessions, count(*) FILTER (WHERE s.kind = 'group') AS groups,
    coalesce(sum(extract(epoch FROM s.ends_at - s.starts_at)), 0)::int8 / 60 AS minutes
FROM learning.session s WHERE s.starts_at >= $1 AND s.starts_at < $2 GROUP BY s.state
""")
SEATS = sql("""
SELECT e.asset, count(*) FILTER (WHERE e.state = 'attended') AS attended, count(*) FILTER (WHERE e.state = 'no_show') AS missed,
    coalesce(sum(e.gross + e.past_gross), 0)::int8 AS gross, coalesce(sum(e.fee + e.past_fee), 0)::int8 AS fees,
    coalesce(sum(e.price) FILTER (WHERE e.settlement IN ('held', 'frozen')), 0)::int8 AS held,
    coalesce(sum(e.price - e.gross) FILTER (WHERE e.settlement IN ('refunded', 'split')), 0)::int8 AS returned
FROM learning.session s JOIN learning.seat e ON e.session_id = s.id WHERE s.starts_at >= $1 AND s.starts_at < $2 GROUP BY e.asset
""")
BY_SKILL = sql("""
SELECT k.id, k.slug, k.name, t.sessions, t.completed, t.minutes, t.credits
FROM (
    SELECT s.skill_id, count(*) AS sessions, count(*) FILTER (WHERE s.state = 'completed') AS completed,
        coalesce(sum(extract(epoch FROM s.ends_at - s.starts_at)) FILTER (WHERE s.state = 'completed'), 0)::int8 / 60 AS minutes,
        coalesce(sum(e.gross) FILTER (WHERE s.asset = 'CREDIT'), 0)::int8 AS credits
    FROM learning.session s LEFT JOIN LATERAL (SELECT sum(gross + past_gross) AS gross FROM learning.seat WHERE session_id = s.id) e ON true
    WHERE s.starts_at >= $1 AND s.starts_at < $2
    GROUP BY s.skill_id ORDER BY 3 DESC, 2 DESC, 1 LIMIT 50) t
JOIN skills.public_skill k ON k.id = t.skill_id ORDER BY t.completed DESC, t.sessions DESC, k.name
""")
MONEY_BY_SKILL = sql("""
SELECT s.skill_id, s.asset, sum(e.gross + e.past_gross)::int8 AS amount
FROM learning.session s JOIN learning.seat e ON e.session_id = s.id
WHERE s.starts_at >= $1 AND s.starts_at < $2 AND s.asset <> 'CREDIT' GROUP BY s.skill_id, s.asset
""")


class PlatformQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From which day to which, both included, in UTC. Without them the last 30 days; at most 370 days."""

    from_: date | None = field(name="from", default=None)
    to: date | None = None


class SkillSessionsView(View, frozen=True, kw_only=True):
    """One skill: minutes are planned ones of completed sessions, credits, and money by currency, what hosts earned before the fee."""

    skill: SkillCard
    sessions: int
    completed: int
    minutes: int
    credits: Money
    money: list[Money]


class MoneyFigures(View, frozen=True, kw_only=True):
    """What lessons priced in one currency brought: `earned` before the `fees`, `held` still, `returned` to learners."""

    currency: str
    earned: Money
    fees: Money
    held: Money
    returned: Money


class PlatformSessionsView(View, frozen=True, kw_only=True):
    """Everybody's sessions that start in a time; `bySkill` are the fifty with most completed ones.

    `minutes` are the planned ones of completed sessions. Credits: `earned` before the `fees`, `held` still, `returned` to learners;
    `money` is the same for each currency.
    `hostNoShowRate` is the part missed by their host of sessions completed or missed so, `learnerNoShowRate` the part missed of
    seats attended or missed; null while there are none.
    """

    from_: date = field(name="from")
    to: date
    sessions: int
    group_sessions: int
    by_status: dict[str, int]
    by_skill: list[SkillSessionsView]
    minutes: int
    seats_attended: int
    seats_missed: int
    earned: Money
    fees: Money
    held: Money
    returned: Money
    money: list[MoneyFigures]
    host_no_show_rate: float | None
    learner_no_show_rate: float | None


async def platform_statistics(read: Read, query: PlatformQuery) -> PlatformSessionsView:
    """Return how sessions go on the whole."""
    days = period(query.from_, query.to, "day", "UTC", read.now).buckets
    first, last = days[0].first, days[-1].last
    since, until = _midnight(first), _midnight(last + timedelta(days=1))
    states = {row["state"]: row for row in await read.rows(BY_STATE, since, until)}
    seats = await read.rows(SEATS, since, until)
    attended, missed = sum(row["attended"] for row in seats), sum(row["missed"] for row in seats)
    by_asset = {row["asset"]: _money(row) for row in seats}
    own = by_asset.pop(CREDIT, None)
    earned = await read.rows(MONEY_BY_SKILL, since, until)
    count = {state: row["sessions"] for state, row in sorted(states.items())}
    completed = count.get("completed", 0)
    return PlatformSessionsView(
        from_=first,
        to=last,
        sessions=sum(count.values()),
        group_sessions=sum(row["groups"] for row in states.values()),
        by_status=count,
        by_skill=[
            SkillSessionsView(
                skill=SkillCard(id=row["id"], slug=row["slug"], name=row["name"]),
                sessions=row["sessions"],
                completed=row["completed"],
                minutes=row["minutes"],
                credits=money.credits(row["credits"]),
                money=sums(one for one in earned if one["skill_id"] == row["id"]).money,
            )
            for row in await read.rows(BY_SKILL, since, until)
        ],
        minutes=states["completed"]["minutes"] if completed else 0,
        seats_attended=attended,
        seats_missed=missed,
        earned=own.earned if own else money.credits(0),
        fees=own.fees if own else money.credits(0),
        held=own.held if own else money.credits(0),
        returned=own.returned if own else money.credits(0),
        money=[by_asset[asset] for asset in sorted(by_asset)],
        host_no_show_rate=_rate(count.get("no_show_host", 0), completed),
        learner_no_show_rate=_rate(missed, attended),
    )


def _money(row: Row) -> MoneyFigures:
    asset = row["asset"]
    return MoneyFigures(
        currency=asset,
        earned=Money(row["gross"], asset),
        fees=Money(row["fees"], asset),
        held=Money(row["held"], asset),
        returned=Money(row["returned"], asset),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _rate(missed: int, kept: int) -> float | None:
    return round(missed / (missed + kept), 4) if missed + kept else None
