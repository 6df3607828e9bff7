"""Lessons that were held: who gave them, and who came."""

from typing import Literal
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.learning.model.finished import Finished

ONE = sql("""
SELECT s.id, s.title, s.ended_at, s.host_id, s.host_profile_id, s.offer_id, s.skill_id,
    array_agg(e.account_id ORDER BY e.created_at, e.id) AS learners, array_agg(e.profile_id ORDER BY e.created_at, e.id) AS faces
FROM learning.session s JOIN learning.seat e ON e.session_id = s.id AND e.state = 'attended'
WHERE s.id = $1 AND s.state = 'completed' GROUP BY s.id
""")
OF_TWO = sql("""
SELECT s.id, s.title, s.ended_at, s.host_id, s.host_profile_id, s.offer_id, s.skill_id,
    ARRAY[e.account_id] AS learners, ARRAY[e.profile_id] AS faces
FROM learning.seat e JOIN learning.session s ON s.id = e.session_id
WHERE e.state = 'attended' AND s.state = 'completed' AND (e.account_id, s.host_id) IN (($1, $2), ($2, $1))
ORDER BY s.ended_at DESC, s.id LIMIT $3
""")


async def finished(read: Read, kind: Literal["session", "booking", "project"], subject_id: UUID) -> Finished | None:
    """Return a session that is completed and to which somebody came; nothing otherwise, and for what is not of this context."""
    row = await read.row(ONE, subject_id) if kind == "session" else None
    return None if row is None else _finished(row)


async def finished_with(read: Read, one: UUID, other: UUID, limit: int) -> list[Finished]:
    """Return the last sessions in which one of these two taught the other, newest first; of a group these two alone."""
    return [_finished(row) for row in await read.rows(OF_TWO, one, other, limit)]


def _finished(row: Row) -> Finished:
    return Finished(
        kind="session",
        id=row["id"],
        title=row["title"],
        completed_at=row["ended_at"],
        host_or_worker_id=row["host_id"],
        others=tuple(row["learners"]),
        profile_ids={row["host_id"]: row["host_profile_id"], **dict(zip(row["learners"], row["faces"], strict=True))},
        offer_id=row["offer_id"],
        skill_id=row["skill_id"],
    )
