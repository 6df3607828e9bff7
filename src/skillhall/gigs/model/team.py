"""Who works on a project: its owner, its worker, and whom the owner has asked to join them."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from skillhall.gigs.model.project import FINISHED, ProjectState
from skillhall.gigs.model.refusals import ProjectMoved, ProjectNotFound
from skillhall.kernel.refusals import Conflict, Forbidden, NotFound, Refused

MOST_COLLABORATORS: Final = 50
TeamRole = Literal["manager", "member", "viewer"]


class Role(StrEnum):
    """What somebody is to a project. A manager plans and reviews as the owner does; a viewer reads and comments."""

    OWNER = "owner"
    MANAGER = "manager"
    WORKER = "worker"
    MEMBER = "member"
    VIEWER = "viewer"


class CollaboratorState(StrEnum):
    """Where somebody who was asked to join stands."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REMOVED = "removed"


class Collaborator(Struct, frozen=True, kw_only=True):
    """Somebody who was asked to join, as stored."""

    project_id: UUID
    account_id: UUID
    role: TeamRole
    state: CollaboratorState
    message: str
    invited_by: UUID
    invited_at: datetime
    decided_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Whether they belong to the team, or were asked to and have not answered."""
        return self.state in {CollaboratorState.PENDING, CollaboratorState.ACCEPTED}


class Part(Struct, frozen=True, kw_only=True):
    """What one person may do in a project; without a role nothing, and they need not know that it is there."""

    project_id: UUID
    project_state: ProjectState
    account_id: UUID
    role: Role | None

    @property
    def may_manage(self) -> bool:
        """Whether they plan tasks and review what is submitted."""
        return self.role in {Role.OWNER, Role.MANAGER}

    @property
    def may_work(self) -> bool:
        """Whether they can be assigned to a task."""
        return self.role not in {None, Role.VIEWER}

    def check_member(self) -> None:
        """Refuse who has no part in the project."""
        if self.role is None:
            raise ProjectNotFound

    def check_manages(self) -> None:
        """Refuse everybody but the owner and managers."""
        self.check_member()
        if not self.may_manage:
            raise NotManaging

    def check_works(self) -> None:
        """Refuse who has no part, and who may only look on."""
        self.check_member()
        if not self.may_work:
            raise OnlyViewing

    def check_open(self, verb: str, *, paused: bool = True) -> None:
        """Refuse the verb (a participle: "worked on") on a finished project, and unless `paused` on a paused one."""
        if self.project_state in FINISHED or (self.project_state is ProjectState.PAUSED and not paused):
            raise ProjectMoved(status=self.project_state, verb=verb)


class NotManaging(Forbidden):
    """Planning is the owner's and the managers' business."""

    code = "gigs.not_managing"
    message = "Only the owner of the project and its managers may do this."


class OnlyViewing(Forbidden):
    """A viewer looks on."""

    code = "gigs.only_viewing"
    message = "You look on in this project; its owner can give you another role."


class CollaboratorNotFound(NotFound):
    """Nobody of this account belongs to the team, or was asked to."""

    code = "gigs.collaborator_not_found"
    message = "This person neither belongs to the team nor is invited."


class CollaboratorMoved(Conflict):
    """The invitation was answered or taken back."""

    code = "gigs.collaborator_moved"
    message = "The invitation is {status}; it cannot be {verb} now."


class AlreadyOnTeam(Conflict):
    """One belongs to a team once: as owner, as worker or as collaborator."""

    code = "gigs.already_on_team"
    message = "This person belongs to the team already, or is invited to it."


class TooManyCollaborators(Refused):
    """A team has so many collaborators."""

    code = "gigs.too_many_collaborators"
    message = "A team has at most {most} collaborators; remove one first."
