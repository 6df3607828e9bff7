"""Timers and work sessions: begun, paused, resumed, ended. What runs when a process dies runs on until it is stopped."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.gigs.model.agreement import RUNNING, AgreementState
from skillhall.gigs.model.engagement_refusals import AgreementMoved, AgreementNotFound
from skillhall.gigs.model.refusals import ProjectNotFound, WorkerOnly
from skillhall.gigs.model.task import TaskMoved, TaskNotFound, TaskState
from skillhall.gigs.model.tracking import EntryState, TimeEntry, TimeEntryMoved, TimerRunning
from skillhall.gigs.queries.tracking import ActiveView, TimeEntryView, entry_view
from skillhall.gigs.store import tasks, team
from skillhall.gigs.store import tracking as store
from skillhall.gigs.store.projects import lock_project
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Moment

UNDERWAY = "worked on"


class StartSession(Body, frozen=True, kw_only=True):
    """What one works on: a task, an agreement, or a project as such. Work of a project's worker counts for the agreement in any case."""

    task_id: UUID | None = None
    agreement_id: UUID | None = None
    project_id: UUID | None = None
    note: Annotated[str, Meta(max_length=2000)] = ""


class StopTime(Body, frozen=True, kw_only=True):
    """When it ended, for who forgot to stop; absent means now."""

    ended_at: Moment | None = None


async def start_session(tx: Tx, by: Actor, command: StartSession) -> TimeEntryView:
    """Begin to track time. The same work begun again is the one that runs; other work waits until that is stopped or paused."""
    project_id = await _project_of(tx, command)
    await lock_project(tx, project_id)
    await _check_work(tx, by, project_id, command.task_id)
    agreement_id = await _agreement(tx, by, project_id, command.agreement_id)
    begun = await store.start(tx, by.account_id, project_id, command.task_id, agreement_id, command.note)
    if begun is None:
        begun = await _same_work(tx, by, project_id, command.task_id, agreement_id)
    else:
        _hint(tx, by, begun, EntryState.RUNNING)
    return await entry_view(tx, by, begun)


async def start_timer(tx: Tx, by: Actor, task_id: UUID) -> TimeEntryView:
    """Begin to track time on a task."""
    return await start_session(tx, by, StartSession(task_id=task_id))


async def pause_session(tx: Tx, by: Actor, entry_id: UUID) -> TimeEntryView:
    """Stop counting for a while; what is paused stays so."""
    found = await store.lock_entry(tx, entry_id, by.account_id)
    if found.state is EntryState.ENDED:
        raise TimeEntryMoved(status=found.state, verb="paused")
    if found.state is EntryState.RUNNING:
        await store.rest(tx, found, EntryState.PAUSED, tx.now)
        _hint(tx, by, entry_id, EntryState.PAUSED)
    return await entry_view(tx, by, entry_id)


async def resume_session(tx: Tx, by: Actor, entry_id: UUID) -> TimeEntryView:
    """Count on, unless something else runs; what runs already runs on."""
    project_id = (await store.entry(tx, entry_id)).project_id
    await lock_project(tx, project_id)
    found = await store.lock_entry(tx, entry_id, by.account_id)
    if found.state is EntryState.ENDED:
        raise TimeEntryMoved(status=found.state, verb="resumed")
    if found.state is EntryState.PAUSED:
        await _check_work(tx, by, project_id, found.task_id)
        if found.agreement_id is not None:
            await _agreement(tx, by, project_id, found.agreement_id)
        if not await store.resume(tx, found):
            raise TimerRunning
        _hint(tx, by, entry_id, EntryState.RUNNING)
    return await entry_view(tx, by, entry_id)


async def end_session(tx: Tx, by: Actor, entry_id: UUID, command: StopTime) -> TimeEntryView:
    """Stop counting for good; what has ended stays as it is."""
    found = await store.lock_entry(tx, entry_id, by.account_id)
    if found.state is not EntryState.ENDED:
        await store.rest(tx, found, EntryState.ENDED, found.end_of(command.ended_at, tx.now))
        _hint(tx, by, entry_id, EntryState.ENDED)
    return await entry_view(tx, by, entry_id)


async def stop_active(tx: Tx, by: Actor, command: StopTime) -> ActiveView:
    """Stop whatever runs; nothing when nothing does."""
    running = await store.running(tx, by.account_id)
    return ActiveView(session=None if running is None else await end_session(tx, by, running, command))


async def _project_of(tx: Tx, command: StartSession) -> UUID:
    """Return the project that everything named belongs to."""
    named: dict[str, UUID] = {} if command.project_id is None else {"projectId": command.project_id}
    if command.task_id is not None:
        named["taskId"] = await tasks.project_id_of(tx, command.task_id)
    if command.agreement_id is not None:
        row = await store.agreement(tx, command.agreement_id)
        if row is None:
            raise AgreementNotFound
        named["agreementId"] = row["project_id"]
    if not named:
        raise Invalid(FieldError("taskId", "body", "missing", "Name a task, an agreement or a project."))
    if len(set(named.values())) > 1:
        raise Invalid(*(FieldError(name, "body", "gigs.other_project", "These are not of one project.") for name in named))
    return next(iter(named.values()))


async def _check_work(tx: Tx, by: Actor, project_id: UUID, task_id: UUID | None) -> None:
    """Refuse who does not work here, a project that rests, and a task that is done."""
    part = await team.part(tx, project_id, by.account_id)
    if part.role is None:
        raise ProjectNotFound if task_id is None else TaskNotFound
    part.check_works()
    part.check_open(UNDERWAY, paused=False)
    if task_id is not None and (found := await tasks.task(tx, task_id)).state is TaskState.COMPLETED:
        raise TaskMoved(status=found.state, verb=UNDERWAY)


async def _agreement(tx: Tx, by: Actor, project_id: UUID, agreement_id: UUID | None) -> UUID | None:
    """Return the agreement the time counts for: the one named, or under which the caller works on the project now."""
    if agreement_id is None:
        return await store.agreement_of(tx, project_id, by.account_id)
    row = await store.agreement(tx, agreement_id)
    if row is None:
        raise AgreementNotFound
    if row["worker_id"] != by.account_id:
        raise WorkerOnly
    state = AgreementState(row["state"])
    if state not in RUNNING or state is AgreementState.DISPUTED:
        raise AgreementMoved(status=state, verb=UNDERWAY)
    return agreement_id


async def _same_work(tx: Tx, by: Actor, project_id: UUID, task_id: UUID | None, agreement_id: UUID | None) -> UUID:
    """Return what runs when it is about just that, or refuse."""
    running = await store.running(tx, by.account_id)
    found: TimeEntry | None = None if running is None else await store.entry(tx, running)
    if found is None or not found.is_same_work(project_id, task_id, agreement_id):
        raise TimerRunning
    return found.id


def _hint(tx: Tx, by: Actor, entry_id: UUID, state: EntryState) -> None:
    """Let every place where the person is signed in know."""
    tx.hint(f"user:{by.account_id}", "session:state_change", session_id=entry_id, status=state)
