"""How people stand to each other: what other contexts and other screens ask."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.connections.model.connection import StandingView
from skillhall.connections.queries.parties import acting, reached
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import maybe_instant

CONNECTED = sql("SELECT other_id FROM connections.public_connection WHERE profile_id = $1 AND other_id = ANY($2)")
MUTUAL = sql("""
SELECT t.profile_id, count(*) AS mutual
FROM connections.public_connection t
JOIN connections.public_connection m ON m.other_id = t.other_id AND m.profile_id = $1
JOIN profiles.public_profile p ON p.id = t.other_id AND p.is_visible
WHERE t.profile_id = ANY($2) GROUP BY t.profile_id
""")
FOLLOWED = sql("SELECT followed_id FROM connections.follow WHERE follower_id = $1 AND followed_id = ANY($2)")
STATE = sql("SELECT state FROM connections.connection WHERE id = $1")
STANDING = sql("""
SELECT s.id AS connection_id, s.state, s.is_outgoing, s.ask_again_at,
    EXISTS (SELECT FROM connections.follow WHERE follower_id = $1 AND followed_id = p.id) AS is_following,
    EXISTS (SELECT FROM connections.follow WHERE follower_id = p.id AND followed_id = $1) AS follows_you,
    coalesce(t.connections, 0) AS connections, coalesce(t.followers, 0) AS followers, coalesce(t.following, 0) AS following
FROM profiles.public_profile p LEFT JOIN connections.tally t ON t.profile_id = p.id
    LEFT JOIN connections.side s ON s.profile_id = $1 AND s.other_id = p.id
WHERE p.id = $2
""")
FOLLOWERS = sql("SELECT coalesce((SELECT followers FROM connections.tally WHERE profile_id = $1), 0)")


class ConnectedProfiles:
    """Fills profiles' `Relations`."""

    async def connected(self, read: Read, profile_id: UUID, others: Sequence[UUID]) -> frozenset[UUID]:
        """Return which of the `others` this profile is connected with."""
        return await connected_among(read, profile_id, others)


async def connected_among(read: Read, profile_id: UUID, others: Sequence[UUID]) -> frozenset[UUID]:
    """Return which of `others` the profile is connected with."""
    return frozenset([row["other_id"] for row in await read.rows(CONNECTED, profile_id, list(others))])


async def mutual_counts(read: Read, profile_id: UUID, others: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many visible connections each of `others` shares with the profile; none is left out."""
    return {row["profile_id"]: row["mutual"] for row in await read.rows(MUTUAL, profile_id, list(others))}


async def followed_among(read: Read, profile_id: UUID, others: Sequence[UUID]) -> set[UUID]:
    """Return which of `others` the profile follows."""
    return {row["followed_id"] for row in await read.rows(FOLLOWED, profile_id, list(others))}


async def find_state(read: Read, connection_id: UUID) -> str | None:
    """Return where a connection stands, or nothing when it is gone."""
    return await read.value(STATE, connection_id)


async def followers(read: Read, profile_id: UUID) -> int:
    """Return how many follow the profile."""
    return await read.value(FOLLOWERS, profile_id)


async def standing(read: Read, profile_id: UUID, by: Actor) -> StandingView:
    """Return how the caller's profile stands to one they may see."""
    other, own = await reached(read, profile_id, by), await acting(read, by)
    row = await read.row(STANDING, own.id, other.id)
    if row is None:
        raise AssertionError("unreachable: the profile is there")
    has_row, is_outgoing = row["connection_id"] is not None, row["is_outgoing"]
    return StandingView(
        profile_id=other.id,
        status=row["state"] or "none",
        direction=("outgoing" if is_outgoing else "incoming") if has_row else None,
        connection_id=row["connection_id"],
        ask_again_at=maybe_instant(row["ask_again_at"]) if is_outgoing else None,
        is_own=other.account_id == own.account_id,
        is_following=row["is_following"],
        follows_you=row["follows_you"],
        mutual_count=0 if other.id == own.id else (await mutual_counts(read, own.id, [other.id])).get(other.id, 0),
        connections=row["connections"],
        followers=row["followers"],
        following=row["following"],
    )
