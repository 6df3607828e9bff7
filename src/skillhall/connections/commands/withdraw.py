"""Taking a request back."""

from uuid import UUID

from skillhall.connections import events
from skillhall.connections.commands.telling import tell
from skillhall.connections.model.connection import Connection, ConnectionRules, ConnectionView
from skillhall.connections.queries.connections import connection_view
from skillhall.connections.store import connections as store
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def withdraw_connection(tx: Tx, by: Actor, connection_id: UUID) -> ConnectionView:
    """Not ask any more; a day must pass before the same profile asks the same one again, so that nobody is rung at all day."""
    await withdraw(tx, by, await store.lock_connection(tx, connection_id))
    return await connection_view(tx, connection_id, by, is_own_act=True)


async def withdraw(tx: Tx, by: Actor, found: Connection) -> None:
    """Withdraw a locked connection."""
    changed = found.withdrawn(by.account_id, tx.now, tx.setting(ConnectionRules))
    if changed is not found:
        await store.update_connection(tx, changed)
        tell(tx, events.Withdrawn, changed)
