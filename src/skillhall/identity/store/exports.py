"""Exports of a person's own data: rows in and out."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx

LIVE = sql("""
SELECT id, account_id, requested_at, ready_at, expires_at FROM identity.export
WHERE account_id = $1 AND expires_at > $2 ORDER BY requested_at DESC LIMIT 1
""")
INSERT = sql("INSERT INTO identity.export (id, account_id, requested_at, expires_at) VALUES ($1, $2, $3, $4)")
OWNER = sql("SELECT account_id FROM identity.export WHERE id = $1")
FILL = sql("UPDATE identity.export SET document = $2, ready_at = $3 WHERE id = $1")
DOCUMENT = sql("SELECT document FROM identity.export WHERE id = $1 AND account_id = $2 AND expires_at > $3")
FORGET_OF = sql("DELETE FROM identity.export WHERE account_id = $1")
FORGET_OLD = sql("DELETE FROM identity.export WHERE expires_at < $1")


class Export(Struct, frozen=True, kw_only=True):
    """One collection of a person's own data."""

    id: UUID
    account_id: UUID
    requested_at: datetime
    ready_at: datetime | None
    expires_at: datetime


async def find_live_export(read: Read, account_id: UUID) -> Export | None:
    """Return the account's newest export that has not expired."""
    row = await read.row(LIVE, account_id, read.wall)
    return None if row is None else Export(**dict(row))


async def insert_export(tx: Tx, export: Export) -> None:
    """Write a request."""
    await tx.run(INSERT, export.id, export.account_id, export.requested_at, export.expires_at)


async def find_owner(read: Read, export_id: UUID) -> UUID | None:
    """Return whose export this is, if it still exists."""
    return await read.value(OWNER, export_id)


async def fill_export(tx: Tx, export_id: UUID, document: str) -> None:
    """Store what was collected."""
    await tx.run(FILL, export_id, document, tx.wall)


async def find_document(read: Read, account_id: UUID, export_id: UUID) -> str | None:
    """Return what was collected, to its owner alone."""
    return await read.value(DOCUMENT, export_id, account_id, read.wall)


async def forget_exports(tx: Tx, account_id: UUID) -> None:
    """Drop all exports of an account."""
    await tx.run(FORGET_OF, account_id)


async def forget_old_exports(tx: Tx) -> None:
    """Drop expired exports."""
    await tx.run(FORGET_OLD, tx.wall)
