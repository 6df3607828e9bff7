"""What projects, bids and invites keep about one person, to take along and to forget."""

from typing import Final
from uuid import UUID

from skillhall.gigs.store.notes import KIND
from skillhall.kernel.db.statement import Statement, sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.files import detach
from skillhall.kernel.shapes import Subject

PROJECTS = sql("""
SELECT to_jsonb(p) - 'document' - 'budget_most' - 'place' - 'version' || jsonb_build_object('skills', (
    SELECT coalesce(jsonb_agg(s.skill_id ORDER BY s.position), '[]') FROM gigs.project_skill s WHERE s.project_id = p.id)) AS row
FROM gigs.project p WHERE account_id = $1 ORDER BY id
""")
BIDS = sql("SELECT to_jsonb(b) AS row FROM gigs.bid b WHERE account_id = $1 ORDER BY id")
INVITES = sql("SELECT to_jsonb(i) AS row FROM gigs.invite i WHERE by_id = $1 OR account_id = $1 ORDER BY id")
FILES = sql("SELECT to_jsonb(f) AS row FROM gigs.project_file f WHERE account_id = $1 ORDER BY id")
UPDATES = sql("SELECT to_jsonb(u) AS row FROM gigs.project_update u WHERE account_id = $1 ORDER BY id")
COMMENTS = sql("SELECT to_jsonb(c) AS row FROM gigs.project_comment c WHERE account_id = $1 ORDER BY id")
VIEWS = sql("SELECT to_jsonb(v) AS row FROM gigs.project_view v WHERE account_id = $1 ORDER BY viewed_on, project_id")
BOOSTS = sql("SELECT to_jsonb(b) AS row FROM gigs.boost b WHERE account_id = $1 ORDER BY id")
FORGET_PROJECTS = sql("""
UPDATE gigs.project SET title = $2, description = '', location = NULL, tags = '{}', cancel_reason = NULL,
    deleted_at = CASE WHEN worker_id IS NULL THEN coalesce(deleted_at, $3) ELSE deleted_at END
WHERE id IN (SELECT id FROM gigs.project WHERE account_id = $1 AND (title <> $2 OR description <> '' OR location IS NOT NULL
    OR tags <> '{}' OR cancel_reason IS NOT NULL OR worker_id IS NULL AND deleted_at IS NULL) LIMIT $4)
""")
FORGET_BIDS = sql("""
UPDATE gigs.bid SET proposal = '', state = CASE WHEN state IN ('pending', 'shortlisted', 'interviewing') THEN 'withdrawn' ELSE state END,
    decided_at = coalesce(decided_at, $3)
WHERE id IN (SELECT id FROM gigs.bid WHERE account_id = $1
    AND (proposal <> '' OR state IN ('pending', 'shortlisted', 'interviewing')) LIMIT $2)
""")
TURN_AWAY = sql("""
UPDATE gigs.bid SET state = 'rejected', decided_at = $3
WHERE id IN (SELECT b.id FROM gigs.bid b JOIN gigs.project p ON p.id = b.project_id
    WHERE p.account_id = $1 AND p.deleted_at IS NOT NULL AND b.state IN ('pending', 'shortlisted', 'interviewing') LIMIT $2)
""")
FORGET_INVITES = sql("""
UPDATE gigs.invite SET message = CASE WHEN by_id = $1 THEN '' ELSE message END, email = NULL,
    state = CASE state WHEN 'pending' THEN 'withdrawn' ELSE state END, decided_at = coalesce(decided_at, $3)
WHERE id IN (SELECT id FROM gigs.invite WHERE by_id = $1 AND (message <> '' OR email IS NOT NULL OR state = 'pending')
    UNION ALL SELECT id FROM gigs.invite WHERE account_id = $1 AND (email IS NOT NULL OR state = 'pending') LIMIT $2)
""")
FORGET_FILES = sql("""
DELETE FROM gigs.project_file WHERE id IN (SELECT id FROM gigs.project_file WHERE account_id = $1 LIMIT $2) RETURNING id
""")
FORGET_UPDATES = sql("""
DELETE FROM gigs.project_update WHERE id IN (SELECT id FROM gigs.project_update WHERE account_id = $1 LIMIT $2)
""")
FORGET_COMMENTS = sql("""
UPDATE gigs.project_comment SET text = '', deleted_at = coalesce(deleted_at, $3)
WHERE id IN (SELECT id FROM gigs.project_comment WHERE account_id = $1 AND (deleted_at IS NULL OR text <> '') LIMIT $2)
""")
FORGET_VIEWS = sql("""
DELETE FROM gigs.project_view WHERE (project_id, viewed_on, account_id) IN (
    SELECT project_id, viewed_on, account_id FROM gigs.project_view WHERE account_id = $1 LIMIT $2)
""")
EXPORTS: Final[dict[str, Statement]] = {
    "projects": PROJECTS, "bids": BIDS, "invites": INVITES, "projectFiles": FILES, "projectUpdates": UPDATES, "projectComments": COMMENTS,
    "projectViews": VIEWS, "boosts": BOOSTS,
}  # fmt: skip


async def postings_of(read: Read, account_id: UUID) -> dict[str, object]:
    """Return the projects of this person, their bids, invites from and to them, and what they wrote beside projects."""
    return await read.objects(EXPORTS, account_id)


async def forget_postings(tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> int:
    """Forget up to `limit` rows of each kind; return how many. Projects that somebody was hired for stay, without their words."""
    count = await tx.run(FORGET_PROJECTS, account_id, pseudonym, tx.now, limit)
    for statement in (TURN_AWAY, FORGET_BIDS, FORGET_INVITES, FORGET_COMMENTS):
        count += await tx.run(statement, account_id, limit, tx.now)
    for statement in (FORGET_UPDATES, FORGET_VIEWS):
        count += await tx.run(statement, account_id, limit)
    files = await tx.rows(FORGET_FILES, account_id, limit)
    for row in files:
        await detach(tx, Subject(KIND, row["id"]))
    return count + len(files)
