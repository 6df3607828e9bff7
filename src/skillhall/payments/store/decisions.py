"""What operators have decided where no provider tells the outcome. The lock of the subject guards it; each operator decides once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.shapes import Subject

OF_SUBJECT = sql("""
SELECT by_id, outcome FROM payments.decision WHERE subject_kind = $1 AND subject_id = $2 AND decided_at >= $3 ORDER BY decided_at, by_id
""")
INSERT = sql("""
INSERT INTO payments.decision (subject_kind, subject_id, by_id, outcome, evidence, decided_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (subject_kind, subject_id, by_id) DO UPDATE
SET outcome = excluded.outcome, evidence = excluded.evidence, decided_at = excluded.decided_at
""")


class Decision(Struct, frozen=True):
    """Who has decided what."""

    by_id: UUID
    outcome: str


async def of(read: Read, subject: Subject, since: datetime) -> Sequence[Decision]:
    """Return what was decided about a subject since its call went out, the earliest first; what was said of an earlier one is over."""
    return [Decision(row["by_id"], row["outcome"]) for row in await read.rows(OF_SUBJECT, subject.kind, subject.id, since)]


async def note(tx: Tx, subject: Subject, by_id: UUID, outcome: str, evidence: str) -> None:
    """Keep what somebody has decided, and why."""
    await tx.run(INSERT, subject.kind, subject.id, by_id, outcome, evidence, tx.wall)
