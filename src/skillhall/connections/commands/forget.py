"""Taking away what stands between people: after a block, a deleted profile, an erased account."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.connections import events
from skillhall.connections.commands.telling import tell, tell_follow
from skillhall.connections.store import bookmarks, connections, follows, tallies
from skillhall.kernel.db.tx import Tx

BATCH = 500


async def sever(tx: Tx, profile_ids: Sequence[UUID], others: Sequence[UUID] | None = None, limit: int = BATCH) -> bool:
    """Delete up to `limit` connections and as many follows of these profiles, with `others` or anybody; return whether none is left."""
    connected = await connections.lock_and_forget_connections(tx, profile_ids, others, limit)
    followed = await follows.lock_and_forget_follows(tx, profile_ids, others, limit)
    await tallies.lock_and_lower(tx, connected, followed)
    for connection in connected:
        if connection.state == "accepted":
            tell(tx, events.Removed, connection)
    for follow in followed:
        tell_follow(tx, events.Unfollowed, follow)
    return len(connected) < limit and len(followed) < limit


async def forget(tx: Tx, profile_ids: Sequence[UUID], limit: int = BATCH) -> bool:
    """Delete up to `limit` rows of each kind that these profiles have; return whether none is left."""
    is_severed = await sever(tx, profile_ids, limit=limit)
    return await bookmarks.forget(tx, profile_ids, limit) < limit and is_severed
