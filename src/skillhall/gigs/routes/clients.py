"""HTTP of clients: people as owners of projects."""

from uuid import UUID

from skillhall.gigs.model import refusals as no
from skillhall.gigs.queries import clients as queries
from skillhall.gigs.queries.clients import ClientView
from skillhall.gigs.queries.projects import ProjectQuery, ProjectView, projects
from skillhall.kernel.http import Call, get
from skillhall.kernel.shapes import Page

ID = "/clients/{account_id:uuid}"


@get(ID, public=True, refuses=(no.ClientNotFound,), me="account_id")
async def read_client(call: Call, account_id: UUID) -> ClientView:
    """Read somebody as an owner of projects, by their account's id."""
    return await queries.client_view(call.read, call.by, account_id)


@get(f"{ID}/projects", public=True, refuses=(no.ClientNotFound,), me="account_id")
async def list_projects_of_client(call: Call, account_id: UUID, query: ProjectQuery) -> Page[ProjectView]:
    """List somebody's projects that you may see; your own with drafts."""
    await queries.client_view(call.read, call.by, account_id)
    return await projects(call.read, call.by, query, account=account_id)
