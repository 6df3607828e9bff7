"""Connections in the database. The unique index over both profiles, in whatever order, decides who was first."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from skillhall.connections.model.connection import Connection
from skillhall.connections.model.refusals import ConnectionNotFound
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks

LOCK = sql("""
SELECT id, requester_id, requester_account_id, addressee_id, addressee_account_id, state, message, asked_at, decided_at, ask_again_at
FROM connections.connection WHERE id = $1 FOR NO KEY UPDATE
""")
INSERT_OR_LOCK = sql("""
INSERT INTO connections.connection AS c (id, requester_id, requester_account_id, addressee_id, addressee_account_id, state, message,
    asked_at)
VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7)
ON CONFLICT (least(requester_id, addressee_id), greatest(requester_id, addressee_id)) DO UPDATE SET state = c.state
RETURNING id, requester_id, requester_account_id, addressee_id, addressee_account_id, state, message, asked_at, decided_at, ask_again_at
""")
UPDATE = sql("""
UPDATE connections.connection SET requester_id = $2, requester_account_id = $3, addressee_id = $4, addressee_account_id = $5, state = $6,
    message = $7, asked_at = $8, decided_at = $9, ask_again_at = $10
WHERE id = $1
""")
DELETE = sql("DELETE FROM connections.connection WHERE id = $1")
FORGET = sql("""
DELETE FROM connections.connection WHERE id IN (
    SELECT id FROM connections.connection
    WHERE (requester_id = ANY($1) AND ($2::uuid[] IS NULL OR addressee_id = ANY($2)))
        OR (addressee_id = ANY($1) AND ($2::uuid[] IS NULL OR requester_id = ANY($2)))
    ORDER BY id LIMIT $3 FOR UPDATE)
RETURNING id, requester_id, requester_account_id, addressee_id, addressee_account_id, state, message, asked_at, decided_at, ask_again_at
""")


@locks(63, 1)
async def lock_connection(tx: Tx, connection_id: UUID) -> Connection:
    """Lock a connection for a verb of one of its sides."""
    row = await tx.row(LOCK, connection_id)
    if row is None:
        raise ConnectionNotFound(connection_id=connection_id)
    return msgspec.convert(dict(row), Connection)


@locks(63, 1)
async def lock_pair(tx: Tx, new: Connection) -> Connection:
    """Store a new pending connection, or lock the one the two profiles have already: its id is not `new.id` then."""
    row = await tx.row(
        INSERT_OR_LOCK, new.id, new.requester_id, new.requester_account_id, new.addressee_id, new.addressee_account_id, new.message,
        new.asked_at,
    )  # fmt: skip
    if row is None:
        raise AssertionError("unreachable: it is inserted or updated")
    return msgspec.convert(dict(row), Connection)


async def update_connection(tx: Tx, changed: Connection) -> None:
    """Write a locked connection as it is now."""
    c = changed
    await tx.run(
        UPDATE, c.id, c.requester_id, c.requester_account_id, c.addressee_id, c.addressee_account_id, c.state, c.message, c.asked_at,
        c.decided_at, c.ask_again_at,
    )  # fmt: skip


async def delete_connection(tx: Tx, connection_id: UUID) -> None:
    """Delete a locked connection."""
    await tx.run(DELETE, connection_id)


@locks(63, 1)
async def lock_and_forget_connections(tx: Tx, profile_ids: Sequence[UUID], others: Sequence[UUID] | None, limit: int) -> list[Connection]:
    """Delete up to `limit` connections of these profiles, with these others (None: with anybody), in id order; return them."""
    rows = await tx.rows(FORGET, list(profile_ids), None if others is None else list(others), limit)
    return [msgspec.convert(dict(row), Connection) for row in rows]
