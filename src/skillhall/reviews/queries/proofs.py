"""What must hold of reviews; each statement selects the rows that break it."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check

TALLY_DIFFERS = sql("""
WITH given AS (
    SELECT t.kind, t.id, r.rating
    FROM reviews.review r JOIN reviews.engagement e ON e.id = r.engagement_id
    CROSS JOIN LATERAL (VALUES ('account', r.about_id), ('offer', CASE WHEN r.about_id = e.provider_id THEN e.offer_id END)) AS t (kind, id)
    WHERE r.published_at IS NOT NULL AND r.hidden_at IS NULL AND r.withdrawn_at IS NULL AND t.id IS NOT NULL
), counted AS (
    SELECT kind, id, ARRAY[count(*) FILTER (WHERE rating = 1), count(*) FILTER (WHERE rating = 2), count(*) FILTER (WHERE rating = 3),
        count(*) FILTER (WHERE rating = 4), count(*) FILTER (WHERE rating = 5)]::int4[] AS stars
    FROM given GROUP BY kind, id
)
SELECT coalesce(c.kind, t.subject_kind) AS kind, coalesce(c.id, t.subject_id) AS id, c.stars AS counted, t.stars AS stored
FROM counted c FULL JOIN reviews.tally t ON t.subject_kind = c.kind AND t.subject_id = c.id
WHERE coalesce(c.stars, '{0,0,0,0,0}') <> coalesce(t.stars, '{0,0,0,0,0}')
""")
# Averages are noted rounded to two digits.
NOTE_DIFFERS = sql("""
WITH known AS (
    SELECT subject_kind, subject_id, (SELECT sum(given) FROM unnest(stars) AS s (given)) AS reviews,
        (SELECT sum(given * star)::float8 / nullif(sum(given), 0) FROM unnest(stars) WITH ORDINALITY AS s (given, star)) AS average
    FROM reviews.tally
)
SELECT k.subject_kind AS kind, k.subject_id AS id, k.average, n.rating AS noted
FROM known k JOIN (
    SELECT 'account' AS kind, account_id AS id, rating, NULL::int4 AS review_count FROM profiles.public_profile WHERE is_visible
    UNION ALL SELECT 'offer', id, rating, review_count FROM learning.public_offer
) n ON n.kind = k.subject_kind AND n.id = k.subject_id
WHERE (n.rating IS NULL) <> (k.average IS NULL) OR abs(n.rating - k.average) > 0.0051 OR n.review_count <> k.reviews
""")
OFFER_WITHOUT_REVIEWS = sql("""
SELECT o.id AS offer_id, o.rating FROM learning.public_offer o
WHERE o.rating IS NOT NULL AND NOT EXISTS (SELECT FROM reviews.tally t WHERE t.subject_kind = 'offer' AND t.subject_id = o.id)
""")
TOO_EARLY = sql("""
SELECT e.id AS engagement_id, e.reveal_at, e.revealed_at, count(r.id) AS written, count(r.published_at) AS published
FROM reviews.engagement e LEFT JOIN reviews.review r ON r.engagement_id = e.id
GROUP BY e.id
HAVING (e.revealed_at < e.reveal_at AND count(r.id) FILTER (WHERE r.created_at <= e.revealed_at) < 2)
    OR (e.revealed_at IS NULL AND count(r.published_at) > 0)
    OR (e.revealed_at IS NOT NULL AND count(r.published_at) < count(r.id))
    OR (e.revealed_at IS NULL AND count(r.id) <> 1)
""")
NOT_A_SIDE = sql("""
SELECT r.id AS review_id FROM reviews.review r JOIN reviews.engagement e ON e.id = r.engagement_id
WHERE (r.author_id, r.about_id) NOT IN ((e.provider_id, e.client_id), (e.client_id, e.provider_id)) OR r.created_at < e.completed_at
""")
CHECKS = (
    Check(name="reviews.stars_are_counted", violations=TALLY_DIFFERS),
    Check(name="reviews.noted_ratings_are_the_averages", violations=NOTE_DIFFERS),
    Check(name="reviews.rated_offers_have_reviews", violations=OFFER_WITHOUT_REVIEWS),
    Check(name="reviews.nothing_is_revealed_early_or_forgotten", violations=TOO_EARLY),
    Check(name="reviews.sides_review_each_other_afterwards", violations=NOT_A_SIDE),
)
