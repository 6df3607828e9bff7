"""An owner opens a draft for bids, or takes a project that nobody has bid on back to draft."""

from uuid import UUID

from skillhall.gigs.commands.entitlement import spend
from skillhall.gigs.commands.owning import own_project
from skillhall.gigs.commands.telling import tell_project
from skillhall.gigs.events import ProjectChanged, ProjectPublished
from skillhall.gigs.model.project import ProjectState
from skillhall.gigs.model.refusals import ProjectHasBids
from skillhall.gigs.queries.projects import ProjectView, project_view
from skillhall.gigs.store import projects as store
from skillhall.gigs.store.bids import has_standing
from skillhall.identity.api import check_active
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def publish_project(tx: Tx, by: Actor, project_id: UUID) -> ProjectView:
    """Open a draft; an open project stays as it is."""
    found = await own_project(tx, by, project_id)
    if found.state is not ProjectState.OPEN:
        found.check_state("published", ProjectState.DRAFT)
        await spend(tx, by.account_id, "projects", project_id)
        await check_active(tx, by.account_id)
        opened = await store.move_project(tx, project_id, ProjectState.OPEN)
        tell_project(tx, ProjectPublished, opened, skill_ids=await store.skill_ids(tx, project_id))
    return await project_view(tx, project_id, by)


async def unpublish_project(tx: Tx, by: Actor, project_id: UUID) -> ProjectView:
    """Take it back; a draft stays as it is."""
    found = await own_project(tx, by, project_id)
    if found.state is not ProjectState.DRAFT:
        found.check_state("taken back to draft", ProjectState.OPEN)
        if await has_standing(tx, project_id):
            raise ProjectHasBids
        tell_project(tx, ProjectChanged, await store.move_project(tx, project_id, ProjectState.DRAFT))
    return await project_view(tx, project_id, by)
