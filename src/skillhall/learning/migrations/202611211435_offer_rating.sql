-- What learners said of the lessons of an offer, noted by the context above that keeps reviews.
ALTER TABLE learning.offer
    ADD COLUMN rating double precision,
    ADD COLUMN review_count integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT rated_by_reviews CHECK ((rating IS NOT NULL) = (review_count > 0)) NOT VALID;

CREATE OR REPLACE VIEW learning.public_offer AS
SELECT o.id, o.host_id, o.profile_id, o.skill_id, o.title, o.duration_minutes, o.price,
       o.deleted_at IS NULL AND o.hidden_at IS NULL AND a.is_visible AS is_visible, o.rating, o.review_count
FROM learning.offer o JOIN identity.public_account a ON a.id = o.host_id;
