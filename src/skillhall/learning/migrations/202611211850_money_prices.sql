-- Prices in money: offers, sessions and seats name their asset, and a seat to be paid from outside is kept until then.
-- NOT VALID: rows of before are in credits, and reading them all would keep the tables locked.
ALTER TABLE learning.offer
    ADD COLUMN asset text NOT NULL DEFAULT 'CREDIT',
    ADD CONSTRAINT offer_asset CHECK (asset ~ '^(CREDIT|[A-Z]{3})$') NOT VALID;

CREATE OR REPLACE VIEW learning.public_offer AS
SELECT o.id, o.host_id, o.profile_id, o.skill_id, o.title, o.duration_minutes, o.price,
       o.deleted_at IS NULL AND o.hidden_at IS NULL AND a.is_visible AS is_visible, o.rating, o.review_count, o.asset
FROM learning.offer o JOIN identity.public_account a ON a.id = o.host_id;

-- `is_instant` is copied from the offer: a seat of such a session is firm as soon as it is paid.
ALTER TABLE learning.session
    ADD COLUMN asset text NOT NULL DEFAULT 'CREDIT',
    ADD COLUMN is_instant boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT session_asset CHECK (asset ~ '^(CREDIT|[A-Z]{3})$') NOT VALID,
    DROP CONSTRAINT session_closed_as_check,
    ADD CONSTRAINT session_closed_as_check
        CHECK (closed_as IN ('declined', 'cancelled', 'suspended', 'interrupted', 'reclaimed')) NOT VALID;

ALTER TABLE learning.seat
    ADD COLUMN asset text NOT NULL DEFAULT 'CREDIT',
    ADD COLUMN pay_until timestamptz,
    ADD CONSTRAINT seat_asset CHECK (asset ~ '^(CREDIT|[A-Z]{3})$') NOT VALID,
    ADD CONSTRAINT who_is_to_pay_holds_nothing CHECK ((pay_until IS NOT NULL) = (state = 'awaiting_payment')
        AND (pay_until IS NULL OR settlement = 'none' AND asset <> 'CREDIT' AND price > 0)) NOT VALID,
    DROP CONSTRAINT why_it_closed,
    ADD CONSTRAINT why_it_closed CHECK (closed_as IS NULL
        OR closed_as IN ('left', 'busy', 'suspended', 'lapsed', 'unfilled', 'unpaid', 'reclaimed') AND state IN ('cancelled', 'expired'))
        NOT VALID;
