"""Time one works: timers on tasks and work sessions on agreements are the same thing."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.refusals import Conflict, NotFound, Refused


class EntryState(StrEnum):
    """Whether time is running. Of one person's entries one runs at most; any number may be paused."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class TimeEntry(Struct, frozen=True, kw_only=True):
    """One stretch of work with its pauses. `running_since` is when it was last started or resumed."""

    id: UUID
    account_id: UUID
    project_id: UUID
    task_id: UUID | None
    agreement_id: UUID | None
    started_at: datetime
    running_since: datetime | None
    ended_at: datetime | None

    @property
    def state(self) -> EntryState:
        """Whether it runs, is paused or has ended."""
        return entry_state(self.running_since, self.ended_at)

    def is_same_work(self, project_id: UUID, task_id: UUID | None, agreement_id: UUID | None) -> bool:
        """Whether it is about just that."""
        return (self.project_id, self.task_id, self.agreement_id) == (project_id, task_id, agreement_id)

    def end_of(self, wanted: datetime | None, now: datetime) -> datetime:
        """Return when the running stretch ended: now, or earlier by who forgot to stop it. Refuse a time outside of it."""
        if wanted is None or self.running_since is None:
            return now
        if not self.running_since <= wanted <= now:
            raise EndOutside
        return wanted


def entry_state(running_since: datetime | None, ended_at: datetime | None) -> EntryState:
    """Return the state that follows from both."""
    if ended_at is not None:
        return EntryState.ENDED
    return EntryState.PAUSED if running_since is None else EntryState.RUNNING


class TimeEntryNotFound(NotFound):
    """No such entry, or one the caller may not see."""

    code = "gigs.time_entry_not_found"
    message = "There is no such timer or work session."


class TimerRunning(Conflict):
    """One works on one thing at a time."""

    code = "gigs.timer_running"
    message = "Your time is running on something else; stop or pause that first."


class TimeEntryMoved(Conflict):
    """It has ended, or does not run."""

    code = "gigs.time_entry_moved"
    message = "The work session is {status}; it cannot be {verb} now."


class EndOutside(Refused):
    """It ends between its last start and now."""

    code = "gigs.end_outside"
    message = "It can only have ended between its last start and now."
