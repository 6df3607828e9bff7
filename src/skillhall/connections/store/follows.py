"""Follows in the database: the primary key keeps one of each."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from skillhall.connections.model.follow import Follow
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks

INSERT = sql("""
INSERT INTO connections.follow (follower_id, follower_account_id, followed_id, followed_account_id, followed_at)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT (follower_id, followed_id) DO NOTHING
""")
FORGET = sql("""
DELETE FROM connections.follow WHERE (follower_id, followed_id) IN (
    SELECT follower_id, followed_id FROM connections.follow
    WHERE (follower_id = ANY($1) AND ($2::uuid[] IS NULL OR followed_id = ANY($2)))
        OR ($3 AND followed_id = ANY($1) AND ($2::uuid[] IS NULL OR follower_id = ANY($2)))
    ORDER BY follower_id, followed_id LIMIT $4 FOR UPDATE)
RETURNING follower_id, follower_account_id, followed_id, followed_account_id, followed_at
""")


@locks(63, 2)
async def insert_follow(tx: Tx, follow: Follow) -> bool:
    """Store a follow; False when there is one already."""
    f = follow
    return await tx.run(INSERT, f.follower_id, f.follower_account_id, f.followed_id, f.followed_account_id, f.followed_at) == 1


@locks(63, 2)
async def lock_and_forget_follows(
    tx: Tx, profile_ids: Sequence[UUID], others: Sequence[UUID] | None, limit: int, *, both_ways: bool = True
) -> list[Follow]:
    """Delete up to `limit` follows by these profiles (and of them with `both_ways`), with these others (None: anybody); return them."""
    rows = await tx.rows(FORGET, list(profile_ids), None if others is None else list(others), both_ways, limit)
    return [msgspec.convert(dict(row), Follow) for row in rows]
