"""What engagements keep about one person, to take along and to forget. Agreements and their money stay; words go."""

from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx

AGREEMENTS = sql("""
SELECT to_jsonb(a) || jsonb_build_object('versions', (SELECT jsonb_agg(to_jsonb(v) ORDER BY v.version)
    FROM gigs.agreement_version v WHERE v.agreement_id = a.id)) AS row
FROM gigs.agreement a WHERE a.client_id = $1 OR a.worker_id = $1 ORDER BY a.id
""")
WORK = sql("""
SELECT jsonb_build_object('milestones', (
    SELECT jsonb_agg(to_jsonb(m) ORDER BY m.position) FROM gigs.milestone m WHERE m.agreement_id = a.id),
    'booking', (SELECT to_jsonb(b) FROM gigs.booking b WHERE b.agreement_id = a.id),
    'weeks', (SELECT jsonb_agg(to_jsonb(w) ORDER BY w.starts_on) FROM gigs.week w WHERE w.agreement_id = a.id)) AS row
FROM gigs.agreement a WHERE a.client_id = $1 OR a.worker_id = $1 ORDER BY a.id
""")
DELIVERIES = sql("SELECT to_jsonb(d) AS row FROM gigs.delivery d WHERE by_id = $1 ORDER BY delivered_at, id")
PAYMENTS = sql("SELECT to_jsonb(e) AS row FROM gigs.escrow e WHERE client_id = $1 OR worker_id = $1 ORDER BY created_at, id")
OPEN = sql("""
SELECT count(*) FILTER (WHERE client_id = $1) AS as_client, count(*) FILTER (WHERE worker_id = $1) AS as_worker
FROM gigs.agreement WHERE closed_at IS NULL AND (client_id = $1 OR worker_id = $1)
""")
FORGET_DELIVERIES = sql("""
UPDATE gigs.delivery SET notes = '', url = NULL, files = '[]'
WHERE id IN (SELECT id FROM gigs.delivery WHERE by_id = $1 AND (notes <> '' OR url IS NOT NULL OR files <> '[]') LIMIT $2) RETURNING id
""")
FORGET_ANSWERS = sql("""
UPDATE gigs.delivery SET answer_text = '' WHERE id IN (SELECT id FROM gigs.delivery WHERE answered_by = $1 AND answer_text <> '' LIMIT $2)
""")
FORGET_REASONS = sql("""
UPDATE gigs.agreement SET closed_reason = NULL WHERE id IN (
    SELECT id FROM gigs.agreement WHERE closed_by = $1 AND closed_reason IS NOT NULL AND (client_id = $1 OR worker_id = $1) LIMIT $2)
""")
FORGET_NOTES = sql("""
UPDATE gigs.booking SET notes = '' WHERE id IN (
    SELECT b.id FROM gigs.booking b JOIN gigs.agreement a ON a.id = b.agreement_id WHERE a.client_id = $1 AND b.notes <> '' LIMIT $2)
""")
FORGET_HOURS = sql("""
UPDATE gigs.week SET note = '' WHERE id IN (
    SELECT w.id FROM gigs.week w JOIN gigs.agreement a ON a.id = w.agreement_id WHERE a.worker_id = $1 AND w.note <> '' LIMIT $2)
""")
FORGET_OBJECTIONS = sql("""
UPDATE gigs.week SET objection = '' WHERE id IN (
    SELECT w.id FROM gigs.week w JOIN gigs.agreement a ON a.id = w.agreement_id WHERE a.client_id = $1 AND w.objection <> '' LIMIT $2)
""")


async def engagements_of(read: Read, account_id: UUID) -> dict[str, object]:
    """Return the agreements of this person with their work, what the person handed over, and the payments."""
    parts = {"agreements": AGREEMENTS, "work": WORK, "deliveries": DELIVERIES, "payments": PAYMENTS}
    return await read.objects(parts, account_id)


async def open_engagements(read: Read, account_id: UUID) -> tuple[int, int]:
    """Return how many agreements this account has under way as client and as worker."""
    row = await read.row(OPEN, account_id)
    return (row["as_client"], row["as_worker"]) if row else (0, 0)


async def forget_engagements(tx: Tx, account_id: UUID, limit: int) -> tuple[int, list[UUID]]:
    """Forget up to `limit` words of each kind; return how many went, and the deliveries whose files are to go."""
    handed = [row["id"] for row in await tx.rows(FORGET_DELIVERIES, account_id, limit)]
    count = len(handed)
    for statement in (FORGET_ANSWERS, FORGET_REASONS, FORGET_NOTES, FORGET_HOURS, FORGET_OBJECTIONS):
        count += await tx.run(statement, account_id, limit)
    return count, handed
