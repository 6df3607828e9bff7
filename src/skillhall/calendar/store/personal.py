"""The link of a person's feed, and what goes when a person is forgotten."""

from uuid import UUID

from skillhall.calendar.store.hours import CLEAR_WEEK
from skillhall.calendar.store.imports import DELETE_IMPORTS
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx

DELETE_SOME = sql("""
    DELETE FROM calendar.entry WHERE id IN (SELECT id FROM calendar.entry WHERE account_id = $1 ORDER BY id LIMIT $2)
""")
DELETE_OVERRIDES = sql("""DELETE FROM calendar.override WHERE account_id = $1""")
FORGET_PERSON = sql("""UPDATE calendar.person SET timezone = NULL WHERE account_id = $1 AND timezone IS NOT NULL""")
PUT_FEED = sql("""
    INSERT INTO calendar.feed (account_id, token_hash) VALUES ($1, $2)
    ON CONFLICT (account_id) DO UPDATE SET token_hash = excluded.token_hash, recorded_at = now()
""")
DELETE_FEED = sql("""DELETE FROM calendar.feed WHERE account_id = $1""")


async def erase_some(tx: Tx, account_id: UUID, limit: int) -> int:
    """Delete up to `limit` entries, and hours, overrides and feed of a locked person; return how many entries went.

    Imports go with the last entries, for an entry never outlives its import.
    """
    for statement in (CLEAR_WEEK, DELETE_OVERRIDES, DELETE_FEED, FORGET_PERSON):
        await tx.run(statement, account_id)
    count = await tx.run(DELETE_SOME, account_id, limit)
    if count < limit:
        await tx.run(DELETE_IMPORTS, account_id)
    return count


async def put_feed(tx: Tx, account_id: UUID, token_hash: bytes) -> None:
    """Set the feed's link of an account; an older one stops to work."""
    await tx.run(PUT_FEED, account_id, token_hash)


async def delete_feed(tx: Tx, account_id: UUID) -> bool:
    """Delete the feed's link; return whether there was one."""
    return await tx.run(DELETE_FEED, account_id) > 0
