"""Settled work as billing notes it."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx

ADD = sql("""
INSERT INTO billing.settlement (id, host_id, hold_id, title, gross, fee, asset, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
""")
FIND = sql("SELECT id, host_id, hold_id, title, gross, fee, asset, at FROM billing.settlement WHERE id = $1")
CHARGED = sql("""
SELECT id, host_id, hold_id, title, gross, fee, asset, at FROM billing.settlement WHERE hold_id = $1 AND fee > 0 ORDER BY at, id
""")
# What was taken back of work.
RETURNED = sql("SELECT coalesce(-sum(gross), 0)::bigint FROM billing.settlement WHERE hold_id = $1 AND gross < 0")


async def add(tx: Tx, settlement_id: UUID, host_id: UUID, hold_id: UUID, title: str, gross: int, fee: int, asset: str) -> None:
    """Note a settlement; below zero, one that is taken back."""
    await tx.run(ADD, settlement_id, host_id, hold_id, title, gross, fee, asset, tx.now)


class Settlement(Struct, frozen=True, kw_only=True):
    """Work paid for in money; below zero, taken back."""

    id: UUID
    host_id: UUID
    hold_id: UUID
    title: str
    gross: int
    fee: int
    asset: str
    at: datetime


async def find(read: Read, settlement_id: UUID) -> Settlement | None:
    """Return a settlement."""
    row = await read.row(FIND, settlement_id)
    return None if row is None else Settlement(**row)


async def returned_of_hold(read: Read, hold_id: UUID) -> int:
    """Return how much of what a host was paid out of a hold was taken back."""
    return await read.value(RETURNED, hold_id)


async def charged_of_hold(read: Read, hold_id: UUID) -> list[Settlement]:
    """Return the settlements of a hold whose fee the platform kept, the earliest first."""
    return [Settlement(**row) for row in await read.rows(CHARGED, hold_id)]
