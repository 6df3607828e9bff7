"""A project day by day on screens and as a table, and the table of who has bid on one's projects."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from msgspec import Struct, field

from skillhall.gigs.model.refusals import NotYourProject
from skillhall.gigs.model.team import Role
from skillhall.gigs.store.team import part
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money, major_units
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Instant, View, instant
from skillhall.kernel.sheets import write_rows

USUAL: Final = timedelta(days=29)
LONGEST: Final = timedelta(days=366)
MOST_ROWS: Final = 10_000
FIGURES: Final = ("views", "bids", "invites", "comments", "updates", "tasks", "tasks_completed", "deliveries", "paid")
DAYS = sql("""
SELECT coalesce(d.day, v.day) AS day, coalesce(v.views, 0)::int AS views, coalesce(d.bids, 0) AS bids, coalesce(d.invites, 0) AS invites,
    coalesce(d.comments, 0) AS comments, coalesce(d.updates, 0) AS updates, coalesce(d.tasks, 0) AS tasks,
    coalesce(d.tasks_completed, 0) AS tasks_completed, coalesce(d.deliveries, 0) AS deliveries, coalesce(d.paid, 0) AS paid
FROM (SELECT day, bids, invites, comments, updates, tasks, tasks_completed, deliveries, paid FROM gigs.project_day
    WHERE project_id = $1 AND day BETWEEN $2 AND $3) d
FULL JOIN (SELECT viewed_on AS day, count(*) AS views FROM gigs.project_view
    WHERE project_id = $1 AND viewed_on BETWEEN $2 AND $3 GROUP BY viewed_on) v ON v.day = d.day
ORDER BY 1
""")
BOOSTS = sql("""
SELECT r.kind, r.starts_at, r.ends_at,
    (SELECT count(*)::int FROM gigs.project_view v WHERE v.project_id = $1 AND v.viewed_on BETWEEN r.first AND r.last) AS views,
    (SELECT count(*)::int FROM gigs.bid b WHERE b.project_id = $1 AND b.created_at >= r.starts_at AND b.created_at < r.ends_at) AS bids
FROM (
    SELECT id, kind, starts_at, coalesce(ended_at, ends_at) AS ends_at, (starts_at AT TIME ZONE 'UTC')::date AS first,
        (coalesce(ended_at, ends_at) AT TIME ZONE 'UTC')::date AS last
    FROM gigs.boost WHERE project_id = $1) r
WHERE r.first <= $3 AND r.last >= $2 ORDER BY r.starts_at, r.id
""")
ASSET = sql("SELECT asset FROM gigs.project WHERE id = $1")
APPLICANTS = sql("""
SELECT p.id AS project_id, p.title, h.display_name, h.username, b.state, b.amount, b.hourly_rate, p.asset, b.delivery_days, b.created_at,
    b.proposal
FROM gigs.bid b JOIN gigs.project p ON p.id = b.project_id JOIN profiles.public_profile h ON h.id = b.profile_id
WHERE p.account_id = $1 AND ($2::uuid IS NULL OR p.id = $2) AND p.deleted_at IS NULL AND b.state NOT IN ('withdrawn', 'expired')
ORDER BY p.created_at, p.id, b.created_at, b.id LIMIT $3
""")
APPLICANT_COLUMNS: Final = (
    "projectId", "project", "applicant", "username", "status", "amount", "hourlyRate", "currency", "deliveryDays", "appliedAt", "proposal",
)  # fmt: skip
DAY_COLUMNS: Final = (
    "day", "views", "bids", "invites", "comments", "updates", "tasks", "tasksCompleted", "deliveries", "paid", "currency",
)  # fmt: skip


class PeriodQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From which day to which, both included, in UTC. Without them the last 30 days."""

    from_: date | None = field(name="from", default=None)
    to: date | None = None


class Download(Body, frozen=True, kw_only=True):
    """Which project, and from which day to which; without them the last 30 days."""

    project_id: UUID
    from_: date | None = field(name="from", default=None)
    to: date | None = None


class Export(Body, frozen=True, kw_only=True):
    """Which of one's projects; without it all of them."""

    project_id: UUID | None = None


class Figures(View, frozen=True, kw_only=True):
    """What happened: people who looked, bids, invites, comments, updates, tasks created and completed, deliveries, what was paid."""

    views: int
    bids: int
    invites: int
    comments: int
    updates: int
    tasks: int
    tasks_completed: int
    deliveries: int
    paid: Money


class DayView(Figures, frozen=True, kw_only=True):
    """One day, in UTC."""

    day: date


class BoostRun(View, frozen=True, kw_only=True):
    """What a boost brought: people who looked on its days, and bids while it ran."""

    kind: str
    starts_at: Instant
    ends_at: Instant
    views: int
    bids: int


class ProjectAnalyticsView(View, frozen=True, kw_only=True):
    """A project over a time. Days on which nothing happened are left out; figures but views follow within moments."""

    project_id: UUID
    from_: date = field(name="from")
    to: date
    totals: Figures
    days: list[DayView]
    boosts: list[BoostRun]


async def project_analytics(read: Read, by: Actor, project_id: UUID, query: PeriodQuery) -> ProjectAnalyticsView:
    """Return a project day by day, to those who plan it."""
    first, last = _period(query.from_, query.to, read)
    rows, asset = await _days(read, by, project_id, first, last)
    days = [DayView(day=row["day"], **_figures([row], asset)) for row in rows]
    boosts = [
        BoostRun(
            kind=row["kind"], starts_at=instant(row["starts_at"]), ends_at=instant(row["ends_at"]), views=row["views"], bids=row["bids"]
        )
        for row in await read.rows(BOOSTS, project_id, first, last)
    ]
    return ProjectAnalyticsView(
        project_id=project_id, from_=first, to=last, totals=Figures(**_figures(rows, asset)), days=days, boosts=boosts
    )


async def analytics_sheet(read: Read, by: Actor, command: Download) -> str:
    """Return a project day by day as a table; money in major units."""
    first, last = _period(command.from_, command.to, read)
    rows, asset = await _days(read, by, command.project_id, first, last)
    lines = [[str(row["day"]), *(str(row[name]) for name in FIGURES[:-1]), str(major_units(row["paid"], asset)), asset] for row in rows]
    return write_rows([DAY_COLUMNS, *lines])


async def applicants_sheet(read: Read, by: Actor, command: Export) -> str:
    """Return who has bid on one's projects or applied for them as a table; money in major units."""
    if command.project_id is not None:
        mine = await part(read, command.project_id, by.account_id)
        mine.check_member()
        if mine.role is not Role.OWNER:
            raise NotYourProject
    rows = await read.rows(APPLICANTS, by.account_id, command.project_id, MOST_ROWS)
    return write_rows([APPLICANT_COLUMNS, *(_applicant(row) for row in rows)])


async def _days(read: Read, by: Actor, project_id: UUID, first: date, last: date) -> tuple[Sequence[Row], str]:
    mine = await part(read, project_id, by.account_id)
    mine.check_manages()
    return await read.rows(DAYS, project_id, first, last), await read.value(ASSET, project_id)


def _period(first: date | None, last: date | None, read: Read) -> tuple[date, date]:
    until = last or read.now.date()
    since = first or until - min(USUAL, until - date.min)
    if not since <= until <= since + LONGEST:
        raise Invalid(FieldError("from", "query", "gigs.range", "Ask for 1 to 367 days, the first one first."))
    return since, until


def _figures(rows: Sequence[Row], asset: str) -> dict[str, Any]:
    sums = {name: sum(row[name] for row in rows) for name in FIGURES[:-1]}
    return {**sums, "paid": Money(sum(row["paid"] for row in rows), asset)}


def _applicant(row: Row) -> list[str]:
    prices = (str(major_units(row[name], row["asset"])) if row[name] is not None else "" for name in ("amount", "hourly_rate"))
    return [
        str(row["project_id"]), row["title"], row["display_name"], row["username"] or "", row["state"], *prices, row["asset"],
        str(row["delivery_days"] or ""), instant(row["created_at"]), row["proposal"],
    ]  # fmt: skip
