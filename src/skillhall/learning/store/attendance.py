"""Who was in the room, and when: evidence for no-shows and reports."""

from datetime import datetime
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx

ENTER = sql("""
INSERT INTO learning.attendance (id, session_id, account_id, entered_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (session_id, account_id) WHERE left_at IS NULL DO NOTHING
""")
# Who waited for the session's lock brings an older time than who entered meanwhile.
LEAVE = sql("""
UPDATE learning.attendance SET left_at = greatest($3, entered_at) WHERE session_id = $1 AND account_id = $2 AND left_at IS NULL
""")
CLEAR_ROOM = sql("UPDATE learning.attendance SET left_at = greatest($2, entered_at) WHERE session_id = $1 AND left_at IS NULL")


async def enter(tx: Tx, session_id: UUID, account_id: UUID, at: datetime) -> None:
    """Note that somebody entered; nothing when they are in already."""
    await tx.run(ENTER, ids.new(), session_id, account_id, at)


async def leave(tx: Tx, session_id: UUID, account_id: UUID, at: datetime) -> None:
    """Note that somebody left; nothing when they are out already."""
    await tx.run(LEAVE, session_id, account_id, at)


async def clear_room(tx: Tx, session_id: UUID, at: datetime) -> None:
    """Note that everybody left: the session has ended, broken off, or moved to another time and room."""
    await tx.run(CLEAR_ROOM, session_id, at)
