"""What is kept beside a project: files and news by its owner and worker, comments by whoever sees it, and who has looked at it."""

from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta

from skillhall.gigs.commands.create_project import face_of
from skillhall.gigs.commands.telling import tell_project
from skillhall.gigs.events import ProjectCommented, ProjectUpdatePosted
from skillhall.gigs.model.project import Project
from skillhall.gigs.model.refusals import CommentNotFound, NotOfProject, NotYourComment, NotYourProject, TooManyFiles
from skillhall.gigs.queries.notes import (
    CommentView,
    FileView,
    StatsView,
    UpdateView,
    comment_view,
    file_view,
    project_stats,
    update_view,
)
from skillhall.gigs.queries.projects import seen
from skillhall.gigs.store import notes as store
from skillhall.gigs.store import projects
from skillhall.gigs.store.notes import KIND, Beside
from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.files import attach, detach, readable
from skillhall.kernel.http import Deleted
from skillhall.kernel.shapes import Body, Subject

MOST_FILES: Final = 50
PURPOSES: Final = ("document", "image", "media")
Words = Annotated[str, Meta(min_length=1, max_length=4000, pattern=r"\S", description="Text that is not blank")]


class AddFile(Body, frozen=True, kw_only=True):
    """An own upload to show with a project, under its file name unless it gets a title."""

    file_id: UUID
    title: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class AddFileTo(AddFile, frozen=True, kw_only=True):
    """A file that names its project."""

    project_id: UUID


class PostUpdate(Body, frozen=True, kw_only=True):
    """News of a project."""

    text: Words
    type: Literal["note", "status_change", "milestone", "activity"] = "note"


class PostUpdateOn(PostUpdate, frozen=True, kw_only=True):
    """News that names its project."""

    project_id: UUID


class WriteComment(Body, frozen=True, kw_only=True):
    """A comment, or with `parentId` an answer to one."""

    content: Words
    parent_id: UUID | None = None


class WriteCommentOn(WriteComment, frozen=True, kw_only=True):
    """A comment that names its project."""

    project_id: UUID


class EditComment(Body, frozen=True, kw_only=True):
    """The new text."""

    content: Words


async def add_file(tx: Tx, by: Actor, project_id: UUID, command: AddFile) -> FileView:
    """Show an upload with the project; whoever sees the project may read it."""
    project = await projects.lock_project(tx, project_id)
    await _check_side(tx, by, project)
    if await store.count_files(tx, project_id) >= MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    new = Beside(id=ids.new(), project_id=project_id, account_id=by.account_id)
    await attach(tx, command.file_id, Subject(KIND, new.id), PURPOSES)
    row = await readable(tx, by, command.file_id)
    await store.insert_file(tx, new, command.file_id, command.title or row["name"], row["name"], row["content_type"], row["size"])
    return await file_view(tx, new.id)


async def add_file_to(tx: Tx, by: Actor, command: AddFileTo) -> FileView:
    """The same, where the body names the project."""
    return await add_file(tx, by, command.project_id, command)


async def remove_file(tx: Tx, by: Actor, project_id: UUID, file_id: UUID) -> Deleted:
    """Remove a file: its owner their own, the project's owner any."""
    project = await projects.lock_project(tx, project_id)
    await seen(tx, project_id, by)
    found = await store.file(tx, project_id, file_id)
    if by.account_id not in {found.account_id, project.account_id}:
        raise NotYourProject
    await store.delete_file(tx, file_id)
    await detach(tx, Subject(KIND, file_id))
    return Deleted(id=file_id)


async def post_update(tx: Tx, by: Actor, project_id: UUID, command: PostUpdate) -> UpdateView:
    """Tell whoever sees the project what is new."""
    project = await projects.project(tx, project_id)
    await _check_side(tx, by, project)
    new = Beside(id=ids.new(), project_id=project_id, account_id=by.account_id)
    await store.insert_update(tx, new, command.type, command.text.strip())
    tell_project(tx, ProjectUpdatePosted, project, update_id=new.id, by_id=by.account_id)
    return await update_view(tx, new.id)


async def post_update_on(tx: Tx, by: Actor, command: PostUpdateOn) -> UpdateView:
    """The same, where the body names the project."""
    return await post_update(tx, by, command.project_id, command)


async def write_comment(tx: Tx, by: Actor, project_id: UUID, command: WriteComment) -> CommentView:
    """Comment on a project one sees."""
    await seen(tx, project_id, by)
    project = await projects.project(tx, project_id)
    parent = None if command.parent_id is None else await store.comment(tx, command.parent_id)
    if parent is not None and parent.project_id != project_id:
        raise CommentNotFound
    new = Beside(id=ids.new(), project_id=project_id, account_id=by.account_id)
    await store.insert_comment(tx, new, await face_of(tx, by, None), command.parent_id, command.content.strip())
    await check_active(tx, by.account_id)
    answered = parent.account_id if parent else None
    tell_project(tx, ProjectCommented, project, comment_id=new.id, by_id=by.account_id, answered_id=answered)
    return await comment_view(tx, new.id)


async def write_comment_on(tx: Tx, by: Actor, command: WriteCommentOn) -> CommentView:
    """The same, where the body names the project."""
    return await write_comment(tx, by, command.project_id, command)


async def edit_comment(tx: Tx, by: Actor, comment_id: UUID, command: EditComment) -> CommentView:
    """Change one's own comment."""
    await _own_comment(tx, by, comment_id)
    await store.edit_comment(tx, comment_id, command.content.strip(), tx.now)
    return await comment_view(tx, comment_id)


async def delete_comment(tx: Tx, by: Actor, comment_id: UUID) -> Deleted:
    """Delete one's own comment; answers to it stay. The owner of the project may delete any."""
    found = await store.comment(tx, comment_id)
    if (await projects.project(tx, found.project_id)).account_id != by.account_id:
        await _own_comment(tx, by, comment_id)
    await store.delete_comment(tx, comment_id, tx.now)
    return Deleted(id=comment_id)


async def view_project(tx: Tx, by: Actor, project_id: UUID) -> StatsView:
    """Note that somebody has looked at the project, once a day; its owner is not counted."""
    row = await seen(tx, project_id, by)
    if row["account_id"] != by.account_id:
        await projects.note_view(tx, project_id, by.account_id)
    return await project_stats(tx, by, project_id)


async def _own_comment(tx: Tx, by: Actor, comment_id: UUID) -> None:
    found = await store.comment(tx, comment_id)
    if found.account_id != by.account_id:
        await seen(tx, found.project_id, by)
        raise NotYourComment


async def _check_side(tx: Tx, by: Actor, project: Project) -> None:
    """Refuse everybody but owner and worker."""
    if by.account_id not in {project.account_id, project.worker_id}:
        await seen(tx, project.id, by)
        raise NotOfProject
