"""An owner changes what a project says; agreements made of it before keep their own terms."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import asdict, replace

from skillhall.gigs.commands.create_project import check_category, face_of, skills_of
from skillhall.gigs.commands.owning import own_project
from skillhall.gigs.commands.set_project_status import SetProjectStatus, set_project_status
from skillhall.gigs.commands.telling import tell_project
from skillhall.gigs.events import ProjectChanged
from skillhall.gigs.model.posting import Budget, ChangeProject, budget_of, check_dates, tags_of, visibility_of
from skillhall.gigs.model.project import FINISHED, Project, ProjectState
from skillhall.gigs.model.refusals import TermsFixed
from skillhall.gigs.queries.projects import ProjectView, project_view
from skillhall.gigs.store import projects as store
from skillhall.gigs.store.bids import has_standing
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx

COLUMNS = {"start_date": "starts_at", "category": "category_slug"}
APART = ("budget", "currency", "pricing", "skills", "required_skills", "status")


async def change_project(
    tx: Tx, by: Actor, project_id: UUID, command: ChangeProject, check_version: Callable[[object], None]
) -> ProjectView:
    """Change it; `check_version` refuses when the client has read an older one. A `status` runs its verb afterwards."""
    before = await own_project(tx, by, project_id)
    check_version(before.version)
    before.check_state("changed", *(state for state in ProjectState if state not in FINISHED))
    sent = {name: value for name, value in asdict(command).items() if value is not UNSET}
    words = [*(command.skills or []), *(command.required_skills or [])]
    is_asking = command.skills is not UNSET or command.required_skills is not UNSET
    after = await _changed(tx, by, before, command, sent)
    check_dates(after, tx.now, *sent)
    if (after.pricing, after.asset) != (before.pricing, before.asset) and await has_standing(tx, project_id):
        raise TermsFixed
    if after != before or is_asking:
        await store.update_project(tx, after)
        tell_project(tx, ProjectChanged, after)
    if is_asking:
        await store.write_skills(tx, project_id, await skills_of(tx, words))
    if isinstance(command.status, str):
        return await set_project_status(tx, by, project_id, SetProjectStatus(status=command.status))
    return await project_view(tx, project_id, by)


async def _changed(tx: Tx, by: Actor, before: Project, command: ChangeProject, sent: dict[str, Any]) -> Project:
    fields = {COLUMNS.get(name, name): value for name, value in sent.items() if name not in APART}
    if isinstance(command.visibility, str):
        fields["visibility"] = visibility_of(command.visibility)
    if isinstance(command.title, str):
        fields["title"] = command.title.strip()
    if isinstance(command.tags, list):
        fields["tags"] = tags_of(command.tags)
    if isinstance(command.profile_id, UUID):
        fields["profile_id"] = await face_of(tx, by, command.profile_id)
    if isinstance(command.category, str):
        await check_category(tx, command.category)
    budget = command.budget if isinstance(command.budget, Budget) else Budget()
    fields["pricing"] = budget.type or command.pricing or before.pricing
    fields["asset"] = asset = budget.currency or command.currency or before.asset
    if command.budget is not UNSET:
        fields["budget_min"], fields["budget_max"] = budget_of(command.budget, asset)
    elif asset != before.asset:
        fields["budget_min"] = fields["budget_max"] = None
    return replace(before, **fields)
