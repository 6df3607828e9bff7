"""Evidence and messages in the database."""

from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx

INSERT_EVIDENCE = sql("""
INSERT INTO disputes.evidence (id, case_id, account_id, text, file_id, file_name, content_type, size, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
""")
INSERT_MESSAGE = sql("""
INSERT INTO disputes.message (id, case_id, account_id, text, is_internal, created_at) VALUES ($1, $2, $3, $4, $5, $6)
""")
COUNT_EVIDENCE = sql("SELECT count(*) FROM disputes.evidence WHERE case_id = $1 AND account_id = $2")
COUNT_MESSAGES = sql("SELECT count(*) FROM disputes.message WHERE case_id = $1 AND account_id = $2")


async def insert_evidence(tx: Tx, evidence_id: UUID, case_id: UUID, account_id: UUID, text: str, file: Row | None) -> None:
    """Store a piece of evidence; `file` is the kernel's row of an attached file."""
    known = (file["id"], file["name"], file["content_type"], file["size"]) if file else (None, None, None, None)
    await tx.run(INSERT_EVIDENCE, evidence_id, case_id, account_id, text, *known, tx.now)


async def insert_message(tx: Tx, message_id: UUID, case_id: UUID, account_id: UUID, text: str, *, is_internal: bool) -> None:
    """Store a message; an internal one is for staff."""
    await tx.run(INSERT_MESSAGE, message_id, case_id, account_id, text, is_internal, tx.now)


async def count_evidence(read: Read, case_id: UUID, account_id: UUID) -> int:
    """Return how much somebody has brought forward."""
    return await read.value(COUNT_EVIDENCE, case_id, account_id)


async def count_messages(read: Read, case_id: UUID, account_id: UUID) -> int:
    """Return how much somebody has written."""
    return await read.value(COUNT_MESSAGES, case_id, account_id)
