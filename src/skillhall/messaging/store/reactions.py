"""Who has reacted how. A message's conversation is locked by whoever changes its reactions."""

from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx

ADD = sql("""
INSERT INTO messaging.reaction (message_id, profile_id, account_id, emoji, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
""")
REMOVE = sql("DELETE FROM messaging.reaction WHERE message_id = $1 AND profile_id = $2 AND emoji = $3")
EMOJI_OF = sql("SELECT DISTINCT emoji FROM messaging.reaction WHERE message_id = $1")
HAS_REACTED = sql("SELECT EXISTS (SELECT FROM messaging.reaction WHERE message_id = $1 AND profile_id = $2 AND emoji = $3)")


async def add(tx: Tx, message_id: UUID, profile_id: UUID, account_id: UUID, emoji: str) -> bool:
    """Note a reaction; return whether it is new."""
    return await tx.run(ADD, message_id, profile_id, account_id, emoji, tx.now) > 0


async def remove(tx: Tx, message_id: UUID, profile_id: UUID, emoji: str) -> bool:
    """Take a reaction back; return whether it was there."""
    return await tx.run(REMOVE, message_id, profile_id, emoji) > 0


async def has_reacted(read: Read, message_id: UUID, profile_id: UUID, emoji: str) -> bool:
    """Return whether somebody has reacted so."""
    found: bool = await read.value(HAS_REACTED, message_id, profile_id, emoji)
    return found


async def emoji_of(read: Read, message_id: UUID) -> set[str]:
    """Return the different emoji a message bears."""
    return {row["emoji"] for row in await read.rows(EMOJI_OF, message_id)}
