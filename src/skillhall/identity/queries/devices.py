"""Whether a sign-in came from where the account has not been before."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

NEW_DEVICE = sql("""
SELECT l.device, l.address, l.method, l.created_at
FROM identity.login l
WHERE l.id = $1
    AND EXISTS (SELECT FROM identity.login e WHERE e.account_id = l.account_id AND e.created_at < l.created_at)
    AND NOT EXISTS (SELECT FROM identity.login e WHERE e.account_id = l.account_id AND e.created_at < l.created_at AND e.device = l.device)
""")


class NewDevice(Struct, frozen=True, kw_only=True):
    """A sign-in from a device that none of the account's earlier ones named: what the client said it is, and its address."""

    device: str
    address: str
    method: str
    created_at: datetime


async def find_new_device(read: Read, login_id: UUID) -> NewDevice | None:
    """Return this login when its device is new to the account; nothing for a known one, and for the first login of all."""
    row = await read.row(NEW_DEVICE, login_id)
    return None if row is None else NewDevice(**row)
