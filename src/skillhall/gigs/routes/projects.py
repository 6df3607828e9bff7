"""HTTP of projects: post, find, change, publish, pause, call off, delete."""

from uuid import UUID

from skillhall.billing.api import LimitReached
from skillhall.gigs.commands import cancel_project as cancelling
from skillhall.gigs.commands import change_project as changing
from skillhall.gigs.commands import create_project as creating
from skillhall.gigs.commands import pause_project as pausing
from skillhall.gigs.commands import publish_project as publishing
from skillhall.gigs.commands import set_project_status as setting
from skillhall.gigs.commands.cancel_project import CancelProject
from skillhall.gigs.commands.set_project_status import SetProjectStatus
from skillhall.gigs.model import refusals as no
from skillhall.gigs.model.engagement_refusals import (
    AgreementMoved,
    AgreementNotFound,
    BookingMoved,
    ClientOnly,
    EscrowMoved,
    MilestoneMoved,
    NoRevisionsLeft,
    NotDelivered,
    NotFunded,
    WorkUnnamed,
)
from skillhall.gigs.model.posting import ChangeProject, CreateProject
from skillhall.gigs.queries import filters
from skillhall.gigs.queries import projects as queries
from skillhall.gigs.queries.filters import FilterOptionsView, SkillsTagsView
from skillhall.gigs.queries.projects import ProjectQuery, ProjectView, Suggestion, SuggestionQuery
from skillhall.identity.api import AccountNotActive
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, patch, post, put
from skillhall.kernel.shapes import Page

ID = "/projects/{project_id:uuid}"
PROJECT = {
    "title": "A cello part for a short film",
    "description": "Three minutes, quiet, recorded at your place.",
    "budget": {"type": "fixed", "min": 120, "max": 180},
    "currency": "CREDIT",
    "skills": ["cello"],
    "category": "music",
    "tags": ["film", "recording"],
    "deadline": "2027-03-01T12:00:00Z",
}
POSTING = (no.CategoryUnknown, no.SkillUnknown, no.OtherCurrency)
OWN = (no.ProjectNotFound, no.NotYourProject)
MOVE = (*OWN, no.ProjectMoved)
STATUS = (
    *MOVE, no.StatusNotSettable, no.ProjectHasBids, no.WorkUnderWay, AccountNotActive, LimitReached, AgreementNotFound, AgreementMoved,
    no.WorkerOnly, ClientOnly, WorkUnnamed, NotFunded, NotDelivered, NoRevisionsLeft, MilestoneMoved, BookingMoved,
    EscrowMoved,
)  # fmt: skip
CHANGE = (*STATUS, *POSTING, no.TermsFixed)


@post("/projects", created="/projects/{id}", refuses=(*POSTING, AccountNotActive, LimitReached), example=PROJECT, etag=True)
async def create_project(call: Call, data: CreateProject) -> Answer[ProjectView]:
    """Post a project: open for bids at once, or with `status` draft for yourself alone."""
    return await call.run(creating.create_project, data)


@get("/projects", public=True)
async def list_projects(call: Call, query: ProjectQuery) -> Page[ProjectView]:
    """Find projects by text, skills, category, budget, place, level, owner, status: those you may see, in whatever state."""
    return await queries.projects(call.read, call.by, query)


@get("/projects/public", public=True)
async def list_open_projects(call: Call, query: ProjectQuery) -> Page[ProjectView]:
    """Find projects that take bids now; the same filters as `/projects`."""
    return await queries.open_projects(call.read, call.by, query)


@get("/projects/search", public=True, alias_of="listProjects")
async def search_projects(call: Call, query: ProjectQuery) -> Page[ProjectView]:
    """Find projects; the same as `/projects`."""
    return await queries.projects(call.read, call.by, query)


@get("/projects/search/suggestions", public=True)
async def suggest_projects(call: Call, query: SuggestionQuery) -> Page[Suggestion]:
    """Suggest open projects, skills and categories for what was typed so far."""
    return await queries.suggestions(call.read, call.by, query)


@get("/projects/filter-options", public=True)
async def read_project_filter_options(call: Call) -> FilterOptionsView:
    """Read what one can filter by: categories, currencies and budgets in use, the words for pricing, level, status and visibility."""
    return await filters.filter_options(call.read)


@get("/projects/categories", public=True)
async def list_project_categories(call: Call) -> Page[filters.CategoryCount]:
    """List the categories with how many public projects are open in each."""
    return await filters.categories(call.read)


@get("/projects/global/skills-tags", public=True)
async def read_project_skills_and_tags(call: Call) -> SkillsTagsView:
    """Read the skills and tags of open public projects, the most frequent first."""
    return await filters.skills_and_tags(call.read)


@get("/projects/my")
async def list_my_projects(call: Call, query: ProjectQuery) -> Page[ProjectView]:
    """List your own projects, drafts too."""
    return await queries.projects(call.read, call.by, query, account=call.by.account_id)


@get(ID, public=True, refuses=(no.ProjectNotFound,), etag=True)
async def read_project(call: Call, project_id: UUID) -> ProjectView:
    """Read one project."""
    return await queries.project_view(call.read, project_id, call.by)


@put(ID, refuses=CHANGE, example={"budget": {"min": 150, "max": 200}}, etag=True)
async def replace_project(call: Call, project_id: UUID, data: ChangeProject) -> Answer[ProjectView]:
    """Change a project; the same as PATCH."""
    return await call.run(changing.change_project, project_id, data, call.match.check)


@patch(ID, refuses=CHANGE, example={"title": "A cello part for a film"}, etag=True)
async def change_project(call: Call, project_id: UUID, data: ChangeProject) -> Answer[ProjectView]:
    """Change a project: absent stays, null empties. With If-Match a lost update is refused."""
    return await call.run(changing.change_project, project_id, data, call.match.check)


@delete(ID, refuses=(*MOVE, no.WorkUnderWay))
async def delete_project(call: Call, project_id: UUID) -> Answer[Deleted]:
    """Delete a project that nobody works on. Whoever bid on it is turned away."""
    return await call.run(cancelling.delete_project, project_id)


@put(f"{ID}/status", refuses=STATUS, example={"status": "paused"})
async def set_project_status(call: Call, project_id: UUID, data: SetProjectStatus) -> Answer[ProjectView]:
    """Set a status by running the verb that leads to it, with all its rules: the worker delivers, the owner does the rest."""
    return await call.run(setting.set_project_status, project_id, data)


@post(f"{ID}/publish", key=Key.NATURAL, refuses=(*MOVE, AccountNotActive, LimitReached))
async def publish_project(call: Call, project_id: UUID) -> Answer[ProjectView]:
    """Open a draft for bids."""
    return await call.run(publishing.publish_project, project_id)


@post(f"{ID}/unpublish", key=Key.NATURAL, refuses=(*MOVE, no.ProjectHasBids))
async def unpublish_project(call: Call, project_id: UUID) -> Answer[ProjectView]:
    """Take an open project that nobody has bid on back to draft."""
    return await call.run(publishing.unpublish_project, project_id)


@post(f"{ID}/pause", key=Key.NATURAL, refuses=MOVE)
async def pause_project(call: Call, project_id: UUID) -> Answer[ProjectView]:
    """Pause a project: it takes no bids meanwhile."""
    return await call.run(pausing.pause_project, project_id)


@post(f"{ID}/resume", key=Key.NATURAL, refuses=MOVE)
async def resume_project(call: Call, project_id: UUID) -> Answer[ProjectView]:
    """Let a paused project go on."""
    return await call.run(pausing.resume_project, project_id)


@post(f"{ID}/cancel", key=Key.NATURAL, refuses=(*MOVE, no.WorkUnderWay), example={"reason": "The film was called off."})
async def cancel_project(call: Call, project_id: UUID, data: CancelProject) -> Answer[ProjectView]:
    """Call a project off before anybody works on it; afterwards its agreement is cancelled instead."""
    return await call.run(cancelling.cancel_project, project_id, data)
