"""What reactions need to know: what a letter speaks of, and an account's sessions that have not begun."""

from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.learning.model.refusals import SessionNotFound

MAILING = sql("SELECT title, price, kind = 'group' AS is_group, closed_as, closed_reason FROM learning.session WHERE id = $1")
OPEN_SESSIONS = sql("""
SELECT id FROM learning.session WHERE host_id = $1 AND state IN ('requested', 'scheduled')
UNION
SELECT s.id FROM learning.seat e JOIN learning.session s ON s.id = e.session_id
WHERE e.account_id = $1 AND e.state IN ('waiting', 'offered', 'requested', 'confirmed', 'joined')
    AND s.state IN ('requested', 'scheduled')
""")


class Mailing(Struct, frozen=True):
    """What a letter about a session speaks of."""

    title: str
    price: int
    is_group: bool
    closed_as: str | None
    closed_reason: str | None


async def mailing(read: Read, session_id: UUID) -> Mailing:
    """Return what a letter about this session speaks of."""
    row = await read.row(MAILING, session_id)
    if row is None:
        raise SessionNotFound
    return Mailing(*row)


async def open_sessions(read: Read, account_id: UUID) -> list[UUID]:
    """Return the sessions that fall with this account."""
    return [row["id"] for row in await read.rows(OPEN_SESSIONS, account_id)]
