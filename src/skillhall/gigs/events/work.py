"""What gigs says of tasks, submissions and teams."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Event


class TaskFact(Event, frozen=True, kw_only=True):
    """What every fact about a task tells: the owner of its project, who is assigned, who did it."""

    about: ClassVar[tuple[str, str]] = ("task", "task_id")
    public: ClassVar[bool] = True
    task_id: UUID
    project_id: UUID
    owner_id: UUID
    assignee_id: UUID | None
    by_id: UUID


class TaskCreated(TaskFact, frozen=True, kw_only=True):
    """There is a new task."""

    name: ClassVar[str] = "gigs.task_created"


class TaskAssigned(TaskFact, frozen=True, kw_only=True):
    """Somebody else, or nobody, is assigned to it now."""

    name: ClassVar[str] = "gigs.task_assigned"


class TaskSubmitted(TaskFact, frozen=True, kw_only=True):
    """Work was handed in for it and waits for a verdict."""

    name: ClassVar[str] = "gigs.task_submitted"
    submission_id: UUID


class TaskReviewed(TaskFact, frozen=True, kw_only=True):
    """What was handed in has its verdict: approved, rejected or changes_requested."""

    name: ClassVar[str] = "gigs.task_reviewed"
    submission_id: UUID
    verdict: str


class TaskCompleted(TaskFact, frozen=True, kw_only=True):
    """It is done."""

    name: ClassVar[str] = "gigs.task_completed"


class TaskDeleted(TaskFact, frozen=True, kw_only=True):
    """It was taken off the list."""

    name: ClassVar[str] = "gigs.task_deleted"


class TaskCommented(TaskFact, frozen=True, kw_only=True):
    """Somebody said something about it."""

    name: ClassVar[str] = "gigs.task_commented"
    comment_id: UUID


class CollaboratorFact(Event, frozen=True, kw_only=True):
    """What every fact about a collaborator tells."""

    about: ClassVar[tuple[str, str]] = ("project", "project_id")
    project_id: UUID
    owner_id: UUID
    account_id: UUID
    by_id: UUID


class CollaboratorInvited(CollaboratorFact, frozen=True, kw_only=True):
    """Somebody is asked to join the team."""

    name: ClassVar[str] = "gigs.collaborator_invited"
    role: str


class CollaboratorJoined(CollaboratorFact, frozen=True, kw_only=True):
    """They said yes."""

    name: ClassVar[str] = "gigs.collaborator_joined"


class CollaboratorDeclined(CollaboratorFact, frozen=True, kw_only=True):
    """They said no."""

    name: ClassVar[str] = "gigs.collaborator_declined"


class CollaboratorLeft(CollaboratorFact, frozen=True, kw_only=True):
    """They were removed, or went, or the invitation was taken back."""

    name: ClassVar[str] = "gigs.collaborator_left"
