"""Who somebody is to a session, read or under the session's lock."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks
from skillhall.learning.model.participation import SEATED, Part
from skillhall.learning.model.refusals import SessionNotFound
from skillhall.learning.model.states import SeatState, SessionState

PART = sql("""
SELECT s.id, s.title, s.state, s.host_id, e.state AS seat
FROM learning.session s LEFT JOIN learning.seat e ON e.session_id = s.id AND e.account_id = $2
WHERE s.id = $1
""")
LOCK_PART = sql("""
SELECT s.id, s.title, s.state, s.host_id, e.state AS seat
FROM learning.session s LEFT JOIN learning.seat e ON e.session_id = s.id AND e.account_id = $2
WHERE s.id = $1 FOR NO KEY UPDATE OF s
""")
SEATED_LEARNERS = sql("SELECT account_id FROM learning.seat WHERE session_id = $1 AND state = ANY($2) ORDER BY id")


async def part(read: Read, session_id: UUID, by: Actor) -> Part:
    """Return what the caller is to this session, or refuse when there is none."""
    return _part(await read.row(PART, session_id, by.account_id), by)


@locks(30, 1)
async def lock_part(tx: Tx, session_id: UUID, by: Actor) -> Part:
    """Return the same with the session locked, so that what is counted of it stays true."""
    return _part(await tx.row(LOCK_PART, session_id, by.account_id), by)


async def seated_learners(read: Read, session_id: UUID) -> list[UUID]:
    """Return who has a seat, or held one to the end."""
    return [row["account_id"] for row in await read.rows(SEATED_LEARNERS, session_id, list(SEATED))]


def _part(row: Row | None, by: Actor) -> Part:
    if row is None:
        raise SessionNotFound
    return Part(
        session_id=row["id"],
        title=row["title"],
        state=SessionState(row["state"]),
        is_host=row["host_id"] == by.account_id,
        is_staff=by.may("session.read") or by.may("hold.release") or by.context is not None,
        seat=SeatState(row["seat"]) if row["seat"] else None,
    )
