"""Billing addresses: one an account."""

from typing import Any
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks

SAVE = sql("""
INSERT INTO billing.address AS a (account_id, name, lines, country, tax_id, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (account_id) DO UPDATE SET name = excluded.name, lines = excluded.lines, country = excluded.country, tax_id = excluded.tax_id,
    updated_at = excluded.updated_at, version = a.version + 1
""")
LOCK = sql("SELECT name, lines, country, tax_id, version FROM billing.address WHERE account_id = $1 FOR NO KEY UPDATE")
FORGET = sql("DELETE FROM billing.address WHERE account_id = $1")


@locks(40, 8)
async def lock(tx: Tx, account_id: UUID) -> dict[str, Any]:
    """Return the address as it stands, so that nobody else changes it meanwhile; empty where none is set."""
    return dict(await tx.row(LOCK, account_id) or {})


@locks(40, 8)
async def save(tx: Tx, account_id: UUID, *, name: str, lines: list[str], country: str, tax_id: str) -> None:
    """Set the address, in place of the one before."""
    await tx.run(SAVE, account_id, name, lines, country, tax_id, tx.now)


@locks(40, 8)
async def forget(tx: Tx, account_id: UUID) -> None:
    """Remove the address. Papers keep what was printed on them."""
    await tx.run(FORGET, account_id)
