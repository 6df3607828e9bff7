-- Group sessions: a waiting list, when a free seat is to be offered to it, and what earlier rounds of a seat left behind.
-- NOT VALID: rows of before hold the defaults, and reading them all would keep the table locked.
ALTER TABLE learning.session
    ADD COLUMN waiting smallint NOT NULL DEFAULT 0,
    ADD COLUMN fill_at timestamptz,
    ADD COLUMN fill_after timestamptz,
    ADD CONSTRAINT only_groups_wait CHECK (waiting >= 0 AND (waiting = 0 OR kind = 'group')) NOT VALID,
    ADD CONSTRAINT free_seats_are_filled
        CHECK ((fill_at IS NOT NULL) = (state = 'scheduled' AND waiting > 0 AND taken < capacity)) NOT VALID;
CREATE INDEX session_to_fill ON learning.session (fill_at) WHERE fill_at IS NOT NULL;
CREATE INDEX open_group ON learning.session (starts_at, id) WHERE kind = 'group' AND state = 'scheduled';
CREATE INDEX open_group_of_offer ON learning.session (offer_id, starts_at) WHERE kind = 'group' AND state = 'scheduled';

ALTER TABLE learning.seat
    ADD COLUMN is_moved boolean NOT NULL DEFAULT false,
    ADD COLUMN past_gross integer NOT NULL DEFAULT 0,
    ADD COLUMN past_fee integer NOT NULL DEFAULT 0,
    ADD COLUMN closed_as text,
    ADD CONSTRAINT past_rounds CHECK (past_fee BETWEEN 0 AND past_gross) NOT VALID,
    ADD CONSTRAINT why_it_closed CHECK (closed_as IS NULL
        OR closed_as IN ('left', 'busy', 'suspended', 'lapsed', 'unfilled') AND state IN ('cancelled', 'expired')) NOT VALID,
    ADD CONSTRAINT who_waits_holds_nothing CHECK (CASE state
        WHEN 'waiting' THEN queued_at IS NOT NULL AND settlement = 'none'
        WHEN 'offered' THEN offered_until IS NOT NULL AND settlement = 'none' ELSE true END) NOT VALID;
