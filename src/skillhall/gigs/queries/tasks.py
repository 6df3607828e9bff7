"""Tasks on screens: to everybody who has a part in their project."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.gigs.model.project import ProjectState
from skillhall.gigs.model.task import Priority, TaskNotFound, TaskState, task_state
from skillhall.gigs.queries.bids import BidProject
from skillhall.gigs.store.team import part
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.profiles.api import PersonCard

TASKS = Listing(
    columns=sql("""
        t.id, t.project_id, t.milestone_id, t.created_by, t.assignee_id, t.title, t.description, t.priority, t.state, t.due_on, t.version,
        t.created_at, t.updated_at, t.started_at, t.completed_at
    """),
    source=sql("gigs.task t JOIN gigs.project p ON p.id = t.project_id"),
    late=(
        sql("""
            page.*, o.title AS project_title, o.state AS project_state, o.account_id AS client_id,
            h.id AS face_id, h.display_name, h.username, h.avatar_url, h.rating,
            (SELECT s.id FROM gigs.submission s WHERE s.task_id = page.id AND s.state = 'pending') AS pending_id,
            (SELECT count(*)::int FROM gigs.submission s WHERE s.task_id = page.id) AS submissions,
            (SELECT count(*)::int FROM gigs.task_comment c WHERE c.task_id = page.id AND c.deleted_at IS NULL) AS comments
        """),
        sql("""
            JOIN gigs.project o ON o.id = page.project_id
            LEFT JOIN profiles.public_profile h ON h.account_id = page.assignee_id AND h.is_primary
        """),
    ),
    sorts={
        "createdAt": sql("t.created_at"),
        "updatedAt": sql("t.updated_at"),
        "dueDate": sql("coalesce(t.due_on, 'infinity')"),
        "priority": sql("array_position(ARRAY['low', 'medium', 'high', 'urgent'], t.priority)"),
    },
    default_sort="-createdAt",
    key=sql("t.id"),
    filters={
        "id": sql("t.id = {}"),
        "project": sql("t.project_id = {}"),
        "owner": sql("p.account_id = {}"),
        "assignee": sql("t.assignee_id = {}"),
        "unassigned": sql("t.assignee_id IS NULL"),
        "milestone": sql("t.milestone_id = {}"),
        "states": sql("t.state = ANY({}::text[])"),
        "priority": sql("t.priority = {}"),
        "due_before": sql("t.due_on < {}::date"),
        "overdue": sql("t.due_on < {}::date AND t.state <> 'completed'"),
        "viewer": sql("""t.project_id = ANY (ARRAY(
            SELECT a.id FROM gigs.project a WHERE a.account_id = {} AND a.deleted_at IS NULL
            UNION ALL SELECT a.id FROM gigs.project a WHERE a.worker_id = {}
            UNION ALL SELECT c.project_id FROM gigs.collaborator c WHERE c.account_id = {} AND c.state = 'accepted'))"""),
    },
    search=sql("t.title ILIKE '%' || {} || '%'"),
    always=sql("t.deleted_at IS NULL AND p.deleted_at IS NULL"),
)


class TaskView(View, frozen=True, kw_only=True):
    """A task. `assigneeId` is an account; `pendingSubmissionId` what waits for a verdict while it is in review."""

    id: UUID
    project_id: UUID
    project: BidProject
    milestone_id: UUID | None
    title: str
    description: str
    priority: Priority
    status: TaskState
    assignee_id: UUID | None
    assignee: PersonCard | None
    created_by: UUID
    due_date: date | None
    is_overdue: bool
    pending_submission_id: UUID | None
    submissions_count: int
    comments_count: int
    version: int
    created_at: Instant
    updated_at: Instant
    started_at: Instant | None
    completed_at: Instant | None


class TaskQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of tasks; `status` takes several, `search` looks into titles, `unassigned` are those of nobody."""

    status: list[Annotated[str, Meta(max_length=40)]] | None = None
    priority: Priority | None = None
    project_id: UUID | None = None
    assignee_id: UUID | None = None
    milestone_id: UUID | None = None
    unassigned: bool | None = None
    overdue: bool | None = None
    due_before: date | None = None


async def tasks(read: Read, by: Actor, query: TaskQuery, **fixed: object) -> Page[TaskView]:
    """Return the tasks that the caller may see; `fixed` are further filters of the list."""
    today = read.now.date()
    where = {
        "viewer": by.account_id,
        "states": _states(query.status),
        "priority": query.priority,
        "project": query.project_id,
        "assignee": query.assignee_id,
        "milestone": query.milestone_id,
        "unassigned": query.unassigned,
        "overdue": today if query.overdue else None,
        "due_before": query.due_before,
        **fixed,
    }
    return await TASKS.page(read, query, decode=lambda row: task_of(row, today), where=where)


async def tasks_of_project(read: Read, by: Actor, project_id: UUID, query: TaskQuery) -> Page[TaskView]:
    """Return the tasks of a project, or refuse who has no part in it."""
    (await part(read, project_id, by.account_id)).check_member()
    return await tasks(read, by, query, project=project_id)


async def task_view(read: Read, by: Actor, task_id: UUID) -> TaskView:
    """Return one task, or refuse as if it were not there."""
    page = await tasks(read, by, TaskQuery(limit=1, cursor=""), id=task_id)
    if not page.items:
        raise TaskNotFound
    return page.items[0]


async def check_seen(read: Read, by: Actor, task_id: UUID) -> None:
    """Refuse a task that the caller may not see."""
    await task_view(read, by, task_id)


def task_of(row: Row, today: date) -> TaskView:
    """Return the task of a row."""
    state, due_on = TaskState(row["state"]), row["due_on"]
    return TaskView(
        id=row["id"],
        project_id=row["project_id"],
        project=BidProject(
            id=row["project_id"], title=row["project_title"], status=ProjectState(row["project_state"]), client_id=row["client_id"]
        ),
        milestone_id=row["milestone_id"],
        title=row["title"],
        description=row["description"],
        priority=row["priority"],
        status=state,
        assignee_id=row["assignee_id"],
        assignee=face_of(row),
        created_by=row["created_by"],
        due_date=due_on,
        is_overdue=due_on is not None and due_on < today and state is not TaskState.COMPLETED,
        pending_submission_id=row["pending_id"],
        submissions_count=row["submissions"],
        comments_count=row["comments"],
        version=row["version"],
        created_at=instant(row["created_at"]),
        updated_at=instant(row["updated_at"]),
        started_at=maybe_instant(row["started_at"]),
        completed_at=maybe_instant(row["completed_at"]),
    )


def face_of(row: Row) -> PersonCard | None:
    """Return the primary profile of a row that joins one as `h`, when there is somebody."""
    if row["face_id"] is None:
        return None
    return PersonCard(
        id=row["face_id"],
        display_name=row["display_name"],
        username=row["username"],
        avatar_url=row["avatar_url"],
        rating=row["rating"],
    )


def _states(words: list[str] | None) -> list[TaskState] | None:
    try:
        return [task_state(word) for word in words or ()] or None
    except Invalid as wrong:
        raise Invalid(*(FieldError("status", "query", error.code, error.message) for error in wrong.errors)) from wrong
