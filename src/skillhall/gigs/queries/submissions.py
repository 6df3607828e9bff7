"""What was handed in for tasks, and what was said about them, on screens."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from skillhall.gigs.model.task import SUBMISSION, SubmissionKind, SubmissionNotFound
from skillhall.gigs.model.work import Handed
from skillhall.gigs.queries.engagement_views import HandedFile
from skillhall.gigs.queries.tasks import check_seen, face_of
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.files import links
from skillhall.kernel.shapes import Instant, ListQuery, Page, Subject, View, instant, maybe_instant
from skillhall.profiles.api import PersonCard

MANAGED = sql("""(p.account_id = {} OR t.project_id = ANY (ARRAY(
    SELECT c.project_id FROM gigs.collaborator c WHERE c.account_id = {} AND c.state = 'accepted' AND c.role = 'manager')))""")
VIEWER = sql("""(p.account_id = {} OR p.worker_id = {} OR t.project_id = ANY (ARRAY(
    SELECT c.project_id FROM gigs.collaborator c WHERE c.account_id = {} AND c.state = 'accepted')))""")
SUBMISSIONS = Listing(
    columns=sql("""
        s.id, s.task_id, s.account_id, s.kind, s.url, s.files, s.notes, s.state, s.created_at, s.reviewed_by, s.reviewed_at, s.review,
        t.title, t.project_id, p.title AS project_title
    """),
    source=sql("gigs.submission s JOIN gigs.task t ON t.id = s.task_id JOIN gigs.project p ON p.id = t.project_id"),
    late=(
        sql("page.*, h.id AS face_id, h.display_name, h.username, h.avatar_url, h.rating"),
        sql("LEFT JOIN profiles.public_profile h ON h.account_id = page.account_id AND h.is_primary"),
    ),
    sorts={"createdAt": sql("s.created_at"), "reviewedAt": sql("coalesce(s.reviewed_at, 'infinity')")},
    default_sort="-createdAt",
    key=sql("s.id"),
    filters={
        "id": sql("s.id = {}"),
        "task": sql("s.task_id = {}"),
        "project": sql("t.project_id = {}"),
        "pending": sql("(s.state = 'pending') = {}"),
        "managed": MANAGED,
        "viewer": VIEWER,
    },
    always=sql("t.deleted_at IS NULL AND p.deleted_at IS NULL"),
)
COMMENTS = Listing(
    columns=sql("c.id, c.task_id, c.account_id, c.parent_id, c.text, c.created_at, c.edited_at, c.deleted_at"),
    source=sql("gigs.task_comment c"),
    late=(
        sql("page.*, h.id AS face_id, h.display_name, h.username, h.avatar_url, h.rating"),
        sql("LEFT JOIN profiles.public_profile h ON h.account_id = page.account_id AND h.is_primary"),
    ),
    sorts={"createdAt": sql("c.created_at")},
    default_sort="createdAt",
    key=sql("c.id"),
    filters={"id": sql("c.id = {}"), "task": sql("c.task_id = {}")},
)
TASK_OF_FILES = sql("""
SELECT s.task_id FROM gigs.submission s JOIN gigs.task t ON t.id = s.task_id AND t.deleted_at IS NULL
JOIN gigs.project p ON p.id = t.project_id AND p.deleted_at IS NULL
WHERE s.id = $1 AND (p.account_id = $2 OR p.worker_id = $2 OR EXISTS (
    SELECT FROM gigs.collaborator c WHERE c.project_id = p.id AND c.account_id = $2 AND c.state = 'accepted'))
""")


class SubmissionView(View, frozen=True, kw_only=True):
    """What was handed in for a task. `status`: pending, approved, rejected or changes_requested; `review` is what was said to it."""

    id: UUID
    task_id: UUID
    task_title: str
    project_id: UUID
    project_title: str
    submitted_by: UUID
    submitter: PersonCard | None
    type: SubmissionKind
    url: str | None
    files: list[HandedFile]
    notes: str
    status: str
    review: str | None
    reviewed_by: UUID | None
    created_at: Instant
    reviewed_at: Instant | None


class SubmissionQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of submissions."""

    project_id: UUID | None = None


class TaskCommentView(View, frozen=True, kw_only=True):
    """A comment on a task, perhaps in answer to another one. A deleted one has no text any more."""

    id: UUID
    task_id: UUID
    author_id: UUID
    author: PersonCard | None
    parent_id: UUID | None
    text: Annotated[str, Meta(max_length=10_000)]
    is_deleted: bool
    created_at: Instant
    edited_at: Instant | None


class TaskFiles:
    """Fills the kernel's `FileAccess`: whoever has a part in the project reads what was handed in."""

    async def may_read(self, read: Read, actor: Actor, subject: Subject) -> bool:
        """Answer for files of ours; False for those of others."""
        return subject.kind == SUBMISSION and await read.value(TASK_OF_FILES, subject.id, actor.account_id) is not None


async def submissions_of_task(read: Read, by: Actor, task_id: UUID, query: ListQuery) -> Page[SubmissionView]:
    """Return what was handed in for a task, the latest first."""
    await check_seen(read, by, task_id)
    return await _page(read, query, task=task_id)


async def evaluations(read: Read, by: Actor, query: SubmissionQuery, *, pending: bool) -> Page[SubmissionView]:
    """Return the submissions that wait for the caller's verdict, or those of the caller's projects that have one."""
    return await _page(read, query, managed=by.account_id, pending=pending, project=query.project_id)


async def submission_view(read: Read, by: Actor, submission_id: UUID) -> SubmissionView:
    """Return one submission, or refuse as if it were not there."""
    page = await _page(read, ListQuery(limit=1, cursor=""), id=submission_id, viewer=by.account_id)
    if not page.items:
        raise SubmissionNotFound
    return page.items[0]


async def comments_of_task(read: Read, by: Actor, task_id: UUID, query: ListQuery) -> Page[TaskCommentView]:
    """Return what was said about a task, in order."""
    await check_seen(read, by, task_id)
    return await COMMENTS.page(read, query, decode=_comment, where={"task": task_id})


async def comment_view(read: Read, comment_id: UUID) -> TaskCommentView:
    """Return one comment of a task the caller is known to see."""
    return (await COMMENTS.page(read, ListQuery(limit=1, cursor=""), decode=_comment, where={"id": comment_id})).items[0]


async def _page(read: Read, query: ListQuery, **where: object) -> Page[SubmissionView]:
    page = await SUBMISSIONS.page(read, query, decode=_row, where=where)
    files = {row["id"]: msgspec.convert(row["files"], list[Handed]) for row in page.items}
    urls = await links(read, [file.file_id for some in files.values() for file in some]) if any(files.values()) else {}
    return Page(
        items=[_submission(row, files[row["id"]], urls) for row in page.items],
        page=page.page,
        limit=page.limit,
        total=page.total,
        is_capped=page.is_capped,
        has_next=page.has_next,
        next_cursor=page.next_cursor,
    )


def _row(row: Row) -> Row:
    return row


def _submission(row: Row, files: list[Handed], urls: dict[UUID, str]) -> SubmissionView:
    return SubmissionView(
        id=row["id"],
        task_id=row["task_id"],
        task_title=row["title"],
        project_id=row["project_id"],
        project_title=row["project_title"],
        submitted_by=row["account_id"],
        submitter=face_of(row),
        type=row["kind"],
        url=row["url"],
        files=[
            HandedFile(
                file_id=file.file_id,
                file_name=file.file_name,
                content_type=file.content_type,
                size=file.size,
                url=urls.get(file.file_id),
            )
            for file in files
        ],
        notes=row["notes"],
        status=row["state"],
        review=row["review"] or None,
        reviewed_by=row["reviewed_by"],
        created_at=instant(row["created_at"]),
        reviewed_at=maybe_instant(row["reviewed_at"]),
    )


def _comment(row: Row) -> TaskCommentView:
    return TaskCommentView(
        id=row["id"],
        task_id=row["task_id"],
        author_id=row["account_id"],
        author=face_of(row),
        parent_id=row["parent_id"],
        text=row["text"],
        is_deleted=row["deleted_at"] is not None,
        created_at=instant(row["created_at"]),
        edited_at=maybe_instant(row["edited_at"]),
    )
