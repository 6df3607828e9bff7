"""What people said about a subject, for whoever decides about it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import Subject, instant, maybe_instant
from skillhall.messaging.model.message import MOST_EDITS, FileEvidence, MessageEvidence, TextVersion

MOST = 500
MOST_OF_ONE = 250
# The subject's own conversation; and the direct one these people share, from the hall's first word about the subject on.
ABOUT = sql("""
WITH room AS (
    SELECT c.id AS conversation_id, 1::bigint AS first, true AS is_own
    FROM messaging.conversation c WHERE c.subject_kind = $1 AND c.subject_id = $2
    UNION ALL
    SELECT m.conversation_id, min(m.sequence), false FROM messaging.message m JOIN messaging.conversation c ON c.id = m.conversation_id
    WHERE m.subject_kind = $1 AND m.subject_id = $2 AND c.kind = 'direct' AND NOT EXISTS (
        SELECT FROM messaging.participant p WHERE p.conversation_id = c.id AND p.account_id <> ALL($3))
    GROUP BY m.conversation_id
), said AS (
    SELECT m.id, row_number() OVER (PARTITION BY m.account_id ORDER BY m.created_at DESC, m.sequence DESC) AS place
    FROM room JOIN messaging.message m ON m.conversation_id = room.conversation_id AND m.sequence >= room.first
    WHERE (m.account_id IS NULL OR m.account_id = ANY($3))
        AND CASE WHEN room.is_own
            THEN m.created_at BETWEEN coalesce($6::timestamptz, m.created_at) AND coalesce($7::timestamptz, m.created_at)
            ELSE m.subject_id IS NULL OR (m.subject_kind = $1 AND m.subject_id = $2) END
)
SELECT m.id, m.conversation_id, m.sequence, m.account_id, m.kind, m.code, m.params, m.text, m.created_at, m.edited_at, m.deleted_at,
    (SELECT jsonb_agg(jsonb_build_array(e.text, e.at) ORDER BY e.version)
        FROM (SELECT version, text, at FROM messaging.message_edit WHERE message_id = m.id ORDER BY version DESC LIMIT $8) e) AS earlier,
    (SELECT jsonb_agg(jsonb_build_object('fileId', a.file_id, 'name', a.name) ORDER BY a.position)
        FROM messaging.attachment a WHERE a.message_id = m.id) AS files
FROM said JOIN messaging.message m ON m.id = said.id
WHERE said.place <= $5
ORDER BY m.created_at DESC, m.sequence DESC LIMIT $4
""")


async def evidence(
    read: Read, subject: Subject, account_ids: Sequence[UUID], *, since: datetime | None = None, until: datetime | None = None
) -> list[MessageEvidence]:
    """Return what these people and the hall said about a subject, oldest first; edits and deletions are kept.

    At most the newest 500, and 250 of each of them, so that nobody talks another's words away. Of a direct conversation it is what was
    said since the hall first spoke of the subject and is not about another one; of the subject's own what was said `since` and `until`.
    """
    rows = await read.rows(ABOUT, subject.kind, subject.id, list(account_ids), MOST, MOST_OF_ONE, since, until, MOST_EDITS)
    return [_evidence(row) for row in reversed(rows)]


def _evidence(row: Row) -> MessageEvidence:
    return MessageEvidence(
        id=row["id"],
        conversation_id=row["conversation_id"],
        sequence=row["sequence"],
        by=row["account_id"],
        type=row["kind"],
        code=row["code"],
        params=row["params"],
        text=row["text"],
        earlier=[TextVersion(text=text, at=instant(datetime.fromisoformat(at))) for text, at in row["earlier"] or ()],
        files=msgspec.convert(row["files"] or [], list[FileEvidence]),
        sent_at=instant(row["created_at"]),
        edited_at=maybe_instant(row["edited_at"]),
        deleted_at=maybe_instant(row["deleted_at"]),
    )
