"""What disputes store about one person, to take along and to forget. Cases and what was decided stay; words and files go."""

from uuid import UUID

from skillhall.disputes.model.case import EVIDENCE
from skillhall.kernel.db.statement import Statement, sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.files import detach
from skillhall.kernel.shapes import Subject

CASES = sql("""
SELECT to_jsonb(c) - '{mediator_id,ruled_by,closed_by}'::text[]
       - CASE WHEN opener_id = $1 THEN '{}' ELSE '{reason,description}' END::text[]
       - CASE WHEN appealed_by = $1 THEN '{}' ELSE '{appeal_reason}' END::text[] AS row
FROM disputes.case c WHERE payer_id = $1 OR payee_id = $1 ORDER BY id
""")
PROVIDED = sql("SELECT to_jsonb(e) AS row FROM disputes.evidence e WHERE account_id = $1 ORDER BY id")
SENT = sql("SELECT to_jsonb(m) AS row FROM disputes.message m WHERE account_id = $1 ORDER BY id")
OPEN = sql("SELECT count(*) FROM disputes.case WHERE closed_at IS NULL AND (payer_id = $1 OR payee_id = $1)")
FORGET_WORDS = sql("""
UPDATE disputes.case SET reason = '', description = NULL WHERE id IN (
    SELECT id FROM disputes.case WHERE opener_id = $1 AND (payer_id = $1 OR payee_id = $1) AND (reason <> '' OR description IS NOT NULL)
    LIMIT $2)
""")
FORGET_APPEALS = sql("""
UPDATE disputes.case SET appeal_reason = '' WHERE id IN (
    SELECT id FROM disputes.case WHERE appealed_by = $1 AND (payer_id = $1 OR payee_id = $1) AND appeal_reason <> '' LIMIT $2)
""")
FORGET_EVIDENCE = sql("""
DELETE FROM disputes.evidence WHERE id IN (SELECT id FROM disputes.evidence WHERE account_id = $1 LIMIT $2) RETURNING id
""")
FORGET_MESSAGES = sql("DELETE FROM disputes.message WHERE id IN (SELECT id FROM disputes.message WHERE account_id = $1 LIMIT $2)")
EXPORTS: dict[str, Statement] = {"disputes": CASES, "evidence": PROVIDED, "messages": SENT}


async def everything(read: Read, account_id: UUID) -> dict[str, object]:
    """Return all rows of this person."""
    return await read.objects(EXPORTS, account_id)


async def open_count(read: Read, account_id: UUID) -> int:
    """Return of how many open disputes somebody is a side."""
    return await read.value(OPEN, account_id)


async def forget_some(tx: Tx, account_id: UUID, limit: int) -> int:
    """Forget at most `limit` rows of each kind; return how many."""
    gone = await tx.rows(FORGET_EVIDENCE, account_id, limit)
    for row in gone:
        await detach(tx, Subject(EVIDENCE, row["id"]))
    count = len(gone)
    for statement in (FORGET_WORDS, FORGET_APPEALS, FORGET_MESSAGES):
        count += await tx.run(statement, account_id, limit)
    return count
