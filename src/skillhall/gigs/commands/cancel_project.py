"""An owner calls a project off, or deletes it; staff may hide one. Whoever bid or was asked hears of it."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.gigs.commands.owning import own_project
from skillhall.gigs.commands.telling import tell_bid, tell_invite, tell_project
from skillhall.gigs.events import BidRejected, InviteWithdrawn, ProjectCancelled, ProjectDeleted
from skillhall.gigs.model.project import FINISHED, Project, ProjectState
from skillhall.gigs.model.refusals import WorkUnderWay
from skillhall.gigs.queries.projects import ProjectView, project_view
from skillhall.gigs.store import bids, invites
from skillhall.gigs.store import projects as store
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.ids import NIL
from skillhall.kernel.shapes import Body, Subject

Text = Annotated[str, Meta(min_length=1, max_length=1000)]


class CancelProject(Body, frozen=True, kw_only=True):
    """Why, for everybody to read. Optional."""

    reason: Text | None = None


async def cancel_project(tx: Tx, by: Actor, project_id: UUID, command: CancelProject | None = None) -> ProjectView:
    """Call it off before anybody works on it; a cancelled one stays as it is."""
    found = await own_project(tx, by, project_id)
    if found.state is not ProjectState.CANCELLED:
        _check_unbound(found, "cancelled", ProjectState.DRAFT, ProjectState.OPEN, ProjectState.PAUSED)
        reason = command.reason if command else None
        tell_project(tx, ProjectCancelled, await store.move_project(tx, project_id, ProjectState.CANCELLED, reason=reason))
        await turn_away(tx, found)
    return await project_view(tx, project_id, by)


async def delete_project(tx: Tx, by: Actor, project_id: UUID) -> Deleted:
    """Remove it from every list; what came of it stays."""
    found = await own_project(tx, by, project_id)
    _check_unbound(found, "deleted", ProjectState.DRAFT, ProjectState.OPEN, ProjectState.PAUSED, *FINISHED)
    await store.delete_project(tx, project_id, tx.now)
    await turn_away(tx, found)
    tell_project(tx, ProjectDeleted, found)
    return Deleted(id=project_id)


async def hide_project(tx: Tx, project_id: UUID, by: Actor, reason: str) -> None:
    """Keep a project from being seen and bid on, for moderation; nothing when it is hidden already."""
    if await store.hide_project(tx, project_id, tx.now):
        tx.audit("gigs.hide_project", Subject("project", project_id), after={"by": str(by.account_id)}, reason=reason)


async def show_project(tx: Tx, project_id: UUID, by: Actor, reason: str) -> None:
    """Undo `hide_project`."""
    if await store.show_project(tx, project_id):
        tx.audit("gigs.show_project", Subject("project", project_id), after={"by": str(by.account_id)}, reason=reason)


async def turn_away(tx: Tx, project: Project) -> None:
    """Reject every standing bid on a locked project, and take back its open invites."""
    for bid in await bids.reject_others(tx, project.id, NIL):
        tell_bid(tx, BidRejected, bid, project)
    for invite in await invites.withdraw_all(tx, project.id):
        tell_invite(tx, InviteWithdrawn, invite)


def _check_unbound(project: Project, verb: str, *allowed: ProjectState) -> None:
    """Refuse while somebody works on it, and in any other state than these."""
    if project.worker_id is not None and project.state not in FINISHED:
        raise WorkUnderWay
    project.check_state(verb, *allowed)
