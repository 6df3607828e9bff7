"""A task of a project: todo, in progress, in review, completed; and what was submitted for it."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from skillhall.gigs.model.project import plain_word
from skillhall.gigs.model.team import NotManaging, Part, Role
from skillhall.kernel.refusals import Conflict, FieldError, Forbidden, Invalid, NotFound, Refusal, Refused
from skillhall.kernel.shapes import Body, Subject

MOST_TASKS: Final = 1000
MOST_AT_ONCE: Final = 100
SUBMISSION: Final = "task_submission"
TaskTitle = Annotated[
    str,
    Meta(min_length=1, max_length=200, pattern=r"^(?!.*[\x00-\x1f\x7f\x85\u2028\u2029]).*\S", description="One line of text, not blank"),
]
Text = Annotated[str, Meta(max_length=10_000)]
Priority = Literal["low", "medium", "high", "urgent"]
SubmissionKind = Literal["link", "file", "pull_request"]
Verdict = Literal["approved", "rejected", "changes_requested"]


class TaskState(StrEnum):
    """Where a task stands. In review it is exactly while one submission waits for a verdict."""

    TODO = "todo"
    IN_PROGRESS = "in_progress"
    REVIEW = "review"
    COMPLETED = "completed"


ARROWS: Final[dict[TaskState, frozenset[TaskState]]] = {
    TaskState.TODO: frozenset({TaskState.IN_PROGRESS, TaskState.COMPLETED}),
    TaskState.IN_PROGRESS: frozenset({TaskState.TODO, TaskState.COMPLETED}),
    TaskState.REVIEW: frozenset(),
    TaskState.COMPLETED: frozenset({TaskState.IN_PROGRESS}),
}
"""Where who plans may move a task. Into review leads a submission, and out of it the verdict."""
_ALIASES: Final[dict[str, TaskState]] = {
    "to_do": TaskState.TODO,
    "open": TaskState.TODO,
    "started": TaskState.IN_PROGRESS,
    "in_review": TaskState.REVIEW,
    "done": TaskState.COMPLETED,
}
_KINDS: Final[dict[str, SubmissionKind]] = {
    "link": "link",
    "file": "file",
    "file_upload": "file",
    "pull_request": "pull_request",
}
_VERDICTS: Final[dict[str, Verdict]] = {
    "approved": "approved",
    "approve": "approved",
    "rejected": "rejected",
    "reject": "rejected",
    "changes_requested": "changes_requested",
    "request_changes": "changes_requested",
}


class TaskChange(Body, frozen=True, kw_only=True):
    """What is absent stays, null empties. `status` moves the task; into review leads a submission alone."""

    title: TaskTitle | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    status: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET
    due_date: date | UnsetType | None = UNSET
    milestone_id: UUID | UnsetType | None = UNSET
    assignee_id: UUID | UnsetType | None = UNSET


class Task(Struct, frozen=True, kw_only=True):
    """One task as stored."""

    id: UUID
    project_id: UUID
    milestone_id: UUID | None
    created_by: UUID
    assignee_id: UUID | None
    title: str
    description: str
    priority: Priority
    state: TaskState
    due_on: date | None
    version: int
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None

    def changed(self, change: TaskChange, now: datetime) -> Self:
        """Return it with what is given, its state moved along an arrow."""
        new = replace(
            self,
            title=self.title if change.title is UNSET else change.title.strip(),
            description=self.description if change.description is UNSET else change.description,
            priority=self.priority if change.priority is UNSET else change.priority,
            due_on=self.due_on if change.due_date is UNSET else change.due_date,
            milestone_id=self.milestone_id if change.milestone_id is UNSET else change.milestone_id,
            assignee_id=self.assignee_id if change.assignee_id is UNSET else change.assignee_id,
        )
        if new.assignee_id != self.assignee_id:
            self.check_assignable()
        return new if change.status is UNSET else new.moved(task_state(change.status), now)

    def moved(self, state: TaskState, now: datetime) -> Self:
        """Return it moved by who plans; nothing when it is there already."""
        if state is self.state:
            return self
        if state not in ARROWS[self.state]:
            raise TaskMoved(status=self.state, verb=f"set to {state}")
        return self._in(state, now)

    def assigned(self, account_id: UUID | None) -> Self:
        """Return it in other hands, or in nobody's."""
        if account_id != self.assignee_id:
            self.check_assignable()
        return replace(self, assignee_id=account_id)

    def started(self, part: Part, now: datetime) -> Self:
        """Whoever is assigned begins; a task of nobody's becomes theirs. Begun once is begun."""
        if self.assignee_id not in {None, part.account_id}:
            raise NotYourTask
        part.check_works()
        if self.state is TaskState.IN_PROGRESS and self.assignee_id:
            return self
        if self.state not in {TaskState.TODO, TaskState.IN_PROGRESS}:
            raise TaskMoved(status=self.state, verb="started")
        return replace(self._in(TaskState.IN_PROGRESS, now), assignee_id=part.account_id)

    def submitted(self, part: Part, now: datetime) -> Self:
        """Whoever is assigned hands the work in."""
        if self.assignee_id != part.account_id:
            raise NotYourTask
        part.check_works()
        if self.state is not TaskState.IN_PROGRESS:
            raise TaskMoved(status=self.state, verb="submitted")
        return self._in(TaskState.REVIEW, now)

    def reviewed(self, verdict: Verdict, now: datetime) -> Self:
        """Approved it is completed; otherwise it goes on."""
        return self._in(TaskState.COMPLETED if verdict == "approved" else TaskState.IN_PROGRESS, now)

    def check_assignable(self) -> None:
        """Refuse to change hands what is handed in or done."""
        if self.state in {TaskState.REVIEW, TaskState.COMPLETED}:
            raise TaskMoved(status=self.state, verb="assigned")

    def _in(self, state: TaskState, now: datetime) -> Self:
        is_begun = state in {TaskState.IN_PROGRESS, TaskState.REVIEW}
        return replace(
            self,
            state=state,
            started_at=self.started_at or (now if is_begun else None),
            completed_at=now if state is TaskState.COMPLETED else None,
        )


class Submission(Struct, frozen=True, kw_only=True):
    """What was handed in for a task, and the verdict."""

    id: UUID
    task_id: UUID
    account_id: UUID
    state: Literal["pending"] | Verdict

    @property
    def subject(self) -> Subject:
        """How the keeper of files knows it."""
        return Subject(SUBMISSION, self.id)

    def check_reviewer(self, part: Part) -> None:
        """Refuse who plans nothing here, and a manager about their own work."""
        if not part.may_manage:
            raise NotManaging
        if part.role is Role.MANAGER and part.account_id == self.account_id:
            raise OwnSubmission


def task_state(word: str) -> TaskState:
    """Return the state a client means, in any letter case and with any source's word, or refuse."""
    plain = plain_word(word)
    found = _ALIASES.get(plain) or next((state for state in TaskState if state == plain), None)
    if found is None:
        raise Invalid(FieldError("status", "body", "not_an_option", f"One of: {', '.join(TaskState)}."))
    return found


def submission_kind(word: str) -> SubmissionKind:
    """Return the kind a client means, with any source's word, or refuse."""
    found = _KINDS.get(plain_word(word))
    if found is None:
        raise Invalid(FieldError("type", "body", "not_an_option", "One of: link, file, pull_request."))
    return found


def verdict_of(word: str) -> Verdict:
    """Return the verdict a client means, with any source's word, or refuse."""
    found = _VERDICTS.get(plain_word(word))
    if found is None:
        raise Invalid(FieldError("status", "body", "not_an_option", "One of: approved, rejected, changes_requested."))
    return found


class TaskNotFound(NotFound):
    """No such task, or one of a project in which the caller has no part."""

    code = "gigs.task_not_found"
    message = "This task does not exist or is not shown to you."


class TaskMoved(Conflict):
    """The task is not in a state in which this verb is possible."""

    code = "gigs.task_moved"
    message = "The task is {status}; it cannot be {verb} now."


class NotYourTask(Forbidden):
    """Only whoever is assigned may do this."""

    code = "gigs.not_your_task"
    message = "Only the person this task is assigned to may do this."


class AssigneeNotOnTeam(Refused):
    """Tasks go to the owner, the worker, and collaborators who do more than look on."""

    code = "gigs.assignee_not_on_team"
    message = "This person does not work on the project."


class TooManyTasks(Refused):
    """A project has so many tasks."""

    code = "gigs.too_many_tasks"
    message = "A project has at most {most} tasks."


class BulkRefused(Refused):
    """Of several tasks some could not be changed, so none was; `details` tells why, one for each."""

    code = "gigs.bulk_refused"
    message = "{wrong} of {all} tasks cannot be changed so; nothing was done."

    def __init__(self, errors: Sequence[FieldError] = (), **params: object) -> None:
        """Keep what is wrong with each task."""
        super().__init__(**params)
        self.errors = tuple(errors)

    @property
    def details(self) -> tuple[FieldError, ...]:
        """What is wrong with each task."""
        return self.errors


class SubmissionNotFound(NotFound):
    """No such submission, or one of a project in which the caller has no part."""

    code = "gigs.submission_not_found"
    message = "This submission does not exist or is not shown to you."


class SubmissionDecided(Conflict):
    """Another verdict stands already."""

    code = "gigs.submission_decided"
    message = "The submission is {status} already."


class OwnSubmission(Forbidden):
    """Nobody passes their own work, save the owner."""

    code = "gigs.own_submission"
    message = "Somebody else has to review your work."


def bulk_error(index: int, refusal: Refusal) -> FieldError:
    """Return why the task at this place of the list was refused."""
    return FieldError(f"taskIds.{index}", "body", refusal.code, refusal.sentence)
