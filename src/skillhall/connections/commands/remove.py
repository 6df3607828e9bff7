"""Ending a connection, in whatever state it is."""

from uuid import UUID

from skillhall.connections import events
from skillhall.connections.commands.reject import reject
from skillhall.connections.commands.telling import tell
from skillhall.connections.commands.withdraw import withdraw
from skillhall.connections.model.refusals import WrongState
from skillhall.connections.store import connections as store
from skillhall.connections.store import tallies
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted


async def remove_connection(tx: Tx, by: Actor, connection_id: UUID) -> Deleted:
    """Take an accepted one away, withdraw an own request, reject another's. A decided one stays: it keeps the time to ask again."""
    found = await store.lock_connection(tx, connection_id)
    found.check_seen(by.account_id)
    match found.state:
        case "accepted":
            await store.delete_connection(tx, connection_id)
            await tallies.lock_and_lower(tx, [found])
            tell(tx, events.Removed, found)
        case "pending" if by.account_id == found.requester_account_id:
            await withdraw(tx, by, found)
        case "pending":
            await reject(tx, by, found)
        case _:
            raise WrongState(status=found.state, verb="removed")
    return Deleted(id=connection_id)
