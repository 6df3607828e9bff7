"""What reviews stores about one person, to take along and to forget. Stars stay, for they are other people's; words go."""

from uuid import UUID

from skillhall.kernel.db.statement import Statement, sql
from skillhall.kernel.db.tx import Read, Tx, locks

WRITTEN = sql("SELECT to_jsonb(r) - 'hidden_at' AS row FROM reviews.review r WHERE author_id = $1 ORDER BY id")
RECEIVED = sql("""
SELECT to_jsonb(r) AS row FROM reviews.review r
WHERE about_id = $1 AND published_at IS NOT NULL AND hidden_at IS NULL AND withdrawn_at IS NULL ORDER BY id
""")
ENGAGEMENTS = sql("SELECT to_jsonb(e) AS row FROM reviews.engagement e WHERE provider_id = $1 OR client_id = $1 ORDER BY id")
ENDORSEMENTS = sql("SELECT to_jsonb(e) AS row FROM reviews.endorsement e WHERE author_id = $1 OR about_id = $1 ORDER BY id")
# Locked like everybody else who writes in an engagement, so that nobody writes back what is forgotten meanwhile.
LOCK_SOME = sql("""
SELECT e.id FROM reviews.engagement e WHERE e.id IN (
    SELECT engagement_id FROM reviews.review WHERE author_id = $1 AND comment <> ''
    UNION ALL SELECT engagement_id FROM reviews.review WHERE about_id = $1 AND response IS NOT NULL LIMIT $2)
ORDER BY e.id FOR NO KEY UPDATE
""")
FORGET_COMMENTS = sql("UPDATE reviews.review SET comment = '' WHERE engagement_id = ANY($2) AND author_id = $1 AND comment <> ''")
FORGET_RESPONSES = sql("""
UPDATE reviews.review SET response = NULL WHERE engagement_id = ANY($2) AND about_id = $1 AND response IS NOT NULL
""")
FORGET_ENDORSEMENTS = sql("""
DELETE FROM reviews.endorsement WHERE id IN (SELECT id FROM reviews.endorsement WHERE author_id = $1 OR about_id = $1 LIMIT $2)
""")
EXPORTS: dict[str, Statement] = {
    "reviewsWritten": WRITTEN, "reviewsReceived": RECEIVED, "engagements": ENGAGEMENTS, "endorsements": ENDORSEMENTS,
}  # fmt: skip


async def everything(read: Read, account_id: UUID) -> dict[str, object]:
    """Return all rows of this person; of what others wrote only what is public."""
    return await read.objects(EXPORTS, account_id)


@locks(20)
async def lock_and_forget(tx: Tx, account_id: UUID, limit: int) -> int:
    """Forget the words of at most `limit` engagements, and as many endorsements; return how many rows."""
    held = [row["id"] for row in await tx.rows(LOCK_SOME, account_id, limit)]
    count = await tx.run(FORGET_COMMENTS, account_id, held) + await tx.run(FORGET_RESPONSES, account_id, held)
    return count + await tx.run(FORGET_ENDORSEMENTS, account_id, limit)
