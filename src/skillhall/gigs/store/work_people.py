"""What tasks, tracked time and teams keep about one person, to take along and to forget. The time worked stays, its words go."""

from typing import Final
from uuid import UUID

from skillhall.gigs.model.task import SUBMISSION
from skillhall.gigs.store.tracking import end_on_tasks
from skillhall.kernel.db.statement import Statement, sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.files import detach
from skillhall.kernel.shapes import Subject

TASKS = sql("SELECT to_jsonb(t) - 'version' AS row FROM gigs.task t WHERE created_by = $1 OR assignee_id = $1 ORDER BY id")
SUBMISSIONS = sql("SELECT to_jsonb(s) AS row FROM gigs.submission s WHERE account_id = $1 ORDER BY id")
REVIEWS = sql("SELECT to_jsonb(s) - 'files' AS row FROM gigs.submission s WHERE reviewed_by = $1 ORDER BY id")
COMMENTS = sql("SELECT to_jsonb(c) AS row FROM gigs.task_comment c WHERE account_id = $1 ORDER BY id")
TIME = sql("""
SELECT to_jsonb(e) || jsonb_build_object('spans', (SELECT coalesce(jsonb_agg(jsonb_build_array(s.started_at, s.ended_at)
    ORDER BY s.started_at), '[]') FROM gigs.time_span s WHERE s.entry_id = e.id)) AS row
FROM gigs.time_entry e WHERE account_id = $1 ORDER BY id
""")
TEAMS = sql("SELECT to_jsonb(c) AS row FROM gigs.collaborator c WHERE account_id = $1 ORDER BY project_id")
FORGET_TASKS = sql("""
UPDATE gigs.task SET title = $2, description = '', deleted_at = coalesce(deleted_at, $4)
WHERE id IN (SELECT t.id FROM gigs.task t JOIN gigs.project p ON p.id = t.project_id
    WHERE t.created_by = $1 AND p.account_id = $1 AND (t.deleted_at IS NULL OR t.title <> $2 OR t.description <> '') LIMIT $3)
RETURNING id
""")
FORGET_SUBMISSIONS = sql("""
UPDATE gigs.submission SET url = NULL, notes = '', files = '[]'
WHERE id IN (SELECT id FROM gigs.submission WHERE account_id = $1 AND (url IS NOT NULL OR notes <> '' OR files <> '[]') LIMIT $2)
RETURNING id
""")
FORGET_REVIEWS = sql("""
UPDATE gigs.submission SET review = '' WHERE id IN (SELECT id FROM gigs.submission WHERE reviewed_by = $1 AND review <> '' LIMIT $2)
""")
FORGET_COMMENTS = sql("""
UPDATE gigs.task_comment SET text = '', deleted_at = coalesce(deleted_at, $3)
WHERE id IN (SELECT id FROM gigs.task_comment WHERE account_id = $1 AND (deleted_at IS NULL OR text <> '') LIMIT $2)
""")
END_SPANS = sql("UPDATE gigs.time_span SET ended_at = greatest($2, started_at) WHERE account_id = $1 AND ended_at IS NULL")
FORGET_NOTES = sql("""
UPDATE gigs.time_entry SET note = '', ended_at = coalesce(ended_at, greatest($3, started_at))
WHERE id IN (SELECT id FROM gigs.time_entry WHERE account_id = $1 AND (note <> '' OR ended_at IS NULL) LIMIT $2)
""")
FORGET_MESSAGES = sql("""
UPDATE gigs.collaborator SET message = '' WHERE (project_id, account_id) IN (
    SELECT project_id, account_id FROM gigs.collaborator WHERE invited_by = $1 AND message <> '' LIMIT $2)
""")
LEAVE_TEAMS = sql("""
UPDATE gigs.collaborator SET state = 'removed', message = '', decided_at = coalesce(decided_at, $3)
WHERE account_id = $1 AND project_id IN (
    SELECT project_id FROM gigs.collaborator WHERE account_id = $1 AND (state IN ('pending', 'accepted') OR message <> '') LIMIT $2)
""")
EXPORTS: Final[dict[str, Statement]] = {
    "tasks": TASKS, "submissions": SUBMISSIONS, "reviewedSubmissions": REVIEWS, "taskComments": COMMENTS, "trackedTime": TIME,
    "teams": TEAMS,
}  # fmt: skip


async def work_of(read: Read, account_id: UUID) -> dict[str, object]:
    """Return the tasks of this person, what they handed in, said and reviewed, their time, and the teams they were asked to join."""
    return await read.objects(EXPORTS, account_id)


async def forget_work(tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> int:
    """Forget up to `limit` rows of each kind; return how many. What still ran ends."""
    count = await tx.run(END_SPANS, account_id, tx.now)
    planned = [row["id"] for row in await tx.rows(FORGET_TASKS, account_id, pseudonym, limit, tx.now)]
    await end_on_tasks(tx, planned)
    for statement in (FORGET_COMMENTS, FORGET_NOTES, LEAVE_TEAMS):
        count += await tx.run(statement, account_id, limit, tx.now)
    for statement in (FORGET_REVIEWS, FORGET_MESSAGES):
        count += await tx.run(statement, account_id, limit)
    handed_in = await tx.rows(FORGET_SUBMISSIONS, account_id, limit)
    for row in handed_in:
        await detach(tx, Subject(SUBMISSION, row["id"]))
    return count + len(planned) + len(handed_in)
