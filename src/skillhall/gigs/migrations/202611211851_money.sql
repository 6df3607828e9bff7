-- `clawed`: what the client's bank has taken back of it while it was held. The worker gets no more than the rest.
ALTER TABLE gigs.escrow ADD clawed bigint NOT NULL DEFAULT 0;
ALTER TABLE gigs.escrow ADD CHECK (clawed >= 0 AND paid_gross + clawed <= amount);
ALTER TABLE gigs.escrow ADD CHECK (clawed = 0 OR funded_from IS NOT NULL);
ALTER TABLE gigs.escrow ADD CHECK (clawed < amount OR closed_at IS NOT NULL);

-- What an owner has paid for: the project stands before others, by the strongest kind that runs. One kind after the other, kinds side by side.
CREATE TABLE gigs.boost (
    id uuid PRIMARY KEY,
    project_id uuid NOT NULL REFERENCES gigs.project (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    kind text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at >= starts_at),
    created_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX boost_of_project ON gigs.boost (project_id, starts_at, id);
CREATE INDEX boost_of_account ON gigs.boost (account_id);
CREATE INDEX boost_to_end ON gigs.boost (ends_at) WHERE ended_at IS NULL;

-- `place` sorts boosted projects before others, and among equals the newest first: one number, so that a list can be walked by it.
ALTER TABLE gigs.project
    ADD boost text,
    ADD boosted_until timestamptz,
    ADD place bigint NOT NULL GENERATED ALWAYS AS (
        CASE WHEN boost IS NULL THEN 0 WHEN boost = 'featured' THEN 3 WHEN boost = 'premium' THEN 2 ELSE 1 END * 1000000000000000
        + (extract(epoch FROM created_at AT TIME ZONE 'UTC') * 10000)::bigint
    ) STORED,
    ADD CHECK ((boost IS NULL) = (boosted_until IS NULL));
DROP INDEX gigs.project_in_category, gigs.project_of_level;
CREATE INDEX project_in_category ON gigs.project (category_slug, place, id) WHERE deleted_at IS NULL;
CREATE INDEX project_of_level ON gigs.project (level, place, id) WHERE deleted_at IS NULL;
CREATE INDEX project_in_place ON gigs.project (place, id) WHERE deleted_at IS NULL;
CREATE INDEX project_in_place_by_state ON gigs.project (state, place, id)
    INCLUDE (account_id, worker_id, visibility, hidden_at, category_slug, is_remote, asset, budget_min, budget_max, budget_most, pricing, level)
    WHERE deleted_at IS NULL;
