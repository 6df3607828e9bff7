"""An owner asks somebody to join, gives them another role, or lets them go; they say yes or no, or leave."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta
from msgspec.structs import replace

from skillhall.gigs.commands.owning import own_project
from skillhall.gigs.events.work import (
    CollaboratorDeclined,
    CollaboratorFact,
    CollaboratorInvited,
    CollaboratorJoined,
    CollaboratorLeft,
    TaskAssigned,
)
from skillhall.gigs.model.project import FINISHED, Project
from skillhall.gigs.model.refusals import InvitedUnknown, ProjectMoved, ProjectNotFound
from skillhall.gigs.model.team import (
    MOST_COLLABORATORS,
    AlreadyOnTeam,
    Collaborator,
    CollaboratorMoved,
    CollaboratorNotFound,
    CollaboratorState,
    TeamRole,
    TooManyCollaborators,
)
from skillhall.gigs.queries.team import CollaboratorView, collaborator_view
from skillhall.gigs.store import invites, tasks, tracking
from skillhall.gigs.store import team as store
from skillhall.gigs.store.projects import lock_project
from skillhall.identity.api import check_active
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.shapes import Body


class InviteCollaborator(Body, frozen=True, kw_only=True):
    """Whom, an account or a profile, and as what: a manager plans and reviews, a member works, a viewer looks on."""

    user_id: UUID
    role: TeamRole = "member"
    message: Annotated[str, Meta(max_length=2000)] = ""


class ChangeCollaborator(Body, frozen=True, kw_only=True):
    """The role from now on."""

    role: TeamRole


async def invite_collaborator(tx: Tx, by: Actor, project_id: UUID, command: InviteCollaborator) -> CollaboratorView:
    """Ask somebody to join the team of a project that is not finished."""
    project = await _planned(tx, by, project_id)
    account_id = await invites.find_account(tx, command.user_id, by.account_id)
    if account_id is None:
        raise InvitedUnknown
    before = await store.find_collaborator(tx, project_id, account_id)
    if account_id in (project.account_id, project.worker_id) or (before is not None and before.is_live):
        raise AlreadyOnTeam
    if await store.count_collaborators(tx, project_id) >= MOST_COLLABORATORS:
        raise TooManyCollaborators(most=MOST_COLLABORATORS)
    new = Collaborator(
        project_id=project_id,
        account_id=account_id,
        role=command.role,
        state=CollaboratorState.PENDING,
        message=command.message.strip(),
        invited_by=by.account_id,
        invited_at=tx.now,
        decided_at=None,
    )
    await store.put_collaborator(tx, new)
    await check_active(tx, *sorted({by.account_id, account_id}))
    _tell(tx, CollaboratorInvited, project, account_id, by, role=command.role)
    return await collaborator_view(tx, project_id, account_id)


async def join_team(tx: Tx, by: Actor, project_id: UUID) -> CollaboratorView:
    """Say yes; who has joined has joined."""
    return await _answer(tx, by, project_id, CollaboratorState.ACCEPTED, "accepted")


async def decline_team(tx: Tx, by: Actor, project_id: UUID) -> CollaboratorView:
    """Say no; the owner may ask again."""
    return await _answer(tx, by, project_id, CollaboratorState.DECLINED, "declined")


async def change_collaborator(tx: Tx, by: Actor, project_id: UUID, account_id: UUID, command: ChangeCollaborator) -> CollaboratorView:
    """Give somebody another role. Who only looks on from now on is not assigned to anything."""
    project = await _planned(tx, by, project_id)
    found = await _live(tx, project_id, account_id)
    await store.put_collaborator(tx, replace(found, role=command.role))
    if command.role == "viewer":
        await _relieve(tx, by, project, account_id)
    return await collaborator_view(tx, project_id, account_id)


async def remove_collaborator(tx: Tx, by: Actor, project_id: UUID, account_id: UUID) -> Deleted:
    """Let somebody go, take an invitation back, or leave. Tasks not handed in are nobody's then, and their time stops."""
    project = await (lock_project(tx, project_id) if account_id == by.account_id else own_project(tx, by, project_id))
    found = await _live(tx, project_id, account_id)
    await store.put_collaborator(tx, replace(found, state=CollaboratorState.REMOVED, message="", decided_at=tx.now))
    await _relieve(tx, by, project, account_id)
    _tell(tx, CollaboratorLeft, project, account_id, by)
    return Deleted(id=account_id)


async def relieve(tx: Tx, project_id: UUID, account_id: UUID) -> None:
    """Take the tasks of whoever does not work on a project any more off them; nothing while they have another part in it, or it is gone."""
    try:
        project = await lock_project(tx, project_id)
    except ProjectNotFound:
        return
    await _relieve(tx, Actor(account_id=project.account_id), project, account_id)


async def _relieve(tx: Tx, by: Actor, project: Project, account_id: UUID) -> None:
    if (await store.part(tx, project.id, account_id)).may_work:
        return
    left = [task.assigned(None) for task in await tasks.open_tasks_of(tx, project.id, account_id)]
    await tasks.update_tasks(tx, left)
    for task in left:
        tx.publish(TaskAssigned(task_id=task.id, project_id=project.id, owner_id=project.account_id, assignee_id=None, by_id=by.account_id))
    await tracking.end_in_project(tx, project.id, account_id)


async def _planned(tx: Tx, by: Actor, project_id: UUID) -> Project:
    project = await own_project(tx, by, project_id)
    _check_open(project)
    return project


def _check_open(project: Project) -> None:
    if project.state in FINISHED:
        raise ProjectMoved(status=project.state, verb="joined")


async def _live(tx: Tx, project_id: UUID, account_id: UUID) -> Collaborator:
    found = await store.find_collaborator(tx, project_id, account_id)
    if found is None or not found.is_live:
        raise CollaboratorNotFound
    return found


async def _answer(tx: Tx, by: Actor, project_id: UUID, state: CollaboratorState, verb: str) -> CollaboratorView:
    project = await lock_project(tx, project_id)
    found = await store.find_collaborator(tx, project_id, by.account_id)
    if found is None:
        raise CollaboratorNotFound
    if found.state is not state:
        if found.state is not CollaboratorState.PENDING:
            raise CollaboratorMoved(status=found.state, verb=verb)
        if state is CollaboratorState.ACCEPTED:
            _check_open(project)
        await store.put_collaborator(tx, replace(found, state=state, decided_at=tx.now))
        fact = CollaboratorJoined if state is CollaboratorState.ACCEPTED else CollaboratorDeclined
        _tell(tx, fact, project, by.account_id, by)
    return await collaborator_view(tx, project_id, by.account_id)


def _tell(tx: Tx, fact: type[CollaboratorFact], project: Project, account_id: UUID, by: Actor, **more: str) -> None:
    tx.publish(fact(project_id=project.id, owner_id=project.account_id, account_id=account_id, by_id=by.account_id, **more))
