"""What learning stores about one person, to take along and to forget. Sessions and their credits stay; words, files and presence go."""

from uuid import UUID

from skillhall.kernel.db.statement import Statement, sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.files import detach
from skillhall.kernel.shapes import Subject
from skillhall.learning.model.materials import NOTE, Kind

OFFERS = sql("SELECT to_jsonb(o) - 'version' AS row FROM learning.offer o WHERE host_id = $1 ORDER BY id")
HOSTED = sql("SELECT to_jsonb(s) - 'room' AS row FROM learning.session s WHERE host_id = $1 ORDER BY id")
SEATS = sql("SELECT to_jsonb(e) AS row FROM learning.seat e WHERE account_id = $1 ORDER BY id")
PROPOSALS = sql("SELECT to_jsonb(p) AS row FROM learning.proposal p WHERE by_id = $1 ORDER BY id")
PRESENCE = sql("SELECT to_jsonb(a) AS row FROM learning.attendance a WHERE account_id = $1 ORDER BY id")
MATERIALS = sql("SELECT to_jsonb(m) AS row FROM learning.material m WHERE account_id = $1 ORDER BY id")
NOTES = sql("""
SELECT to_jsonb(n) || jsonb_build_object('files', (SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.position), '[]')
    FROM learning.note_file f WHERE f.note_id = n.id)) AS row
FROM learning.note n WHERE account_id = $1 ORDER BY id
""")
CONSENTS = sql("SELECT to_jsonb(c) AS row FROM learning.recording_consent c WHERE account_id = $1 ORDER BY session_id")
OPEN_AS_HOST = sql("""
SELECT count(*) FROM learning.session s
WHERE s.host_id = $1 AND (s.due_at IS NOT NULL OR EXISTS (
    SELECT FROM learning.seat e WHERE e.session_id = s.id AND e.settlement IN ('held', 'frozen')))
""")
OPEN_AS_LEARNER = sql("""
SELECT count(*) FROM learning.seat e JOIN learning.session s ON s.id = e.session_id
WHERE e.account_id = $1 AND (e.settlement IN ('held', 'frozen') OR s.due_at IS NOT NULL
        AND e.state IN ('waiting', 'offered', 'awaiting_payment', 'requested', 'confirmed', 'joined'))
""")
FORGET_OFFERS = sql("""
UPDATE learning.offer SET title = $2, description = '', deleted_at = coalesce(deleted_at, $3)
WHERE id IN (SELECT id FROM learning.offer WHERE host_id = $1 AND (deleted_at IS NULL OR title <> $2 OR description <> '') LIMIT $4)
""")
FORGET_REASONS = sql("""
UPDATE learning.session SET closed_reason = NULL
WHERE id IN (SELECT id FROM learning.session WHERE closed_by = $1 AND closed_reason IS NOT NULL AND id IN (
    SELECT id FROM learning.session WHERE host_id = $1 UNION ALL SELECT session_id FROM learning.seat WHERE account_id = $1) LIMIT $2)
""")
FORGET_PROBLEMS = sql("""
UPDATE learning.seat SET problem = NULL
WHERE id IN (SELECT e.id FROM learning.seat e JOIN learning.session s ON s.id = e.session_id
    WHERE e.problem_by = $1 AND e.problem IS NOT NULL AND (e.account_id = $1 OR s.host_id = $1) LIMIT $2)
""")
FORGET_PROPOSALS = sql("""
UPDATE learning.proposal SET reason = NULL WHERE id IN (
    SELECT p.id FROM learning.proposal p WHERE p.by_id = $1 AND p.reason IS NOT NULL AND p.session_id IN (
        SELECT id FROM learning.session WHERE host_id = $1 UNION ALL SELECT session_id FROM learning.seat WHERE account_id = $1) LIMIT $2)
""")
FORGET_PRESENCE = sql("""
DELETE FROM learning.attendance WHERE id IN (
    SELECT a.id FROM learning.attendance a WHERE a.account_id = $1 AND a.session_id IN (
        SELECT id FROM learning.session WHERE host_id = $1 UNION ALL SELECT session_id FROM learning.seat WHERE account_id = $1) LIMIT $2)
""")
FORGET_MATERIALS = sql("""
DELETE FROM learning.material WHERE id IN (SELECT id FROM learning.material WHERE account_id = $1 LIMIT $2) RETURNING id, kind
""")
FORGET_NOTES = sql("DELETE FROM learning.note WHERE id IN (SELECT id FROM learning.note WHERE account_id = $1 LIMIT $2) RETURNING id")
FORGET_CONSENTS = sql("""
DELETE FROM learning.recording_consent WHERE account_id = $1 AND session_id IN (
    SELECT session_id FROM learning.recording_consent WHERE account_id = $1 LIMIT $2)
""")
EXPORTS: dict[str, Statement] = {
    "offers": OFFERS, "sessions": HOSTED, "seats": SEATS, "proposals": PROPOSALS, "attendance": PRESENCE, "materials": MATERIALS,
    "notes": NOTES, "recordingConsents": CONSENTS,
}  # fmt: skip


async def everything(read: Read, account_id: UUID) -> dict[str, object]:
    """Return all rows of this person."""
    return await read.objects(EXPORTS, account_id)


async def open_counts(read: Read, account_id: UUID) -> tuple[int, int]:
    """Return how many sessions are open as host, and how many seats as learner."""
    return await read.value(OPEN_AS_HOST, account_id), await read.value(OPEN_AS_LEARNER, account_id)


async def forget_some(tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> int:
    """Forget at most `limit` rows of each kind; return how many."""
    count = await tx.run(FORGET_OFFERS, account_id, pseudonym, tx.now, limit)
    for statement in (FORGET_REASONS, FORGET_PROBLEMS, FORGET_PROPOSALS, FORGET_PRESENCE, FORGET_CONSENTS):
        count += await tx.run(statement, account_id, limit)
    return count + await _forget_files(tx, account_id, limit)


async def _forget_files(tx: Tx, account_id: UUID, limit: int) -> int:
    """Remove what the person handed out, recorded and noted, with the files."""
    given = await tx.rows(FORGET_MATERIALS, account_id, limit)
    noted = await tx.rows(FORGET_NOTES, account_id, limit)
    for subject in (*(Kind(row["kind"]).subject(row["id"]) for row in given), *(Subject(NOTE, row["id"]) for row in noted)):
        await detach(tx, subject)
    return len(given) + len(noted)
