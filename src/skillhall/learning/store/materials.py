"""Materials, recordings, and consent to recordings in the database."""

from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.learning.model.materials import Attached, Consents, Kind

INSERT_MATERIAL = sql("""
INSERT INTO learning.material (id, session_id, account_id, kind, title, url, file_id, file_name, content_type, size, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
""")
DELETE_MATERIAL = sql("DELETE FROM learning.material WHERE id = $1 AND session_id = $2 AND kind = $3")
COUNT_MATERIALS = sql("SELECT count(*) FROM learning.material WHERE session_id = $1 AND kind = $2")
SET_CONSENT = sql("""
INSERT INTO learning.recording_consent AS c (session_id, account_id, consents, decided_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (session_id, account_id) DO UPDATE SET consents = excluded.consents, decided_at = excluded.decided_at
WHERE c.consents <> excluded.consents
""")
# Who has a seat may come, and who was in the room, even if they gave the seat up since, may be on the tape.
CONSENTS = sql("""
SELECT count(*) AS asked, count(*) FILTER (WHERE p.account_id = s.host_id AND c.consents IS NOT TRUE) AS host,
    count(*) FILTER (WHERE p.account_id <> s.host_id AND c.consents IS NOT TRUE) AS learners
FROM learning.session s
CROSS JOIN LATERAL (
    SELECT s.host_id AS account_id
    UNION SELECT account_id FROM learning.seat
        WHERE session_id = s.id AND state IN ('requested', 'confirmed', 'joined', 'attended', 'no_show')
    UNION SELECT account_id FROM learning.attendance WHERE session_id = s.id) p
LEFT JOIN learning.recording_consent c ON c.session_id = s.id AND c.account_id = p.account_id
WHERE s.id = $1
""")
WAS_PRESENT = sql("SELECT EXISTS (SELECT FROM learning.attendance WHERE session_id = $1 AND account_id = $2)")
OWN_CONSENT = sql("SELECT consents FROM learning.recording_consent WHERE session_id = $1 AND account_id = $2")


async def insert_material(
    tx: Tx, material_id: UUID, session_id: UUID, account_id: UUID, kind: Kind, title: str, source: Attached | str
) -> None:
    """Store a material or recording; its source is an attached file, or a link."""
    file = source if isinstance(source, Attached) else None
    facts = (file.file_id, file.file_name, file.content_type, file.size) if file else (None, None, None, None)
    url = source if isinstance(source, str) else None
    await tx.run(INSERT_MATERIAL, material_id, session_id, account_id, kind, title, url, *facts, tx.now)


async def delete_material(tx: Tx, material_id: UUID, session_id: UUID, kind: Kind) -> bool:
    """Remove one; False when the session has none such."""
    return await tx.run(DELETE_MATERIAL, material_id, session_id, kind) == 1


async def count_materials(read: Read, session_id: UUID, kind: Kind) -> int:
    """Return how many the session has."""
    return await read.value(COUNT_MATERIALS, session_id, kind)


async def set_consent(tx: Tx, session_id: UUID, account_id: UUID, *, consents: bool) -> None:
    """Note what somebody says to being recorded; the time of a word that is only repeated stays."""
    await tx.run(SET_CONSENT, session_id, account_id, consents, tx.now)


async def consents(read: Read, session_id: UUID) -> Consents:
    """Return whose consent there is: of the host, of everybody whose seat is taken or was used, and of who was ever in the room."""
    row = await read.row(CONSENTS, session_id)
    return Consents(row["asked"], row["host"] > 0, row["learners"]) if row else Consents(0, host_missing=True, learners_missing=0)


async def was_present(read: Read, session_id: UUID, account_id: UUID) -> bool:
    """Return whether somebody was ever in the room of this session."""
    return await read.value(WAS_PRESENT, session_id, account_id)


async def own_consent(read: Read, session_id: UUID, account_id: UUID) -> bool | None:
    """Return what somebody said, or nothing when they have not been heard."""
    found: bool | None = await read.value(OWN_CONSENT, session_id, account_id)
    return found
