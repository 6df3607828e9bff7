"""HTTP of teams, owners' and workers' figures, and tables to take away."""

from uuid import UUID

from skillhall.gigs.commands import run_team
from skillhall.gigs.commands.run_team import ChangeCollaborator, InviteCollaborator
from skillhall.gigs.model import refusals as no
from skillhall.gigs.model import team as refused
from skillhall.gigs.queries import analytics, dashboards
from skillhall.gigs.queries import team as queries
from skillhall.gigs.queries.analytics import Download, Export, PeriodQuery, ProjectAnalyticsView
from skillhall.gigs.queries.dashboards import (
    ACTIVE,
    CollaborationQuery,
    CollaborationView,
    OwnerCategory,
    OwnerStatsView,
    PerformanceView,
    PlatformProjectsView,
)
from skillhall.gigs.queries.projects import ProjectQuery, ProjectView, projects
from skillhall.gigs.queries.team import CollaborationQuery as TeamQuery
from skillhall.gigs.queries.team import CollaboratorView, TeamMemberView, WorkedWithView
from skillhall.identity.api import AccountNotActive
from skillhall.kernel.http import Answer, Call, Deleted, Key, Raw, delete, get, patch, post
from skillhall.kernel.shapes import ListQuery, Page

TEAM = "/projects/{project_id:uuid}/team"
AN_ID = "01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01"
OWN = (no.ProjectNotFound, no.NotYourProject)
ANSWER = (no.ProjectNotFound, refused.CollaboratorNotFound, refused.CollaboratorMoved)
PLANS = (no.ProjectNotFound, refused.NotManaging)


@get(TEAM, refuses=(no.ProjectNotFound,))
async def list_team(call: Call, project_id: UUID) -> Page[TeamMemberView]:
    """List who works on a project: its owner, its worker, its collaborators."""
    return await queries.team(call.read, call.by, project_id)


@post(
    TEAM,
    created="/projects/{project_id}/team",
    key=Key.NATURAL,
    refuses=(*OWN, no.ProjectMoved, no.InvitedUnknown, refused.AlreadyOnTeam, refused.TooManyCollaborators, AccountNotActive),
    example={"userId": AN_ID, "role": "member"},
)
async def invite_collaborator(call: Call, project_id: UUID, data: InviteCollaborator) -> Answer[CollaboratorView]:
    """Ask somebody to join the team: a manager plans and reviews, a member works, a viewer looks on."""
    return await call.run(run_team.invite_collaborator, project_id, data)


@post(f"{TEAM}/accept", key=Key.NATURAL, refuses=(*ANSWER, no.ProjectMoved))
async def join_team(call: Call, project_id: UUID) -> Answer[CollaboratorView]:
    """Join a team you are asked to join."""
    return await call.run(run_team.join_team, project_id)


@post(f"{TEAM}/decline", key=Key.NATURAL, refuses=ANSWER)
async def decline_team(call: Call, project_id: UUID) -> Answer[CollaboratorView]:
    """Say no to joining a team."""
    return await call.run(run_team.decline_team, project_id)


@patch(f"{TEAM}/{{user_id:uuid}}", refuses=(*OWN, no.ProjectMoved, refused.CollaboratorNotFound), example={"role": "manager"})
async def change_collaborator(call: Call, project_id: UUID, user_id: UUID, data: ChangeCollaborator) -> Answer[CollaboratorView]:
    """Give a collaborator another role; the owner only."""
    return await call.run(run_team.change_collaborator, project_id, user_id, data)


@delete(f"{TEAM}/{{user_id:uuid}}", refuses=(*OWN, refused.CollaboratorNotFound), me="user_id")
async def remove_collaborator(call: Call, project_id: UUID, user_id: UUID) -> Answer[Deleted]:
    """Let a collaborator go or take an invitation back, as the owner; or leave. Their open tasks are nobody's then."""
    return await call.run(run_team.remove_collaborator, project_id, user_id)


@get("/projects/collaborations")
async def list_collaborations(call: Call, query: TeamQuery) -> Page[CollaboratorView]:
    """List the teams you are asked to join, belong to, or belonged to."""
    return await queries.collaborations(call.read, call.by, query)


@get("/projects/owner/developers")
async def list_developers(call: Call, query: ListQuery) -> Page[WorkedWithView]:
    """List who has worked for you, the latest first."""
    return await queries.worked_with(call.read, call.by, query)


@get("/projects/owner/stats")
async def read_owner_stats(call: Call) -> OwnerStatsView:
    """Read your projects in numbers."""
    return await dashboards.owner_stats(call.read, call.by)


@get("/projects/owner/active-projects")
async def list_active_projects(call: Call, query: ProjectQuery) -> Page[ProjectView]:
    """List those of your projects that take bids or are worked on, paused ones included."""
    return await projects(call.read, call.by, query, account=call.by.account_id, states=ACTIVE)


@get("/projects/owner/projects", alias_of="listMyProjects")
async def list_owner_projects(call: Call, query: ProjectQuery) -> Page[ProjectView]:
    """List your own projects; the same as `/projects/my`."""
    return await projects(call.read, call.by, query, account=call.by.account_id)


@get("/projects/owner/categories")
async def list_owner_categories(call: Call) -> Page[OwnerCategory]:
    """List the categories your projects are in."""
    return await dashboards.owner_categories(call.read, call.by)


@get("/tasks/analytics/collaboration")
async def list_collaboration(call: Call, query: CollaborationQuery) -> Page[CollaborationView]:
    """List who does how much in your projects, or in one of them."""
    return await dashboards.collaboration(call.read, call.by, query)


@get("/tasks/analytics/performance")
async def read_own_performance(call: Call) -> PerformanceView:
    """Read how your own work on tasks goes."""
    return await dashboards.performance(call.read, call.by)


@get("/projects/admin/stats", permission="metrics.read")
async def read_platform_projects(call: Call) -> PlatformProjectsView:
    """Read all projects in numbers, as staff."""
    return await dashboards.platform_projects(call.read)


@get("/projects/{project_id:uuid}/analytics", refuses=PLANS)
async def read_project_analytics(call: Call, project_id: UUID, query: PeriodQuery) -> ProjectAnalyticsView:
    """Read a project that you own or manage day by day."""
    return await analytics.project_analytics(call.read, call.by, project_id, query)


@post("/projects/analytics/download", key=Key.NEVER, media="text/csv", refuses=PLANS, example={"projectId": AN_ID})
async def download_project_analytics(call: Call, data: Download) -> Raw:
    """Take a project day by day away as CSV; a cell that a spreadsheet would take for a formula begins with an apostrophe."""
    return _table(await analytics.analytics_sheet(call.read, call.by, data), "project-analytics")


@post("/projects/export", key=Key.NEVER, media="text/csv", refuses=OWN, example={"projectId": AN_ID})
async def export_applicants(call: Call, data: Export) -> Raw:
    """Take who has bid on your projects, or on one of them, away as CSV, cells made harmless as in `/projects/analytics/download`."""
    return _table(await analytics.applicants_sheet(call.read, call.by, data), "applicants")


def _table(text: str, name: str) -> Raw:
    return Raw(text.encode(), "text/csv; charset=utf-8", {"content-disposition": f'attachment; filename="{name}.csv"'})
