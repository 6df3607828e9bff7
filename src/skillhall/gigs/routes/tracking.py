"""HTTP of tracked time: timers on tasks, and work sessions as older clients call them. Both are the same thing."""

from uuid import UUID

from skillhall.gigs.commands import track_time as tracking
from skillhall.gigs.commands.track_time import StartSession, StopTime
from skillhall.gigs.model import refusals as no
from skillhall.gigs.model.engagement_refusals import AgreementMoved, AgreementNotFound
from skillhall.gigs.model.task import TaskMoved, TaskNotFound
from skillhall.gigs.model.team import OnlyViewing
from skillhall.gigs.model.tracking import EndOutside, TimeEntryMoved, TimeEntryNotFound, TimerRunning
from skillhall.gigs.queries import tracking as queries
from skillhall.gigs.queries.tracking import ActiveView, EntryQuery, MinutesQuery, MinutesView, TimeEntryView
from skillhall.kernel.http import Answer, Call, Key, get, post
from skillhall.kernel.shapes import Page

ID = "/work-sessions/{session_id:uuid}"
AN_ID = "01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01"
TIMER = (TaskNotFound, no.ProjectNotFound, OnlyViewing, no.ProjectMoved, TaskMoved, TimerRunning)
START = (*TIMER, no.ProjectNotFound, AgreementNotFound, no.WorkerOnly, AgreementMoved)
END = (TimeEntryNotFound, EndOutside)


@post("/tasks/{task_id:uuid}/timer/start", created="/work-sessions/{id}", key=Key.NATURAL, refuses=TIMER)
async def start_task_timer(call: Call, task_id: UUID) -> Answer[TimeEntryView]:
    """Start a timer on a task; one of yours runs at a time, and the same one started again is the one that runs."""
    return await call.run(tracking.start_timer, task_id)


@post("/tasks/timer/{session_id:uuid}/stop", key=Key.NATURAL, refuses=END)
async def stop_task_timer(call: Call, session_id: UUID, data: StopTime) -> Answer[TimeEntryView]:
    """Stop a timer, now or at an earlier `endedAt`; the same as ending a work session. Stopped twice is stopped."""
    return await call.run(tracking.end_session, session_id, data)


@post("/tasks/timer/stop-active", key=Key.NATURAL, refuses=(EndOutside,))
async def stop_active_timer(call: Call, data: StopTime) -> Answer[ActiveView]:
    """Stop whatever of yours runs; nothing when nothing does."""
    return await call.run(tracking.stop_active, data)


@get("/tasks/{task_id:uuid}/time-tracking", refuses=(TaskNotFound,))
async def list_task_time(call: Call, task_id: UUID, query: EntryQuery) -> Page[TimeEntryView]:
    """List the time spent on a task, for everybody on its team."""
    return await queries.entries_of_task(call.read, call.by, task_id, query)


@get("/tasks/time-tracking/my")
async def list_own_time(call: Call, query: EntryQuery) -> Page[TimeEntryView]:
    """List your own timers and work sessions."""
    return await queries.own_entries(call.read, call.by, query)


@post("/work-sessions", created="/work-sessions/{id}", key=Key.NATURAL, refuses=START, example={"agreementId": AN_ID, "note": "Mixing."})
async def start_work_session(call: Call, data: StartSession) -> Answer[TimeEntryView]:
    """Start to track time on an agreement, a task or a project; one of yours runs at a time."""
    return await call.run(tracking.start_session, data)


@post(
    "/work-sessions/start",
    created="/work-sessions/{id}",
    key=Key.NATURAL,
    refuses=START,
    example={"agreementId": AN_ID},
    alias_of="startWorkSession",
)
async def begin_work_session(call: Call, data: StartSession) -> Answer[TimeEntryView]:
    """Start to track time; the same as `/work-sessions`."""
    return await call.run(tracking.start_session, data)


@get("/work-sessions")
async def list_work_sessions(call: Call, query: EntryQuery) -> Page[TimeEntryView]:
    """List your work sessions, and those on projects that you own or manage."""
    return await queries.seen_entries(call.read, call.by, query)


@get("/work-sessions/active")
async def read_active_work_session(call: Call) -> ActiveView:
    """Read what of yours runs, or else was begun last and not ended."""
    return await queries.active_view(call.read, call.by)


@get("/work-sessions/minutes", refuses=(AgreementNotFound,))
async def read_tracked_minutes(call: Call, query: MinutesQuery) -> MinutesView:
    """Read how many minutes were tracked on an agreement in a week, as client or worker."""
    return await queries.minutes_view(call.read, call.by, query)


@get(ID, refuses=(TimeEntryNotFound,))
async def read_work_session(call: Call, session_id: UUID) -> TimeEntryView:
    """Read one work session."""
    return await queries.entry_view(call.read, call.by, session_id)


@post(f"{ID}/pause", key=Key.NATURAL, refuses=(TimeEntryNotFound, TimeEntryMoved))
async def pause_work_session(call: Call, session_id: UUID) -> Answer[TimeEntryView]:
    """Stop counting for a while."""
    return await call.run(tracking.pause_session, session_id)


@post(f"{ID}/resume", key=Key.NATURAL, refuses=(*START, TimeEntryNotFound, TimeEntryMoved))
async def resume_work_session(call: Call, session_id: UUID) -> Answer[TimeEntryView]:
    """Count on after a pause."""
    return await call.run(tracking.resume_session, session_id)


@post(f"{ID}/end", key=Key.NATURAL, refuses=END)
async def end_work_session(call: Call, session_id: UUID, data: StopTime) -> Answer[TimeEntryView]:
    """End a work session, now or at an earlier `endedAt` since its last start. Ended twice is ended."""
    return await call.run(tracking.end_session, session_id, data)
