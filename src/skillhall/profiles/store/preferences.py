"""How people like their screens: what differs from the defaults, one row each, made when first needed."""

from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.profiles.model.preferences import PreferencesView

ONE = sql("SELECT chosen, version FROM profiles.preferences WHERE account_id = $1")
MEET = sql("INSERT INTO profiles.preferences (account_id) VALUES ($1) ON CONFLICT DO NOTHING")
LOCK = sql("SELECT chosen, version FROM profiles.preferences WHERE account_id = $1 FOR NO KEY UPDATE")
UPDATE = sql("UPDATE profiles.preferences SET chosen = $2, version = $3 WHERE account_id = $1")
REMOVE = sql("DELETE FROM profiles.preferences WHERE account_id = $1")


async def preferences(read: Read, account_id: UUID) -> PreferencesView:
    """Return what the person has chosen, and the defaults for the rest."""
    row = await read.row(ONE, account_id)
    return PreferencesView() if row is None else msgspec.convert({**row["chosen"], "version": row["version"]}, PreferencesView)


@locks(67, 2)
async def lock_preferences(tx: Tx, account_id: UUID) -> PreferencesView:
    """Lock what the person has chosen."""
    await tx.run(MEET, account_id)
    await tx.row(LOCK, account_id)
    return await preferences(tx, account_id)


async def update_preferences(tx: Tx, account_id: UUID, chosen: PreferencesView) -> None:
    """Write all of it."""
    fields: dict[str, object] = msgspec.to_builtins(chosen)
    version = fields.pop("version")
    await tx.run(UPDATE, account_id, fields, version)


async def remove(tx: Tx, account_id: UUID) -> None:
    """Forget what the person has chosen."""
    await tx.run(REMOVE, account_id)
