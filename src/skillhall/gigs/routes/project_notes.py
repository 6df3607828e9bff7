"""HTTP of what is beside a project: files, updates, comments, figures; with those of older clients."""

from uuid import UUID

from skillhall.gigs.commands import project_notes as verbs
from skillhall.gigs.commands.project_notes import (
    AddFile,
    AddFileTo,
    EditComment,
    PostUpdate,
    PostUpdateOn,
    WriteComment,
    WriteCommentOn,
)
from skillhall.gigs.model import refusals as no
from skillhall.gigs.queries import notes as queries
from skillhall.gigs.queries.notes import CommentView, FileView, StatsView, UpdateView
from skillhall.identity.api import AccountNotActive
from skillhall.kernel.files import FileInUse, FileMissing, WrongKind
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, post, put
from skillhall.kernel.shapes import ListQuery, Page

ID = "/projects/{project_id:uuid}"
SOMETHING = "01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01"
FILE = {"fileId": SOMETHING, "title": "The score"}
NEWS = {"text": "The first take is done.", "type": "milestone"}
COMMENT = {"content": "Is the cello to sound alone?"}
SIDE = (no.ProjectNotFound, no.NotOfProject)
ADD = (*SIDE, no.TooManyFiles, FileMissing, FileInUse, WrongKind)
SAY = (no.ProjectNotFound, no.CommentNotFound, AccountNotActive)
AUTHOR = (no.CommentNotFound, no.ProjectNotFound, no.NotYourComment)


@post(f"{ID}/files", created="/projects/{project_id}/files", refuses=ADD, example=FILE)
async def add_project_file(call: Call, project_id: UUID, data: AddFile) -> Answer[FileView]:
    """Show an upload with a project; its owner and its worker may."""
    return await call.run(verbs.add_file, project_id, data)


@post("/projects/files", created="/projects/{project_id}/files", refuses=ADD, example={**FILE, "projectId": SOMETHING})
async def add_file_to_project(call: Call, data: AddFileTo) -> Answer[FileView]:
    """Show an upload with the project that the body names."""
    return await call.run(verbs.add_file_to, data)


@get(f"{ID}/files", public=True, refuses=(no.ProjectNotFound,))
async def list_project_files(call: Call, project_id: UUID, query: ListQuery) -> Page[FileView]:
    """List the files of a project, with links that give their content for an hour."""
    return await queries.files(call.read, call.by, project_id, query)


@delete(f"{ID}/files/{{file_id:uuid}}", refuses=(no.ProjectNotFound, no.FileNotFound, no.NotYourProject))
async def remove_project_file(call: Call, project_id: UUID, file_id: UUID) -> Answer[Deleted]:
    """Remove a file from a project: your own, or any of your project's."""
    return await call.run(verbs.remove_file, project_id, file_id)


@post(f"{ID}/updates", created="/projects/{project_id}/updates", refuses=SIDE, example=NEWS)
async def post_project_update(call: Call, project_id: UUID, data: PostUpdate) -> Answer[UpdateView]:
    """Tell what is new; owner and worker may."""
    return await call.run(verbs.post_update, project_id, data)


@post("/projects/updates", created="/projects/{project_id}/updates", refuses=SIDE, example={**NEWS, "projectId": SOMETHING})
async def post_update_on_project(call: Call, data: PostUpdateOn) -> Answer[UpdateView]:
    """Tell what is new about the project that the body names."""
    return await call.run(verbs.post_update_on, data)


@get(f"{ID}/updates", public=True, refuses=(no.ProjectNotFound,))
async def list_project_updates(call: Call, project_id: UUID, query: ListQuery) -> Page[UpdateView]:
    """List the news of a project, the latest first."""
    return await queries.updates(call.read, call.by, project_id, query)


@post(f"{ID}/comments", created="/projects/{project_id}/comments", refuses=SAY, example=COMMENT)
async def write_project_comment(call: Call, project_id: UUID, data: WriteComment) -> Answer[CommentView]:
    """Comment on a project, or answer a comment."""
    return await call.run(verbs.write_comment, project_id, data)


@post("/projects/comments", created="/projects/{project_id}/comments", refuses=SAY, example={**COMMENT, "projectId": SOMETHING})
async def write_comment_on_project(call: Call, data: WriteCommentOn) -> Answer[CommentView]:
    """Comment on the project that the body names."""
    return await call.run(verbs.write_comment_on, data)


@get(f"{ID}/comments", public=True, refuses=(no.ProjectNotFound,))
async def list_project_comments(call: Call, project_id: UUID, query: ListQuery) -> Page[CommentView]:
    """List the comments on a project, the oldest first."""
    return await queries.comments(call.read, call.by, project_id, query)


@put("/projects/comments/{comment_id:uuid}", refuses=AUTHOR, example={"content": "Is the cello to sound alone here?"})
async def edit_project_comment(call: Call, comment_id: UUID, data: EditComment) -> Answer[CommentView]:
    """Change your comment."""
    return await call.run(verbs.edit_comment, comment_id, data)


@delete("/projects/comments/{comment_id:uuid}", refuses=AUTHOR)
async def delete_project_comment(call: Call, comment_id: UUID) -> Answer[Deleted]:
    """Delete your comment, or one on your project; answers to it stay."""
    return await call.run(verbs.delete_comment, comment_id)


@get(f"{ID}/stats", public=True, refuses=(no.ProjectNotFound,))
async def read_project_stats(call: Call, project_id: UUID) -> StatsView:
    """Read a project in numbers."""
    return await queries.project_stats(call.read, call.by, project_id)


@post(f"{ID}/views", key=Key.NATURAL, refuses=(no.ProjectNotFound,))
async def view_project(call: Call, project_id: UUID) -> Answer[StatsView]:
    """Say that you have looked at a project; counted once a day."""
    return await call.run(verbs.view_project, project_id)
