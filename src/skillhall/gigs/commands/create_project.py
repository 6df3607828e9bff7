"""Somebody posts a project."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.gigs.commands.entitlement import spend
from skillhall.gigs.commands.telling import tell_project
from skillhall.gigs.events import ProjectCreated, ProjectPublished
from skillhall.gigs.model.posting import Budget, CreateProject, budget_of, check_dates, tags_of, visibility_of
from skillhall.gigs.model.project import Project, ProjectState, project_state
from skillhall.gigs.model.refusals import CategoryUnknown, SkillUnknown
from skillhall.gigs.queries.projects import ProjectView, project_view
from skillhall.gigs.store import projects as store
from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.money import CREDIT
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.ledger.api import LedgerRules


async def create_project(tx: Tx, by: Actor, command: CreateProject) -> ProjectView:
    """Post it, open for bids at once or as a draft that nobody else sees."""
    state = project_state(command.status)
    if state is not ProjectState.DRAFT and state is not ProjectState.OPEN:
        raise Invalid(FieldError("status", "body", "not_an_option", "A new project is draft or open."))
    skill_ids = await skills_of(tx, [*command.skills, *command.required_skills])
    new = await _project(tx, by, command, state)
    check_dates(new, tx.now, "deadline")
    if state is ProjectState.OPEN:
        await spend(tx, by.account_id, "projects", new.id)
    await check_active(tx, by.account_id)
    await store.insert_project(tx, new, skill_ids)
    tell_project(tx, ProjectCreated, new, skill_ids=skill_ids)
    if state is ProjectState.OPEN:
        tell_project(tx, ProjectPublished, new, skill_ids=skill_ids)
    return await project_view(tx, new.id, by)


async def skills_of(read: Read, words: Sequence[str]) -> list[UUID]:
    """Return the skills that these ids, slugs or names mean, each once, or refuse all that mean none."""
    found = await store.skills_named(read, words) if words else {}
    if unknown := [word for word in words if word not in found]:
        raise SkillUnknown(skills=", ".join(unknown))
    return list(dict.fromkeys(found[word] for word in words))


async def face_of(tx: Tx, by: Actor, profile_id: UUID | None) -> UUID:
    """Return the own profile to be shown: this one, the one in use, or the primary one."""
    found = await store.find_profile(tx, by.account_id, profile_id or by.profile_id)
    if found is None:
        raise Invalid(FieldError("profileId", "body", "gigs.profile", "This is not one of your profiles."))
    return found


async def check_category(tx: Tx, slug: str | None) -> None:
    """Refuse a category that the catalogue has not."""
    if slug is not None and not await store.is_category(tx, slug):
        raise CategoryUnknown(category=slug)


async def _project(tx: Tx, by: Actor, command: CreateProject, state: ProjectState) -> Project:
    await check_category(tx, command.category)
    budget = command.budget if isinstance(command.budget, Budget) else Budget()
    asset = budget.currency or command.currency or _default_asset(tx)
    least, most = budget_of(command.budget, asset)
    return Project(
        id=ids.new(),
        account_id=by.account_id,
        profile_id=await face_of(tx, by, command.profile_id),
        title=command.title.strip(),
        description=command.description,
        pricing=budget.type or command.pricing or "fixed",
        asset=asset,
        budget_min=least,
        budget_max=most,
        category_slug=command.category,
        visibility=visibility_of(command.visibility),
        state=state,
        paused_from=None,
        starts_at=command.start_date,
        deadline=command.deadline,
        is_remote=command.is_remote,
        location=command.location,
        level=command.level,
        tags=tags_of(command.tags),
        worker_id=None,
        published_at=tx.now if state is ProjectState.OPEN else None,
        delivered_at=None,
        completed_at=None,
        hidden_at=None,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )


def _default_asset(tx: Tx) -> str:
    return CREDIT if tx.setting(LedgerRules).has_credits else tx.house.config.community_currency
