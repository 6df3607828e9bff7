"""Offers and sessions of a skill that was merged into another one."""

from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks

MOVE_OFFERS = sql("UPDATE learning.offer SET skill_id = $2 WHERE skill_id = $1")
# What somebody is just working on is left for the next time.
MOVE_SESSIONS = sql("""
UPDATE learning.session SET skill_id = $2
WHERE id IN (SELECT id FROM learning.session WHERE skill_id = $1 LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED)
""")
HAS_SESSIONS = sql("SELECT EXISTS (SELECT FROM learning.session WHERE skill_id = $1)")


async def move_offers(tx: Tx, skill_id: UUID, into_id: UUID) -> None:
    """Let these offers teach the skill that stands now."""
    await tx.run(MOVE_OFFERS, skill_id, into_id)


@locks(30, 1)
async def lock_and_move_sessions(tx: Tx, skill_id: UUID, into_id: UUID, at_once: int) -> bool:
    """Let some of these sessions be about the skill that stands now; return whether more are left."""
    await tx.run(MOVE_SESSIONS, skill_id, into_id, at_once)
    return await tx.value(HAS_SESSIONS, skill_id)
