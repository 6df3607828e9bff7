"""Tasks, submissions and comments in the database. The lock of a project guards its tasks and what was submitted for them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from skillhall.gigs.model.project import Project
from skillhall.gigs.model.refusals import ProjectNotFound
from skillhall.gigs.model.task import Submission, SubmissionNotFound, Task, TaskNotFound
from skillhall.gigs.model.work import Handed
from skillhall.gigs.store.projects import lock_project, project_of
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks

PROJECT_OF = sql("""
SELECT p.id FROM gigs.task t JOIN gigs.project p ON p.id = t.project_id
WHERE t.id = $1 AND t.deleted_at IS NULL AND p.deleted_at IS NULL
""")
PROJECTS_OF = sql("SELECT DISTINCT project_id FROM gigs.task WHERE id = ANY($1) AND deleted_at IS NULL")
LOCK_PROJECTS = sql("""
SELECT id, account_id, profile_id, title, description, pricing, asset, budget_min, budget_max, category_slug, visibility, state,
    paused_from, starts_at, deadline, is_remote, location, level, tags, worker_id, published_at, delivered_at, completed_at, hidden_at,
    version, created_at, updated_at
FROM gigs.project WHERE id = ANY($1) AND deleted_at IS NULL ORDER BY id FOR NO KEY UPDATE
""")
TASKS = sql("""
SELECT id, project_id, milestone_id, created_by, assignee_id, title, description, priority, state, due_on, version, created_at, updated_at,
    started_at, completed_at
FROM gigs.task WHERE id = ANY($1) AND deleted_at IS NULL
""")
OPEN_OF_ASSIGNEE = sql("""
SELECT id, project_id, milestone_id, created_by, assignee_id, title, description, priority, state, due_on, version, created_at, updated_at,
    started_at, completed_at
FROM gigs.task WHERE project_id = $1 AND assignee_id = $2 AND state IN ('todo', 'in_progress') AND deleted_at IS NULL
""")
INSERT_TASK = sql("""
INSERT INTO gigs.task (id, project_id, milestone_id, created_by, assignee_id, title, description, priority, state, due_on, created_at,
    updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
""")
UPDATE_TASKS = sql("""
UPDATE gigs.task t SET milestone_id = n.milestone_id, assignee_id = n.assignee_id, title = n.title, description = n.description,
    priority = n.priority, state = n.state, due_on = n.due_on, started_at = n.started_at, completed_at = n.completed_at,
    version = t.version + 1, updated_at = $2
FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, milestone_id uuid, assignee_id uuid, title text, description text, priority text,
    state text, due_on date, started_at timestamptz, completed_at timestamptz)
WHERE t.id = n.id AND t.deleted_at IS NULL
""")
DELETE_TASKS = sql("UPDATE gigs.task SET deleted_at = $2, version = version + 1 WHERE id = ANY($1) AND deleted_at IS NULL")
COUNT_TASKS = sql("SELECT count(*) FROM gigs.task WHERE project_id = $1 AND deleted_at IS NULL")
IS_MILESTONE = sql("""
SELECT 1 FROM gigs.milestone m JOIN gigs.agreement a ON a.id = m.agreement_id WHERE m.id = $1 AND a.project_id = $2
""")
SUBMISSION = sql("SELECT id, task_id, account_id, state FROM gigs.submission WHERE id = $1")
INSERT_SUBMISSION = sql("""
INSERT INTO gigs.submission (id, task_id, account_id, kind, url, files, notes, state, created_at, review)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, '')
""")
DECIDE_SUBMISSION = sql("""
UPDATE gigs.submission SET state = $2, reviewed_by = $3, reviewed_at = $4, review = $5 WHERE id = $1 AND state = 'pending'
""")
COMMENT = sql("""
SELECT c.id, c.task_id, c.account_id, t.project_id FROM gigs.task_comment c
JOIN gigs.task t ON t.id = c.task_id AND t.deleted_at IS NULL
JOIN gigs.project p ON p.id = t.project_id AND p.deleted_at IS NULL WHERE c.id = $1 AND c.deleted_at IS NULL
""")
INSERT_COMMENT = sql("INSERT INTO gigs.task_comment (id, task_id, account_id, parent_id, text, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
EDIT_COMMENT = sql("UPDATE gigs.task_comment SET text = $2, edited_at = $3 WHERE id = $1 AND deleted_at IS NULL")
DELETE_COMMENT = sql("UPDATE gigs.task_comment SET text = '', deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL")


async def lock_task(tx: Tx, task_id: UUID) -> tuple[Project, Task]:
    """Lock the project of a task; return both as they are then, or refuse."""
    try:
        project = await lock_project(tx, await project_id_of(tx, task_id))
    except ProjectNotFound as gone:
        raise TaskNotFound from gone
    return project, await task(tx, task_id)


@locks(30, 1)
async def lock_tasks(tx: Tx, task_ids: Sequence[UUID]) -> tuple[dict[UUID, Project], dict[UUID, Task]]:
    """Lock the projects of these tasks, by id; return both by id as they are then, tasks that are gone left out."""
    found = [row["project_id"] for row in await tx.rows(PROJECTS_OF, list(task_ids))]
    projects = {row["id"]: project_of(row) for row in await tx.rows(LOCK_PROJECTS, found)}
    tasks = (_task(row) for row in await tx.rows(TASKS, list(task_ids)))
    return projects, {one.id: one for one in tasks if one.project_id in projects}


async def task(read: Read, task_id: UUID) -> Task:
    """Return a task as it is now, whoever asks; refuse a deleted one."""
    row = await read.row(TASKS, [task_id])
    if row is None:
        raise TaskNotFound
    return _task(row)


async def project_id_of(read: Read, task_id: UUID) -> UUID:
    """Return the project of a task, or refuse."""
    found: UUID | None = await read.value(PROJECT_OF, task_id)
    if found is None:
        raise TaskNotFound
    return found


async def open_tasks_of(read: Read, project_id: UUID, account_id: UUID) -> list[Task]:
    """Return what somebody is assigned to in a project and has not handed in."""
    return [_task(row) for row in await read.rows(OPEN_OF_ASSIGNEE, project_id, account_id)]


async def insert_task(tx: Tx, new: Task) -> None:
    """Store a new task of a locked project."""
    await tx.run(
        INSERT_TASK, new.id, new.project_id, new.milestone_id, new.created_by, new.assignee_id, new.title, new.description, new.priority,
        new.state, new.due_on, new.created_at,
    )  # fmt: skip


async def update_tasks(tx: Tx, tasks: Iterable[Task]) -> None:
    """Store changed tasks of locked projects, all in one statement."""
    if changed := list(tasks):
        await tx.run(UPDATE_TASKS, changed, tx.now)


async def delete_tasks(tx: Tx, task_ids: Sequence[UUID]) -> None:
    """Leave tombstones."""
    await tx.run(DELETE_TASKS, list(task_ids), tx.now)


async def count_tasks(read: Read, project_id: UUID) -> int:
    """Return how many tasks a project has."""
    return await read.value(COUNT_TASKS, project_id)


async def is_milestone(read: Read, milestone_id: UUID, project_id: UUID) -> bool:
    """Return whether the milestone is of an agreement on this project."""
    return await read.value(IS_MILESTONE, milestone_id, project_id) is not None


async def submission(read: Read, submission_id: UUID) -> Submission:
    """Return a submission as it is now, or refuse."""
    row = await read.row(SUBMISSION, submission_id)
    if row is None:
        raise SubmissionNotFound
    return msgspec.convert(dict(row), Submission)


async def insert_submission(tx: Tx, new: Submission, kind: str, url: str | None, files: Sequence[Handed], notes: str) -> None:
    """Store what was handed in; it waits for a verdict."""
    await tx.run(INSERT_SUBMISSION, new.id, new.task_id, new.account_id, kind, url, list(files), notes, tx.now)


async def decide_submission(tx: Tx, submission_id: UUID, verdict: str, by: UUID, text: str) -> None:
    """Store the verdict."""
    await tx.run(DECIDE_SUBMISSION, submission_id, verdict, by, tx.now, text)


async def find_comment(read: Read, comment_id: UUID) -> Row | None:
    """Return whose comment this is, on which task of which project; nothing when it is deleted."""
    return await read.row(COMMENT, comment_id)


async def insert_comment(tx: Tx, comment_id: UUID, task_id: UUID, account_id: UUID, parent_id: UUID | None, text: str) -> None:
    """Store a comment."""
    await tx.run(INSERT_COMMENT, comment_id, task_id, account_id, parent_id, text, tx.now)


async def edit_comment(tx: Tx, comment_id: UUID, text: str) -> None:
    """Store other words."""
    await tx.run(EDIT_COMMENT, comment_id, text, tx.now)


async def delete_comment(tx: Tx, comment_id: UUID) -> None:
    """Leave its place."""
    await tx.run(DELETE_COMMENT, comment_id, tx.now)


def _task(row: Row) -> Task:
    return msgspec.convert(dict(row), Task)
