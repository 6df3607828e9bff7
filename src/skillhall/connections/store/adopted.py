"""Connections and follows that come in bulk: one statement for all."""

from collections.abc import Sequence

from skillhall.connections.model.connection import Connection
from skillhall.connections.model.follow import Follow
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx

INSERT_CONNECTIONS = sql("""
INSERT INTO connections.connection (id, requester_id, requester_account_id, addressee_id, addressee_account_id, state, message, asked_at,
    decided_at, ask_again_at)
SELECT id, requester_id, requester_account_id, addressee_id, addressee_account_id, state, message, asked_at, decided_at, ask_again_at
FROM jsonb_to_recordset($1::jsonb) AS c (id uuid, requester_id uuid, requester_account_id uuid, addressee_id uuid,
    addressee_account_id uuid, state text, message text, asked_at timestamptz, decided_at timestamptz, ask_again_at timestamptz)
""")
INSERT_FOLLOWS = sql("""
INSERT INTO connections.follow (follower_id, follower_account_id, followed_id, followed_account_id, followed_at)
SELECT follower_id, follower_account_id, followed_id, followed_account_id, followed_at
FROM jsonb_to_recordset($1::jsonb) AS f (follower_id uuid, follower_account_id uuid, followed_id uuid, followed_account_id uuid,
    followed_at timestamptz)
""")


async def insert_all(tx: Tx, connections: Sequence[Connection], follows: Sequence[Follow]) -> None:
    """Write the rows; the caller counts them."""
    await tx.run(INSERT_CONNECTIONS, connections)
    await tx.run(INSERT_FOLLOWS, follows)
