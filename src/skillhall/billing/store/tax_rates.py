"""Tax rates: one a country."""

from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks

ADD = sql("""
INSERT INTO billing.tax_rate (id, country, name, bp, spares_businesses, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (country) DO NOTHING
""")
LOCK = sql("SELECT true FROM billing.tax_rate WHERE id = $1 FOR NO KEY UPDATE")
CHANGE = sql("UPDATE billing.tax_rate SET name = $2, bp = $3, spares_businesses = $4, updated_at = $5 WHERE id = $1")
REMOVE = sql("DELETE FROM billing.tax_rate WHERE id = $1")


@locks(40, 8)
async def add(tx: Tx, rate_id: UUID, country: str, name: str, bp: int, *, spares_businesses: bool) -> bool:
    """Add a country's rate; false when it has one."""
    return await tx.run(ADD, rate_id, country, name, bp, spares_businesses, tx.now) == 1


@locks(40, 8)
async def lock(tx: Tx, rate_id: UUID) -> bool:
    """Let nobody else change a rate meanwhile; false when there is none."""
    return await tx.value(LOCK, rate_id) is not None


@locks(40, 8)
async def change(tx: Tx, rate_id: UUID, name: str, bp: int, *, spares_businesses: bool) -> None:
    """Set what a rate is from now on; papers keep theirs."""
    await tx.run(CHANGE, rate_id, name, bp, spares_businesses, tx.now)


@locks(40, 8)
async def remove(tx: Tx, rate_id: UUID) -> None:
    """Tax nobody of this country any more."""
    await tx.run(REMOVE, rate_id)
