"""Whom to connect with: friends of friends first, then follows either way, then those with the same skills, then the well known."""

from typing import Annotated

from msgspec import Meta, Struct

from skillhall.connections.model.connection import Reason, SuggestionView
from skillhall.connections.queries.connections import card
from skillhall.connections.queries.parties import acting
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import Page

# Newest hundreds of each kind bound the work: somebody with 10,000 connections waits no longer than anybody else. Ids rise with time.
SUGGESTED = sql("""
WITH mine AS (
    SELECT other_id FROM connections.public_connection WHERE profile_id = $1 ORDER BY connected_at DESC, other_id LIMIT 300
), own AS (
    SELECT array_agg(lower(name)) AS skills FROM profiles.public_profile p, unnest(p.skills) name WHERE p.id = $1
), lead (id, mutual, is_following, follows_you, known) AS (
    SELECT f.other_id, 1, false, false, 0
    FROM mine CROSS JOIN LATERAL (
        SELECT other_id FROM connections.public_connection
        WHERE profile_id = mine.other_id ORDER BY connected_at DESC, other_id LIMIT 100) f
    UNION ALL
    (SELECT followed_id, 0, true, false, 0 FROM connections.follow WHERE follower_id = $1 ORDER BY followed_at DESC LIMIT 300)
    UNION ALL
    (SELECT follower_id, 0, false, true, 0 FROM connections.follow WHERE followed_id = $1 ORDER BY followed_at DESC LIMIT 300)
    UNION ALL
    (SELECT p.id, 0, false, false, 0 FROM profiles.public_profile p
     WHERE profiles.lowered(p.skills) && (SELECT skills FROM own) AND cardinality(p.skills) > 0 AND p.is_visible AND p.is_listed
     ORDER BY p.id DESC LIMIT 100)
    UNION ALL
    (SELECT profile_id, 0, false, false, connections + followers FROM connections.tally WHERE connections + followers > 0
     ORDER BY connections + followers DESC, profile_id LIMIT 100)
), ranked AS (
    SELECT id, sum(mutual) AS mutual, bool_or(is_following) AS is_following, bool_or(follows_you) AS follows_you, sum(known) AS known
    FROM lead GROUP BY id
)
SELECT p.id, p.display_name, p.username, p.avatar_url, p.rating, r.mutual, r.is_following, r.follows_you, shared.skills
FROM ranked r JOIN profiles.public_profile p ON p.id = r.id AND p.is_visible AND p.is_listed AND p.account_id <> $2
CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT name FROM unnest(p.skills) name WHERE lower(name) = ANY (SELECT unnest(skills) FROM own)) AS skills) shared
WHERE NOT EXISTS (
        SELECT FROM connections.side s
        WHERE s.profile_id = $1 AND s.other_id = p.id AND (s.state IN ('pending', 'accepted') OR s.ask_again_at > $3))
    AND NOT EXISTS (
        SELECT FROM identity.public_block b WHERE (b.account_id, b.blocked_id) IN ((p.account_id, $2), ($2, p.account_id)))
ORDER BY r.mutual * 3 + r.is_following::int * 2 + r.follows_you::int * 2 DESC, cardinality(shared.skills) DESC, r.known DESC, p.id LIMIT $4
""")


class SuggestionQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """How many to suggest; they have an order of their own and no further pages."""

    limit: Annotated[int, Meta(ge=1, le=50)] = 20


async def suggestions(read: Read, query: SuggestionQuery, by: Actor) -> Page[SuggestionView]:
    """Return listed people the caller's profile has nothing pending with, the likeliest first; a newcomer meets the well known."""
    own = await acting(read, by)
    items = [_view(row) for row in await read.rows(SUGGESTED, own.id, by.account_id, read.now, query.limit)]
    return Page(items=items, page=1, limit=query.limit, total=len(items), is_capped=False, has_next=False, next_cursor=None)


def _view(row: Row) -> SuggestionView:
    return SuggestionView(
        profile=card(row),
        reason=_reason(row),
        mutual_count=row["mutual"],
        is_following=row["is_following"],
        follows_you=row["follows_you"],
        shared_skills=row["skills"],
    )


def _reason(row: Row) -> Reason:
    if row["mutual"]:
        return "mutual_connections"
    if row["is_following"] or row["follows_you"]:
        return "you_follow" if row["is_following"] else "follows_you"
    return "shared_skills" if row["skills"] else "well_known"
