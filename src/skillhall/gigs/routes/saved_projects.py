"""HTTP of saved and favorite projects as older clients ask for them; the same bookmarks as at `/bookmarks`."""

from uuid import UUID

import msgspec

from skillhall.connections.api import BookmarkQuery, BookmarkView, NewBookmark, Shelf, SubjectNotFound, bookmarks_page, save, unsave
from skillhall.gigs.queries.bids import ProjectNamed
from skillhall.gigs.queries.saved import SavableProjects
from skillhall.identity.api import AccountNotActive
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, post
from skillhall.kernel.shapes import Body, ListQuery, Page

SAVING = (SubjectNotFound, AccountNotActive)
EXAMPLE = {"projectId": "01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01"}


class SaveProject(Body, frozen=True, kw_only=True):
    """Which project."""

    project_id: UUID


@post("/projects/saves", key=Key.NATURAL, refuses=SAVING, example=EXAMPLE)
async def save_project(call: Call, data: SaveProject) -> Answer[BookmarkView]:
    """Save a project for later; once is enough."""
    return await _save(call, data.project_id, "saved")


@delete("/projects/saves")
async def unsave_project(call: Call, query: ProjectNamed) -> Answer[Deleted]:
    """Take a project off the saved ones."""
    return await call.run(unsave, SavableProjects.kind, query.project_id, "saved")


@get("/projects/saves/my")
async def list_saved_projects(call: Call, query: ListQuery) -> Page[BookmarkView]:
    """List the projects you have saved."""
    return await _page(call, query, "saved")


@post("/projects/favorites", key=Key.NATURAL, refuses=SAVING, example=EXAMPLE)
async def add_favorite_project(call: Call, data: SaveProject) -> Answer[BookmarkView]:
    """Make a project a favorite; once is enough."""
    return await _save(call, data.project_id, "favorite")


@delete("/projects/favorites")
async def remove_favorite_project(call: Call, query: ProjectNamed) -> Answer[Deleted]:
    """Take a project off your favorites."""
    return await call.run(unsave, SavableProjects.kind, query.project_id, "favorite")


@get("/projects/favorites/my")
async def list_favorite_projects(call: Call, query: ListQuery) -> Page[BookmarkView]:
    """List your favorite projects."""
    return await _page(call, query, "favorite")


async def _save(call: Call, project_id: UUID, shelf: Shelf) -> Answer[BookmarkView]:
    return await call.run(save, NewBookmark(kind=SavableProjects.kind, subject_id=project_id, shelf=shelf))


async def _page(call: Call, query: ListQuery, shelf: Shelf) -> Page[BookmarkView]:
    wanted = BookmarkQuery(**msgspec.structs.asdict(query), kind=SavableProjects.kind, shelf=shelf)
    return await bookmarks_page(call.read, wanted, call.by)
