"""An owner pauses a project, and lets it go on."""

from uuid import UUID

from skillhall.gigs.commands.owning import own_project
from skillhall.gigs.commands.telling import tell_project
from skillhall.gigs.events import ProjectPaused, ProjectResumed
from skillhall.gigs.model.project import ProjectState
from skillhall.gigs.queries.projects import ProjectView, project_view
from skillhall.gigs.store import projects as store
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def pause_project(tx: Tx, by: Actor, project_id: UUID) -> ProjectView:
    """Pause it: no bids are taken meanwhile; a paused one stays as it is."""
    found = await own_project(tx, by, project_id)
    if found.state is not ProjectState.PAUSED:
        found.check_state("paused", ProjectState.OPEN, ProjectState.IN_PROGRESS)
        tell_project(tx, ProjectPaused, await store.move_project(tx, project_id, ProjectState.PAUSED))
    return await project_view(tx, project_id, by)


async def resume_project(tx: Tx, by: Actor, project_id: UUID) -> ProjectView:
    """Let it go on where it was paused."""
    found = await own_project(tx, by, project_id)
    found.check_state("resumed", ProjectState.PAUSED)
    tell_project(tx, ProjectResumed, await store.move_project(tx, project_id, found.paused_from or ProjectState.OPEN))
    return await project_view(tx, project_id, by)
