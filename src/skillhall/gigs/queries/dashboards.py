"""Figures for owners, workers and staff: what is under way, what waits, who does how much."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from skillhall.gigs.model.project import ProjectState
from skillhall.gigs.queries.projects import whole
from skillhall.gigs.queries.tasks import face_of
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import Statement, sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import Page, View
from skillhall.profiles.api import PersonCard

OF_OWNER = sql("""
SELECT (SELECT count(*)::int FROM gigs.bid b JOIN gigs.project p ON p.id = b.project_id
        WHERE p.account_id = $1 AND p.deleted_at IS NULL AND b.state IN ('pending', 'shortlisted', 'interviewing')) AS open_bids,
    (SELECT count(DISTINCT a.worker_id)::int FROM gigs.agreement a WHERE a.client_id = $1 AND a.active_at IS NOT NULL) AS workers,
    (SELECT count(*)::int FROM gigs.agreement a WHERE a.client_id = $1 AND a.closed_at IS NULL) AS open_agreements,
    (SELECT count(*)::int FROM gigs.submission s JOIN gigs.task t ON t.id = s.task_id JOIN gigs.project p ON p.id = t.project_id
        WHERE p.account_id = $1 AND p.deleted_at IS NULL AND t.deleted_at IS NULL AND s.state = 'pending') AS pending_evaluations,
    count(t.id)::int AS tasks, count(t.id) FILTER (WHERE t.state = 'completed')::int AS completed_tasks,
    count(t.id) FILTER (WHERE t.state <> 'completed' AND t.due_on < $2)::int AS overdue_tasks
FROM gigs.task t JOIN gigs.project p ON p.id = t.project_id
WHERE p.account_id = $1 AND p.deleted_at IS NULL AND t.deleted_at IS NULL
""")
STATES_OF_OWNER = sql("""
SELECT state, count(*)::int AS projects FROM gigs.project WHERE account_id = $1 AND deleted_at IS NULL GROUP BY state
""")
CATEGORIES_OF_OWNER = sql("""
SELECT c.slug, c.name, count(*)::int AS projects FROM gigs.project p JOIN skills.public_category c ON c.slug = p.category_slug
WHERE p.account_id = $1 AND p.deleted_at IS NULL GROUP BY c.slug, c.name ORDER BY count(*) DESC, c.slug
""")
# $1 the owner, $2 one project or all, $3 today, $4 now
COLLABORATION = sql("""
WITH mine AS (SELECT id FROM gigs.project WHERE account_id = $1 AND deleted_at IS NULL AND ($2::uuid IS NULL OR id = $2)),
work AS (
    SELECT t.assignee_id AS account_id, count(*) FILTER (WHERE t.state <> 'completed') AS open,
        count(*) FILTER (WHERE t.state = 'review') AS in_review, count(*) FILTER (WHERE t.state = 'completed') AS completed,
        count(*) FILTER (WHERE t.state <> 'completed' AND t.due_on < $3) AS overdue
    FROM gigs.task t WHERE t.project_id IN (SELECT id FROM mine) AND t.assignee_id IS NOT NULL AND t.deleted_at IS NULL GROUP BY 1),
given AS (
    SELECT s.account_id, count(*) AS submissions, count(*) FILTER (WHERE s.state = 'approved') AS approved
    FROM gigs.submission s JOIN gigs.task t ON t.id = s.task_id WHERE t.project_id IN (SELECT id FROM mine) GROUP BY 1),
spent AS (
    SELECT e.account_id, sum(extract(epoch FROM greatest(coalesce(s.ended_at, $4), s.started_at) - s.started_at)) / 60 AS minutes
    FROM gigs.time_entry e JOIN gigs.time_span s ON s.entry_id = e.id WHERE e.project_id IN (SELECT id FROM mine) GROUP BY 1),
said AS (
    SELECT c.account_id, count(*) AS comments FROM gigs.task_comment c JOIN gigs.task t ON t.id = c.task_id
    WHERE t.project_id IN (SELECT id FROM mine) AND c.deleted_at IS NULL GROUP BY 1)
SELECT account_id, coalesce(w.open, 0)::int AS open_tasks, coalesce(w.in_review, 0)::int AS in_review,
    coalesce(w.completed, 0)::int AS completed_tasks, coalesce(w.overdue, 0)::int AS overdue_tasks,
    coalesce(g.submissions, 0)::int AS submissions, coalesce(g.approved, 0)::int AS approved, coalesce(floor(t.minutes), 0)::int AS minutes,
    coalesce(c.comments, 0)::int AS comments, h.id AS face_id, h.display_name, h.username, h.avatar_url, h.rating
FROM work w FULL JOIN given g USING (account_id) FULL JOIN spent t USING (account_id) FULL JOIN said c USING (account_id)
JOIN profiles.public_profile h USING (account_id) WHERE h.is_primary
ORDER BY completed_tasks DESC, minutes DESC, account_id LIMIT 500
""")
# $1 the worker, $2 today, $3 now
PERFORMANCE = sql("""
SELECT count(*)::int AS tasks, count(*) FILTER (WHERE t.state = 'completed')::int AS completed,
    count(*) FILTER (WHERE t.state IN ('todo', 'in_progress'))::int AS open, count(*) FILTER (WHERE t.state = 'review')::int AS in_review,
    count(*) FILTER (WHERE t.state <> 'completed' AND t.due_on < $2)::int AS overdue,
    count(*) FILTER (WHERE t.state = 'completed' AND t.due_on IS NOT NULL)::int AS due,
    count(*) FILTER (WHERE t.state = 'completed' AND (t.completed_at AT TIME ZONE 'UTC')::date <= t.due_on)::int AS on_time,
    (avg(extract(epoch FROM t.completed_at - t.started_at)) FILTER (WHERE t.state = 'completed' AND t.started_at IS NOT NULL)
        / 3600)::float8 AS hours,
    (SELECT count(*)::int FROM gigs.submission s WHERE s.account_id = $1) AS submissions,
    (SELECT count(*)::int FROM gigs.submission s WHERE s.account_id = $1 AND s.state <> 'pending') AS decided,
    (SELECT count(*)::int FROM gigs.submission s WHERE s.account_id = $1 AND s.state = 'approved') AS approved,
    (SELECT coalesce(floor(sum(extract(epoch FROM greatest(coalesce(s.ended_at, $3), s.started_at) - s.started_at)) / 60), 0)::int
        FROM gigs.time_span s WHERE s.account_id = $1) AS minutes
FROM gigs.task t WHERE t.assignee_id = $1 AND t.deleted_at IS NULL
""")
ALL_STATES = sql("SELECT state, count(*)::int AS projects FROM gigs.project WHERE deleted_at IS NULL GROUP BY state")
OF_ALL = sql("""
SELECT (SELECT count(*)::int FROM gigs.bid WHERE state NOT IN ('withdrawn', 'expired')) AS bids,
    (SELECT count(*)::int FROM gigs.agreement) AS agreements,
    (SELECT count(*)::int FROM gigs.agreement WHERE closed_at IS NULL) AS open_agreements,
    (SELECT count(*)::int FROM gigs.agreement WHERE state = 'completed') AS completed_agreements,
    (SELECT count(*)::int FROM gigs.agreement WHERE state = 'disputed') AS disputed_agreements,
    (SELECT count(*)::int FROM gigs.task WHERE deleted_at IS NULL) AS tasks,
    (SELECT count(*)::int FROM gigs.task WHERE deleted_at IS NULL AND state = 'completed') AS completed_tasks,
    (SELECT count(DISTINCT account_id)::int FROM gigs.project WHERE deleted_at IS NULL) AS clients,
    (SELECT count(DISTINCT worker_id)::int FROM gigs.agreement WHERE active_at IS NOT NULL) AS workers
""")


class OwnerStatsView(View, frozen=True, kw_only=True):
    """One's projects in numbers. `active` are those that take bids or are worked on, paused ones included."""

    projects: int
    active: int
    by_status: dict[str, int]
    open_bids: int
    open_agreements: int
    workers: int
    tasks: int
    completed_tasks: int
    overdue_tasks: int
    pending_evaluations: int


class OwnerCategory(View, frozen=True, kw_only=True):
    """A category, and how many of one's projects are in it."""

    slug: str
    name: str
    projects: int


class CollaborationView(View, frozen=True, kw_only=True):
    """One person's part in one's projects: tasks, what was handed in and approved, minutes tracked, comments."""

    user_id: UUID
    user: PersonCard | None
    open_tasks: int
    in_review: int
    completed_tasks: int
    overdue_tasks: int
    submissions: int
    approved: int
    minutes: int
    comments: int


class CollaborationQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Which of one's projects; without it all of them."""

    project_id: UUID | None = None


class PerformanceView(View, frozen=True, kw_only=True):
    """One's own work on tasks. Rates are parts of one: of the tasks with a date those done by it, of decided submissions the approved.

    `productivityScore`, 0 to 100, is the mean of the rates that there are; null without any. `averageHours` is from start to completion.
    """

    tasks: int
    open: int
    in_review: int
    completed: int
    overdue: int
    submissions: int
    on_time_rate: float | None
    approval_rate: float | None
    average_hours: float | None
    minutes: int
    productivity_score: int | None


class PlatformProjectsView(View, frozen=True, kw_only=True):
    """All projects in numbers, for staff."""

    projects: int
    by_status: dict[str, int]
    bids: int
    agreements: int
    open_agreements: int
    completed_agreements: int
    disputed_agreements: int
    tasks: int
    completed_tasks: int
    clients: int
    workers: int


ACTIVE = [
    ProjectState.OPEN, ProjectState.IN_PROGRESS, ProjectState.DELIVERED, ProjectState.PAUSED, ProjectState.DISPUTED,
]  # fmt: skip


async def owner_stats(read: Read, by: Actor) -> OwnerStatsView:
    """Return the caller's projects in numbers."""
    states = _by_state(await read.rows(STATES_OF_OWNER, by.account_id))
    active = sum(states.get(state, 0) for state in ACTIVE)
    row = await _one(read, OF_OWNER, by.account_id, read.now.date())
    return OwnerStatsView(projects=sum(states.values()), active=active, by_status=states, **row)


async def owner_categories(read: Read, by: Actor) -> Page[OwnerCategory]:
    """Return the categories of the caller's projects, the most frequent first."""
    return whole([OwnerCategory(**row) for row in await read.rows(CATEGORIES_OF_OWNER, by.account_id)])


async def collaboration(read: Read, by: Actor, query: CollaborationQuery) -> Page[CollaborationView]:
    """Return who does how much in the caller's projects."""
    rows = await read.rows(COLLABORATION, by.account_id, query.project_id, read.now.date(), read.now)
    return whole([_collaboration(row) for row in rows])


async def performance(read: Read, by: Actor) -> PerformanceView:
    """Return the caller's own work on tasks."""
    row = await _one(read, PERFORMANCE, by.account_id, read.now.date(), read.now)
    on_time, approval = _rate(row["on_time"], row["due"]), _rate(row["approved"], row["decided"])
    rates = [rate for rate in (on_time, approval) if rate is not None]
    return PerformanceView(
        tasks=row["tasks"],
        open=row["open"],
        in_review=row["in_review"],
        completed=row["completed"],
        overdue=row["overdue"],
        submissions=row["submissions"],
        on_time_rate=on_time,
        approval_rate=approval,
        average_hours=None if row["hours"] is None else round(row["hours"], 2),
        minutes=row["minutes"],
        productivity_score=round(100 * sum(rates) / len(rates)) if rates else None,
    )


async def platform_projects(read: Read) -> PlatformProjectsView:
    """Return all projects in numbers."""
    states = _by_state(await read.rows(ALL_STATES))
    return PlatformProjectsView(projects=sum(states.values()), by_status=states, **await _one(read, OF_ALL))


async def _one(read: Read, statement: Statement, *args: object) -> dict[str, Any]:
    row = await read.row(statement, *args)
    assert row is not None  # noqa: S101 - an aggregate without GROUP BY has one row
    return dict(row)


def _by_state(rows: Sequence[Row]) -> dict[str, int]:
    return {row["state"]: row["projects"] for row in rows}


def _rate(part: int, whole_: int) -> float | None:
    return round(part / whole_, 4) if whole_ else None


def _collaboration(row: Row) -> CollaborationView:
    names = ("open_tasks", "in_review", "completed_tasks", "overdue_tasks", "submissions", "approved", "minutes", "comments")
    return CollaborationView(user_id=row["account_id"], user=face_of(row), **{name: row[name] for name in names})
