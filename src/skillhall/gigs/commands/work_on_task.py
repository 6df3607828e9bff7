"""Whoever is assigned begins and hands in; whoever plans says whether it will do; everybody on the team comments."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta, field

from skillhall.gigs.commands.plan_tasks import store_changed, tell
from skillhall.gigs.events.work import TaskCommented, TaskReviewed, TaskSubmitted
from skillhall.gigs.model.project import Project
from skillhall.gigs.model.refusals import CommentNotFound, NotYourComment, ProjectNotFound
from skillhall.gigs.model.task import Submission, SubmissionDecided, SubmissionNotFound, Task, TaskNotFound, submission_kind, verdict_of
from skillhall.gigs.model.team import Part
from skillhall.gigs.model.work import Handed
from skillhall.gigs.queries.submissions import SubmissionView, TaskCommentView, comment_view, submission_view
from skillhall.gigs.queries.tasks import TaskView, task_view
from skillhall.gigs.store import tasks as store
from skillhall.gigs.store import team
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.files import attach, readable
from skillhall.kernel.http import Deleted
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body

PURPOSES = ("document", "image", "media")
UNDERWAY = "worked on"
Words = Annotated[str, Meta(min_length=1, max_length=10_000, pattern=r"\S", description="Text that is not blank")]
Notes = Annotated[str, Meta(max_length=10_000)]
Link = Annotated[
    str, Meta(max_length=2000, pattern=r"^https://[^\s\x00-\x1f\x7f]+$(?!\n)", description="An address that begins with https://")
]
FileIds = Annotated[list[UUID], Meta(max_length=20)]


class Submit(Body, frozen=True, kw_only=True):
    """What is handed in: `url` for a link or a pull request, `fileIds` (own uploads) for files. `link` is `url` by another name."""

    type: str
    url: Link | None = None
    link: Link | None = None
    file_ids: FileIds = field(default_factory=list)
    notes: Notes = ""


class Review(Body, frozen=True, kw_only=True):
    """The verdict: approved, rejected or changes_requested, and why."""

    status: str
    comments: Notes = ""


class Comment(Body, frozen=True, kw_only=True):
    """A comment, perhaps in answer to another one on the same task."""

    text: Words
    parent_id: UUID | None = None


class EditComment(Body, frozen=True, kw_only=True):
    """Other words."""

    text: Words


async def start_task(tx: Tx, by: Actor, task_id: UUID) -> TaskView:
    """Begin a task that is one's own or nobody's."""
    project, before, part = await _at_work(tx, by, task_id)
    await store_changed(tx, by, project, [(before, before.started(part, tx.now))])
    return await task_view(tx, by, task_id)


async def submit_task(tx: Tx, by: Actor, task_id: UUID, command: Submit) -> SubmissionView:
    """Hand work in; the task waits in review for a verdict."""
    kind = submission_kind(command.type)
    url = command.url or command.link
    _check_content(kind, url, command.file_ids)
    project, before, part = await _at_work(tx, by, task_id)
    after = before.submitted(part, tx.now)
    new = Submission(id=ids.new(), task_id=task_id, account_id=by.account_id, state="pending")
    files = await _handed(tx, by, new, command.file_ids)
    await store.update_tasks(tx, [after])
    await store.insert_submission(tx, new, kind, url, files, command.notes)
    tell(tx, TaskSubmitted, project, after, by, submission_id=new.id)
    return await submission_view(tx, by, new.id)


async def review_submission(tx: Tx, by: Actor, submission_id: UUID, command: Review) -> SubmissionView:
    """Say whether it will do; the same verdict again changes nothing."""
    verdict = verdict_of(command.status)
    task_id = (await store.submission(tx, submission_id)).task_id
    try:
        project, before = await store.lock_task(tx, task_id)
        part = await team.part(tx, project.id, by.account_id)
        part.check_member()
    except (TaskNotFound, ProjectNotFound) as unseen:
        raise SubmissionNotFound from unseen
    found = await store.submission(tx, submission_id)
    found.check_reviewer(part)
    if found.state == "pending":
        await store.decide_submission(tx, submission_id, verdict, by.account_id, command.comments)
        after = before.reviewed(verdict, tx.now)
        tell(tx, TaskReviewed, project, after, by, submission_id=submission_id, verdict=verdict)
        await store_changed(tx, by, project, [(before, after)])
    elif found.state != verdict:
        raise SubmissionDecided(status=found.state)
    return await submission_view(tx, by, submission_id)


async def comment_task(tx: Tx, by: Actor, task_id: UUID, command: Comment) -> TaskCommentView:
    """Say something about a task."""
    project, found, _ = await _member(tx, by, task_id)
    if command.parent_id is not None:
        answered = await store.find_comment(tx, command.parent_id)
        if answered is None or answered["task_id"] != task_id:
            raise CommentNotFound
    comment_id = ids.new()
    await store.insert_comment(tx, comment_id, task_id, by.account_id, command.parent_id, command.text)
    tell(tx, TaskCommented, project, found, by, comment_id=comment_id)
    return await comment_view(tx, comment_id)


async def edit_comment(tx: Tx, by: Actor, comment_id: UUID, command: EditComment) -> TaskCommentView:
    """Change one's own words."""
    await _check_author(tx, by, comment_id)
    await store.edit_comment(tx, comment_id, command.text)
    return await comment_view(tx, comment_id)


async def delete_comment(tx: Tx, by: Actor, comment_id: UUID) -> Deleted:
    """Take one's own words back; the comment keeps its place."""
    await _check_author(tx, by, comment_id)
    await store.delete_comment(tx, comment_id)
    return Deleted(id=comment_id)


async def _member(tx: Tx, by: Actor, task_id: UUID) -> tuple[Project, Task, Part]:
    """Lock a task the caller has a part in, or refuse as if it were not there."""
    project, found = await store.lock_task(tx, task_id)
    part = await team.part(tx, project.id, by.account_id)
    if part.role is None:
        raise TaskNotFound
    return project, found, part


async def _at_work(tx: Tx, by: Actor, task_id: UUID) -> tuple[Project, Task, Part]:
    project, found, part = await _member(tx, by, task_id)
    part.check_open(UNDERWAY, paused=False)
    return project, found, part


async def _check_author(tx: Tx, by: Actor, comment_id: UUID) -> None:
    row = await store.find_comment(tx, comment_id)
    if row is None or (await team.part(tx, row["project_id"], by.account_id)).role is None:
        raise CommentNotFound
    if row["account_id"] != by.account_id:
        raise NotYourComment


def _check_content(kind: str, url: str | None, file_ids: Sequence[UUID]) -> None:
    if kind == "file" and not file_ids:
        raise Invalid(FieldError("fileIds", "body", "missing", "Name at least one uploaded file."))
    if kind != "file" and url is None:
        raise Invalid(FieldError("url", "body", "missing", "Give the https address of what you hand in."))


async def _handed(tx: Tx, by: Actor, new: Submission, file_ids: Sequence[UUID]) -> list[Handed]:
    files: list[Handed] = []
    for file_id in dict.fromkeys(file_ids):
        await attach(tx, file_id, new.subject, PURPOSES)
        row = await readable(tx, by, file_id)
        files.append(Handed(file_id=file_id, file_name=row["name"], content_type=row["content_type"], size=row["size"]))
    return files
