"""Saying yes to a request."""

from uuid import UUID

from skillhall.connections import events
from skillhall.connections.commands.telling import tell
from skillhall.connections.model.connection import ConnectionView
from skillhall.connections.queries.connections import connection_view
from skillhall.connections.queries.parties import reached
from skillhall.connections.store import connections as store
from skillhall.connections.store import tallies
from skillhall.identity.api import check_active
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def accept_connection(tx: Tx, by: Actor, connection_id: UUID) -> ConnectionView:
    """Be connected. Nobody accepts somebody hidden, suspended, or across a block."""
    found = await store.lock_connection(tx, connection_id)
    changed = found.accepted(by.account_id, tx.now)
    await reached(tx, found.requester_id, by)
    if changed is not found:
        await store.update_connection(tx, changed)
        await tallies.lock_and_raise(tx, [changed])
        tell(tx, events.Accepted, changed)
        await check_active(tx, by.account_id, found.requester_account_id)
    return await connection_view(tx, connection_id, by)
