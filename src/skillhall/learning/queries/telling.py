"""What people are told of a session, and whether it is still so when it reaches them; and an account's sessions that have not begun."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.learning.model.refusals import SessionNotFound

TELLING = sql("""
SELECT s.title, s.price, s.asset, s.kind = 'group' AS is_group, s.closed_as, s.closed_reason, s.host_id, s.state, s.starts_at,
    p.starts_at AS proposed_starts_at
FROM learning.session s LEFT JOIN learning.proposal p ON p.session_id = s.id AND p.state = 'open'
WHERE s.id = $1
""")
SEAT_STATE = sql("SELECT state FROM learning.seat WHERE session_id = $1 AND account_id = $2")
OPEN_SESSIONS = sql("""
SELECT id FROM learning.session WHERE host_id = $1 AND state IN ('requested', 'scheduled')
UNION
SELECT s.id FROM learning.seat e JOIN learning.session s ON s.id = e.session_id
WHERE e.account_id = $1 AND e.state IN ('waiting', 'offered', 'awaiting_payment', 'requested', 'confirmed', 'joined')
    AND s.state IN ('requested', 'scheduled')
""")


class Telling(Struct, frozen=True, kw_only=True):
    """What a notice about a session speaks of, as it is now. `proposed_starts_at` is the time one side asks for and nobody has answered."""

    title: str
    price: int
    asset: str
    is_group: bool
    closed_as: str | None
    closed_reason: str | None
    host_id: UUID
    state: str
    starts_at: datetime
    proposed_starts_at: datetime | None


async def telling(read: Read, session_id: UUID) -> Telling:
    """Return what a notice about this session speaks of."""
    row = await read.row(TELLING, session_id)
    if row is None:
        raise SessionNotFound
    return Telling(**row)


async def find_seat_state(read: Read, session_id: UUID, account_id: UUID) -> str | None:
    """Return where this learner's place in the session stands, or nothing when there never was one."""
    return await read.value(SEAT_STATE, session_id, account_id)


async def open_sessions(read: Read, account_id: UUID) -> list[UUID]:
    """Return the sessions that fall with this account."""
    return [row["id"] for row in await read.rows(OPEN_SESSIONS, account_id)]
