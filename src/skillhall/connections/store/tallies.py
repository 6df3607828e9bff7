"""How many connections, followers and followed a profile has; changed by what was written in the same transaction."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from skillhall.connections.model.connection import Connection
from skillhall.connections.model.follow import Follow
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks

RAISE = sql("""
INSERT INTO connections.tally AS t (profile_id, connections, followers, following)
SELECT d.id, d.connections, d.followers, d.following
FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[]) AS d (id, connections, followers, following) ORDER BY d.id
ON CONFLICT (profile_id) DO UPDATE SET connections = t.connections + excluded.connections, followers = t.followers + excluded.followers,
    following = t.following + excluded.following
""")
LOWER = sql("""
WITH locked AS (SELECT profile_id FROM connections.tally WHERE profile_id = ANY($1) ORDER BY profile_id FOR NO KEY UPDATE)
UPDATE connections.tally t SET connections = t.connections - d.connections, followers = t.followers - d.followers,
    following = t.following - d.following
FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[]) AS d (id, connections, followers, following)
WHERE t.profile_id = d.id AND t.profile_id IN (SELECT profile_id FROM locked)
""")


@locks(63, 3)
async def lock_and_raise(tx: Tx, connections: Iterable[Connection] = (), follows: Iterable[Follow] = ()) -> None:
    """Count what is new, in id order."""
    if counted := _counted(connections, follows):
        await tx.run(RAISE, *counted)


@locks(63, 3)
async def lock_and_lower(tx: Tx, connections: Iterable[Connection] = (), follows: Iterable[Follow] = ()) -> None:
    """Take off what is gone, in id order; a connection that was not accepted never counted."""
    if counted := _counted(connections, follows):
        await tx.run(LOWER, *counted)


def _counted(connections: Iterable[Connection], follows: Iterable[Follow]) -> tuple[list[UUID], list[int], list[int], list[int]] | None:
    found = [*follows]
    connected = Counter(side for one in connections if one.state == "accepted" for side in one.profile_ids)
    followed, following = Counter(one.followed_id for one in found), Counter(one.follower_id for one in found)
    ids = sorted({*connected, *followed, *following})
    if not ids:
        return None
    return ids, [connected[one] for one in ids], [followed[one] for one in ids], [following[one] for one in ids]
