"""Everything connections keeps about a person."""

from uuid import UUID

from skillhall.connections.queries.parties import profiles_of
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

CONNECTIONS = sql("""
SELECT s.profile_id, s.other_id, p.display_name AS other_name, s.is_outgoing, s.state, s.message, s.asked_at, s.decided_at
FROM connections.side s JOIN profiles.public_profile p ON p.id = s.other_id
WHERE s.profile_id = ANY($1) ORDER BY s.asked_at, s.id
""")
FOLLOWS = sql("""
SELECT f.follower_id, f.followed_id, p.display_name AS followed_name, f.followed_at
FROM connections.follow f JOIN profiles.public_profile p ON p.id = f.followed_id
WHERE f.follower_id = ANY($1) ORDER BY f.followed_at, f.followed_id
""")
FOLLOWERS = sql("""
SELECT f.followed_id, f.follower_id, p.display_name AS follower_name, f.followed_at
FROM connections.follow f JOIN profiles.public_profile p ON p.id = f.follower_id
WHERE f.followed_id = ANY($1) ORDER BY f.followed_at, f.follower_id
""")
BOOKMARKS = sql("""
SELECT profile_id, shelf, kind, subject_id, folder, note, saved_at FROM connections.bookmark
WHERE profile_id = ANY($1) ORDER BY saved_at, id
""")


async def everything(read: Read, account_id: UUID) -> dict[str, object]:
    """Return all that is stored about a person here."""
    own = list(await profiles_of(read, account_id))
    parts = {"connections": CONNECTIONS, "following": FOLLOWS, "followers": FOLLOWERS, "bookmarks": BOOKMARKS}
    return {name: [dict(row) for row in await read.rows(statement, own)] for name, statement in parts.items()}
