"""For older clients: a status instead of a verb."""

from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from skillhall.gigs.commands.agree import complete_agreement
from skillhall.gigs.commands.cancel_project import CancelProject, Text, cancel_project
from skillhall.gigs.commands.deliver import AskRevisionOf, DeliverWork, ask_revision, deliver_work
from skillhall.gigs.commands.pause_project import pause_project, resume_project
from skillhall.gigs.commands.publish_project import publish_project, unpublish_project
from skillhall.gigs.model.project import ProjectState, project_state
from skillhall.gigs.model.refusals import ProjectMoved, StatusNotSettable
from skillhall.gigs.queries.projects import ProjectView, project_view, seen
from skillhall.gigs.store.engagements import find_live
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body

Verb = Callable[[Tx, Actor, UUID], Awaitable[ProjectView]]


class SetProjectStatus(Body, frozen=True, kw_only=True):
    """The wanted status, in any source's word; `reason` is why, or what is handed over, or what is missing."""

    status: str
    reason: Text | None = None


async def set_project_status(tx: Tx, by: Actor, project_id: UUID, command: SetProjectStatus) -> ProjectView:
    """Run the verb that leads to the status, with all its rules; nothing leads to `disputed` but a dispute."""
    wanted = project_state(command.status)
    if wanted is ProjectState.CANCELLED:
        return await cancel_project(tx, by, project_id, CancelProject(reason=command.reason))
    before = ProjectState((await seen(tx, project_id, by))["state"])
    if before is ProjectState.PAUSED and wanted in {ProjectState.OPEN, ProjectState.IN_PROGRESS}:
        return await resume_project(tx, by, project_id)
    if wanted in _VERBS:
        return await _VERBS[wanted](tx, by, project_id)
    if wanted is not ProjectState.IN_PROGRESS and wanted is not ProjectState.DELIVERED and wanted is not ProjectState.COMPLETED:
        raise StatusNotSettable(status=command.status)
    if wanted is not before:
        await _work_on(tx, by, project_id, wanted, before, command.reason)
    return await project_view(tx, project_id, by)


async def _work_on(tx: Tx, by: Actor, project_id: UUID, wanted: ProjectState, before: ProjectState, words: str | None) -> None:
    """Run the verb of the project's agreement: the worker delivers; the owner sends back what was delivered, or pays it."""
    agreement_id = await find_live(tx, project_id)
    if agreement_id is None:
        raise ProjectMoved(status=before, verb=wanted)
    match wanted:
        case ProjectState.DELIVERED:
            await deliver_work(tx, by, agreement_id, DeliverWork(notes=words or "Delivered, as agreed."))
        case ProjectState.COMPLETED:
            await complete_agreement(tx, by, agreement_id)
        case _:
            await ask_revision(tx, by, agreement_id, AskRevisionOf(reason=words or "Please revise this."))


_VERBS: Final[dict[ProjectState | None, Verb]] = {
    ProjectState.DRAFT: unpublish_project,
    ProjectState.OPEN: publish_project,
    ProjectState.PAUSED: pause_project,
}
