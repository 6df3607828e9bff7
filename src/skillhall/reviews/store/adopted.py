"""Engagements and reviews that come in bulk, and the stars they come to."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.reviews.model.review import Engagement, Review
from skillhall.reviews.model.stars import Rated

INSERT_ENGAGEMENTS = sql("""
INSERT INTO reviews.engagement (id, kind, subject_id, project_id, provider_id, provider_profile_id, client_id, client_profile_id, offer_id,
    skill_id, completed_at, reveal_at, revealed_at)
SELECT id, kind, subject_id, project_id, provider_id, provider_profile_id, client_id, client_profile_id, offer_id, skill_id, completed_at,
    reveal_at, revealed_at
FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, kind text, subject_id uuid, project_id uuid, provider_id uuid, provider_profile_id uuid,
    client_id uuid, client_profile_id uuid, offer_id uuid, skill_id uuid, completed_at timestamptz, reveal_at timestamptz,
    revealed_at timestamptz)
""")
INSERT_REVIEWS = sql("""
INSERT INTO reviews.review (id, engagement_id, author_id, about_id, rating, comment, created_at, edit_until, published_at, response,
    responded_at)
SELECT id, engagement_id, author_id, about_id, rating, comment, created_at, edit_until, published_at, response, responded_at
FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, engagement_id uuid, author_id uuid, about_id uuid, rating smallint, comment text,
    created_at timestamptz, edit_until timestamptz, published_at timestamptz, response text, responded_at timestamptz)
""")
RECOUNT = sql("""
INSERT INTO reviews.tally (subject_kind, subject_id, stars)
SELECT t.kind, t.id, ARRAY[count(*) FILTER (WHERE rating = 1), count(*) FILTER (WHERE rating = 2), count(*) FILTER (WHERE rating = 3),
    count(*) FILTER (WHERE rating = 4), count(*) FILTER (WHERE rating = 5)]::int4[]
FROM reviews.review r JOIN reviews.engagement e ON e.id = r.engagement_id
CROSS JOIN LATERAL (VALUES ('account', r.about_id), ('offer', CASE WHEN r.about_id = e.provider_id THEN e.offer_id END)) AS t (kind, id)
WHERE r.published_at IS NOT NULL AND r.hidden_at IS NULL AND r.withdrawn_at IS NULL AND t.id = ANY($1)
GROUP BY t.kind, t.id ORDER BY t.kind, t.id
ON CONFLICT (subject_kind, subject_id) DO UPDATE SET stars = excluded.stars
RETURNING subject_kind, subject_id, stars
""")


async def insert_all(tx: Tx, engagements: Sequence[Engagement], reviews: Sequence[Review]) -> None:
    """Store them as they are; nobody has written in any of these engagements before."""
    await tx.run(INSERT_ENGAGEMENTS, list(engagements))
    await tx.run(INSERT_REVIEWS, list(reviews))


async def recount(tx: Tx, rated_ids: Sequence[UUID]) -> dict[Rated, list[int]]:
    """Count the stars of these accounts and offers anew; return those that have any."""
    rows = await tx.rows(RECOUNT, list(rated_ids))
    return {(row["subject_kind"], row["subject_id"]): row["stars"] for row in rows}
