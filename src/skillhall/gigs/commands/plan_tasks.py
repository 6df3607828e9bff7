"""Whoever plans creates, changes and deletes tasks: one, or several that change together or not at all."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

from msgspec import UNSET, Meta

from skillhall.gigs.events.work import TaskAssigned, TaskCompleted, TaskCreated, TaskDeleted, TaskFact
from skillhall.gigs.model.engagement_refusals import MilestoneNotFound
from skillhall.gigs.model.project import Project
from skillhall.gigs.model.refusals import ProjectNotFound
from skillhall.gigs.model.task import (
    MOST_AT_ONCE,
    MOST_TASKS,
    AssigneeNotOnTeam,
    BulkRefused,
    Priority,
    Task,
    TaskChange,
    TaskNotFound,
    TaskState,
    TaskTitle,
    Text,
    TooManyTasks,
    bulk_error,
)
from skillhall.gigs.queries.tasks import TaskView, task_view
from skillhall.gigs.store import tasks as store
from skillhall.gigs.store import team, tracking
from skillhall.gigs.store.projects import lock_project
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.refusals import FieldError, Refusal
from skillhall.kernel.shapes import Body, View

T = TypeVar("T", bound=TaskFact)
TaskIds = Annotated[list[UUID], Meta(min_length=1, max_length=MOST_AT_ONCE)]
PLANNED = "planned"


class CreateTask(Body, frozen=True, kw_only=True):
    """What is to be done, perhaps by whom, until when, and for which milestone."""

    title: TaskTitle
    description: Text = ""
    priority: Priority = "medium"
    due_date: date | None = None
    milestone_id: UUID | None = None
    assignee_id: UUID | None = None


class CreateTaskOn(CreateTask, frozen=True, kw_only=True):
    """A task that names its project."""

    project_id: UUID


class ChangeTasks(Body, frozen=True, kw_only=True):
    """The same change for several tasks."""

    task_ids: TaskIds
    changes: TaskChange


class AssignTasks(Body, frozen=True, kw_only=True):
    """Several tasks for one person, or with null for nobody."""

    task_ids: TaskIds
    assignee_id: UUID | None


class TasksNamed(Body, frozen=True, kw_only=True):
    """Several tasks."""

    task_ids: TaskIds


class TasksChanged(View, frozen=True, kw_only=True):
    """How many tasks were changed, and which."""

    count: int
    task_ids: list[UUID]


async def create_task_on(tx: Tx, by: Actor, command: CreateTaskOn) -> TaskView:
    """Create a task of the project that the body names."""
    return await create_task(tx, by, command.project_id, command)


async def create_task(tx: Tx, by: Actor, project_id: UUID, command: CreateTask) -> TaskView:
    """Create a task of a project that is not finished."""
    project = await lock_project(tx, project_id)
    part = await team.part(tx, project_id, by.account_id)
    part.check_manages()
    part.check_open(PLANNED)
    if await store.count_tasks(tx, project_id) >= MOST_TASKS:
        raise TooManyTasks(most=MOST_TASKS)
    new = Task(
        id=ids.new(),
        project_id=project_id,
        milestone_id=command.milestone_id,
        created_by=by.account_id,
        assignee_id=command.assignee_id,
        title=command.title.strip(),
        description=command.description,
        priority=command.priority,
        state=TaskState.TODO,
        due_on=command.due_date,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    await _check_references(tx, project_id, command.assignee_id, command.milestone_id)
    await store.insert_task(tx, new)
    tell(tx, TaskCreated, project, new, by)
    if new.assignee_id:
        tell(tx, TaskAssigned, project, new, by)
    return await task_view(tx, by, new.id)


async def change_task(tx: Tx, by: Actor, task_id: UUID, command: TaskChange, check: Callable[[int], None]) -> TaskView:
    """Change what is given; with `check` a lost update is refused."""
    project, before = await store.lock_task(tx, task_id)
    await _check_planning(tx, by, before)
    check(before.version)
    after = before.changed(command, tx.now)
    await _check_references(tx, project.id, *_new_references(command))
    await store_changed(tx, by, project, [(before, after)])
    return await task_view(tx, by, task_id)


async def delete_task(tx: Tx, by: Actor, task_id: UUID) -> Deleted:
    """Take a task off the list; the time spent on it stays, and what runs on it ends."""
    project, found = await store.lock_task(tx, task_id)
    await _check_planning(tx, by, found, is_deleting=True)
    await _delete(tx, by, [(project, found)])
    return Deleted(id=task_id)


async def change_tasks(tx: Tx, by: Actor, command: ChangeTasks) -> TasksChanged:
    """Change several tasks together; when one refuses, nothing is done and every reason is told."""

    async def changed(found: Task) -> Task:
        await _check_references(tx, found.project_id, *_new_references(command.changes))
        return found.changed(command.changes, tx.now)

    return await _change_all(tx, by, command.task_ids, changed)


async def assign_tasks(tx: Tx, by: Actor, command: AssignTasks) -> TasksChanged:
    """Give several tasks to one person; when one refuses, nothing is done and every reason is told."""

    async def assigned(found: Task) -> Task:
        await _check_references(tx, found.project_id, command.assignee_id, None)
        return found.assigned(command.assignee_id)

    return await _change_all(tx, by, command.task_ids, assigned)


async def delete_tasks(tx: Tx, by: Actor, command: TasksNamed) -> TasksChanged:
    """Delete several tasks together; when one refuses, nothing is done and every reason is told."""

    async def kept(found: Task) -> Task:
        return found

    pairs = await _all(tx, by, command.task_ids, kept, is_deleting=True)
    await _delete(tx, by, [(project, task) for project, task, _ in pairs])
    return TasksChanged(count=len(pairs), task_ids=[task.id for _, task, _ in pairs])


async def store_changed(tx: Tx, by: Actor, project: Project, pairs: Sequence[tuple[Task, Task]]) -> None:
    """Store what became of tasks of a locked project, and tell it; what is completed is not worked on any more."""
    changed = [(before, after) for before, after in pairs if before != after]
    await store.update_tasks(tx, (after for _, after in changed))
    completed = [after for before, after in changed if after.state is TaskState.COMPLETED and before.state is not TaskState.COMPLETED]
    for before, after in changed:
        if after.assignee_id != before.assignee_id:
            tell(tx, TaskAssigned, project, after, by)
    for task in completed:
        tell(tx, TaskCompleted, project, task, by)
    if completed:
        await tracking.end_on_tasks(tx, [task.id for task in completed])


def tell(tx: Tx, fact: type[T], project: Project, task: Task, by: Actor, **more: Any) -> None:  # noqa: ANN401 - the fields of the fact
    """Publish a fact about a task, and let who looks at the project know."""
    about = {"project_id": project.id, "owner_id": project.account_id, "assignee_id": task.assignee_id, "by_id": by.account_id}
    tx.publish(fact(task_id=task.id, **about, **more))
    tx.hint(f"project:{project.id}", "task:status", task_id=task.id, status=task.state)


async def _change_all(tx: Tx, by: Actor, task_ids: Sequence[UUID], change: Any) -> TasksChanged:  # noqa: ANN401 - as _all
    found = await _all(tx, by, task_ids, change)
    projects = {project.id: project for project, _, _ in found}
    for project in projects.values():
        await store_changed(tx, by, project, [(before, after) for owner, before, after in found if owner.id == project.id])
    return TasksChanged(count=len(found), task_ids=[task.id for _, task, _ in found])


async def _all(
    tx: Tx,
    by: Actor,
    task_ids: Sequence[UUID],
    change: Any,  # noqa: ANN401 - an async function from task to task
    *,
    is_deleting: bool = False,
) -> list[tuple[Project, Task, Task]]:
    """Lock and change each task, or refuse with what is wrong with any of them."""
    wanted = list(dict.fromkeys(task_ids))
    projects, tasks = await store.lock_tasks(tx, wanted)
    done: list[tuple[Project, Task, Task]] = []
    errors: list[FieldError] = []
    for index, task_id in enumerate(wanted):
        try:
            found = tasks.get(task_id)
            if found is None:
                raise TaskNotFound
            await _check_planning(tx, by, found, is_deleting=is_deleting)
            done.append((projects[found.project_id], found, await change(found)))
        except Refusal as refusal:
            errors.append(bulk_error(index, refusal))
    if errors:
        raise BulkRefused(errors, wrong=len(errors), all=len(wanted))
    return done


async def _delete(tx: Tx, by: Actor, found: Sequence[tuple[Project, Task]]) -> None:
    task_ids = [task.id for _, task in found]
    await store.delete_tasks(tx, task_ids)
    await tracking.end_on_tasks(tx, task_ids)
    for project, task in found:
        tell(tx, TaskDeleted, project, task, by)


async def _check_planning(tx: Tx, by: Actor, found: Task, *, is_deleting: bool = False) -> None:
    """Refuse who does not plan here; who has no part need not know that there is a task."""
    try:
        part = await team.part(tx, found.project_id, by.account_id)
        part.check_manages()
    except ProjectNotFound as unseen:
        raise TaskNotFound from unseen
    if not is_deleting:
        part.check_open(PLANNED)


def _new_references(command: TaskChange) -> tuple[UUID | None, UUID | None]:
    assignee, milestone = command.assignee_id, command.milestone_id
    return (None if assignee is UNSET else assignee, None if milestone is UNSET else milestone)


async def _check_references(tx: Tx, project_id: UUID, assignee_id: UUID | None, milestone_id: UUID | None) -> None:
    if assignee_id is not None and not (await team.part(tx, project_id, assignee_id)).may_work:
        raise AssigneeNotOnTeam
    if milestone_id is not None and not await store.is_milestone(tx, milestone_id, project_id):
        raise MilestoneNotFound
