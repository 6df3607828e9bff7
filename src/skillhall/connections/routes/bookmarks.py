"""HTTP of bookmarks, and of saved and favorite developers as older clients ask for them (`/user/developers/…`)."""

from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.connections.commands.change_bookmark import change_bookmark
from skillhall.connections.commands.save import save, save_developer
from skillhall.connections.commands.unsave import remove_bookmark, unsave, unsave_developer
from skillhall.connections.model.bookmark import BookmarkView, ChangeBookmark, FolderView, NewBookmark, NewDeveloper, Shelf
from skillhall.connections.model.refusals import BookmarkNotFound, SubjectNotFound
from skillhall.connections.queries import bookmarks as queries
from skillhall.connections.queries.bookmarks import BookmarkQuery, DeveloperQuery, SavableProfiles
from skillhall.identity.api import AccountNotActive
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, patch, post, put
from skillhall.kernel.shapes import ListQuery, Page

SOMEBODY = "01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01"
NEW = {"kind": "profile", "subjectId": SOMEBODY, "folder": "Cellists", "note": "Ask about Saturdays."}
SAVING = (SubjectNotFound, AccountNotActive)


class ShelfQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Which shelf."""

    shelf: Shelf = "saved"


@get("/bookmarks")
async def list_bookmarks(call: Call, query: BookmarkQuery) -> Page[BookmarkView]:
    """List what you have put aside, newest first."""
    return await queries.bookmarks_page(call.read, query, call.by)


@post("/bookmarks", created="/bookmarks/{id}", key=Key.NATURAL, refuses=SAVING, example=NEW)
async def create_bookmark(call: Call, data: NewBookmark) -> Answer[BookmarkView]:
    """Put something aside. Doing it again changes nothing."""
    return await call.run(save, data)


@get("/bookmarks/folders")
async def list_bookmark_folders(call: Call) -> Page[FolderView]:
    """List your folders."""
    return await queries.folders(call.read, call.by)


@get("/bookmarks/{bookmark_id:uuid}", refuses=(BookmarkNotFound,))
async def read_bookmark(call: Call, bookmark_id: UUID) -> BookmarkView:
    """Read one of your bookmarks."""
    return await queries.bookmark_view(call.read, bookmark_id, call.by)


@put("/bookmarks/{bookmark_id:uuid}", refuses=(BookmarkNotFound,), example={"folder": "Teachers"})
async def update_bookmark(call: Call, bookmark_id: UUID, data: ChangeBookmark) -> Answer[BookmarkView]:
    """Change folder and note: absent fields stay, null empties."""
    return await call.run(change_bookmark, bookmark_id, data)


@patch("/bookmarks/{bookmark_id:uuid}", refuses=(BookmarkNotFound,), example={"note": None})
async def edit_bookmark(call: Call, bookmark_id: UUID, data: ChangeBookmark) -> Answer[BookmarkView]:
    """Change folder or note, as PUT does."""
    return await call.run(change_bookmark, bookmark_id, data)


@delete("/bookmarks/{bookmark_id:uuid}", refuses=(BookmarkNotFound,))
async def delete_bookmark(call: Call, bookmark_id: UUID) -> Answer[Deleted]:
    """Delete one of your bookmarks."""
    return await call.run(remove_bookmark, bookmark_id)


@delete("/bookmarks/{kind:str}/{subject_id:uuid}")
async def delete_bookmark_of(call: Call, kind: str, subject_id: UUID, query: ShelfQuery) -> Answer[Deleted]:
    """Take a thing off a shelf by what it is; what is not there is fine."""
    return await call.run(unsave, kind, subject_id, query.shelf)


@post("/user/developers/favorites", key=Key.NATURAL, refuses=SAVING, example={"developerId": SOMEBODY})
async def add_favorite_developer(call: Call, data: NewDeveloper) -> Answer[BookmarkView]:
    """Make somebody a favorite: an account, whose primary profile is meant, or a profile."""
    return await call.run(save_developer, data, "favorite")


@delete("/user/developers/favorites")
async def remove_favorite_developer(call: Call, query: DeveloperQuery) -> Answer[Deleted]:
    """Take somebody off your favorites."""
    return await call.run(unsave_developer, query.developer_id, "favorite")


@get("/user/developers/favorites/my")
async def list_favorite_developers(call: Call, query: ListQuery) -> Page[BookmarkView]:
    """List your favorite people."""
    return await _people(call, query, "favorite")


@post("/user/developers/saves", key=Key.NATURAL, refuses=SAVING, example={"developerId": SOMEBODY})
async def add_saved_developer(call: Call, data: NewDeveloper) -> Answer[BookmarkView]:
    """Save somebody for later: an account, whose primary profile is meant, or a profile."""
    return await call.run(save_developer, data, "saved")


@delete("/user/developers/saves")
async def remove_saved_developer(call: Call, query: DeveloperQuery) -> Answer[Deleted]:
    """Take somebody off the saved ones."""
    return await call.run(unsave_developer, query.developer_id, "saved")


@get("/user/developers/saves/my")
async def list_saved_developers(call: Call, query: ListQuery) -> Page[BookmarkView]:
    """List the people you have saved."""
    return await _people(call, query, "saved")


async def _people(call: Call, query: ListQuery, shelf: Shelf) -> Page[BookmarkView]:
    wanted = BookmarkQuery(**msgspec.structs.asdict(query), kind=SavableProfiles.kind, shelf=shelf)
    return await queries.bookmarks_page(call.read, wanted, call.by)
