"""Asking to connect."""

from skillhall.connections import events
from skillhall.connections.commands.telling import tell
from skillhall.connections.model.connection import AskToConnect, Connection, ConnectionView
from skillhall.connections.model.refusals import AddressNotVerified, OneselfMeant
from skillhall.connections.queries.connections import connection_view
from skillhall.connections.queries.parties import reached, shown
from skillhall.connections.store import connections as store
from skillhall.connections.store import tallies
from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def request_connection(tx: Tx, by: Actor, command: AskToConnect) -> ConnectionView:
    """Ask the other side, or, when it has asked already, be connected. Both at once: one row, accepted by whoever came second."""
    asked, own = await reached(tx, command.asked_id, by), await shown(tx, by)
    if asked.account_id == own.account_id:
        raise OneselfMeant
    if command.text is not None and not by.email_verified:
        raise AddressNotVerified
    new = Connection(
        id=ids.new(),
        requester_id=own.id,
        requester_account_id=own.account_id,
        addressee_id=asked.id,
        addressee_account_id=asked.account_id,
        message=command.text,
        asked_at=tx.now,
    )
    found = await store.lock_pair(tx, new)
    changed = found if found.id == new.id else found.asked_again(new)
    if changed is not found:
        await store.update_connection(tx, changed)
    if changed.state == "accepted":
        await tallies.lock_and_raise(tx, [changed])
        tell(tx, events.Accepted, changed)
    elif found.id == new.id or changed is not found:
        tell(tx, events.Requested, changed)
    await check_active(tx, own.account_id, asked.account_id)
    return await connection_view(tx, changed.id, by, is_own_act=True)
