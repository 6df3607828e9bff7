-- What client and worker agreed about one accepted bid. Terms and signatures are in its versions; `rules` are the house's as they stood then.
CREATE TABLE gigs.agreement (
    id uuid PRIMARY KEY,
    project_id uuid NOT NULL REFERENCES gigs.project (id),
    bid_id uuid NOT NULL REFERENCES gigs.bid (id),
    client_id uuid NOT NULL REFERENCES identity.account (id),
    client_profile_id uuid NOT NULL,
    worker_id uuid NOT NULL REFERENCES identity.account (id),
    worker_profile_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('fixed', 'hourly', 'booking')),
    state text NOT NULL CHECK (state IN ('draft', 'pending_signature', 'active', 'pending_review', 'completed', 'cancelled', 'disputed')),
    version integer NOT NULL CHECK (version > 0),
    asset text NOT NULL,
    rules jsonb NOT NULL,
    sign_by timestamptz,
    next_week_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    active_at timestamptz,
    closed_at timestamptz,
    closed_as text CHECK (closed_as IN ('completed', 'cancelled', 'unsigned', 'refunded')),
    closed_by uuid,
    closed_reason text,
    CHECK (client_id <> worker_id),
    CHECK ((sign_by IS NOT NULL) = (state IN ('draft', 'pending_signature'))),
    CHECK (next_week_at IS NULL OR (kind = 'hourly' AND state IN ('active', 'disputed'))),
    CHECK ((closed_at IS NOT NULL) = (state IN ('completed', 'cancelled')))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX one_live_agreement ON gigs.agreement (project_id) WHERE closed_at IS NULL;
CREATE INDEX agreement_of_project ON gigs.agreement (project_id, created_at);
CREATE INDEX agreement_of_bid ON gigs.agreement (bid_id);
CREATE INDEX agreement_of_client ON gigs.agreement (client_id, created_at, id);
CREATE INDEX agreement_of_worker ON gigs.agreement (worker_id, created_at, id);
CREATE INDEX agreement_to_sign ON gigs.agreement (sign_by) WHERE sign_by IS NOT NULL;
CREATE INDEX agreement_week ON gigs.agreement (next_week_at) WHERE next_week_at IS NOT NULL;

-- A change of terms is a new row, so it has no signatures: nobody is bound by what somebody else changed.
CREATE TABLE gigs.agreement_version (
    agreement_id uuid NOT NULL REFERENCES gigs.agreement (id),
    version integer NOT NULL CHECK (version > 0),
    terms jsonb NOT NULL,
    by_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    client_signed_at timestamptz,
    worker_signed_at timestamptz,
    PRIMARY KEY (agreement_id, version)
);

-- Where a milestone stands as work; where its money is stands in its escrow row, and its status follows from both.
CREATE TABLE gigs.milestone (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES gigs.agreement (id),
    position smallint NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    due_on date,
    state text NOT NULL CHECK (state IN ('waiting', 'in_progress', 'delivered', 'revision')),
    revisions smallint NOT NULL CHECK (revisions >= 0),
    started_at timestamptz,
    delivered_at timestamptz,
    CHECK ((delivered_at IS NOT NULL) = (state = 'delivered')),
    CHECK ((started_at IS NULL) = (state = 'waiting'))
);
CREATE INDEX milestone_of_agreement ON gigs.milestone (agreement_id, position);

CREATE TABLE gigs.booking (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL UNIQUE REFERENCES gigs.agreement (id),
    state text NOT NULL CHECK (state IN ('pending', 'confirmed', 'in_progress', 'completed', 'cancelled')),
    starts_at timestamptz,
    ends_at timestamptz CHECK (ends_at > starts_at),
    notes text NOT NULL,
    revisions smallint NOT NULL CHECK (revisions >= 0),
    confirmed_at timestamptz,
    started_at timestamptz,
    delivered_at timestamptz,
    closed_at timestamptz,
    CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
    CHECK ((closed_at IS NOT NULL) = (state IN ('completed', 'cancelled')))
);

-- A week of hourly work, from Monday 00:00 UTC. `lapse_at`: when it is given up if nobody submits, or resubmits, its hours.
CREATE TABLE gigs.week (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES gigs.agreement (id),
    starts_on date NOT NULL CHECK (extract(isodow FROM starts_on) = 1),
    state text NOT NULL CHECK (state IN ('open', 'submitted', 'objected')),
    rate bigint NOT NULL CHECK (rate > 0),
    cap_minutes integer NOT NULL CHECK (cap_minutes > 0),
    minutes integer CHECK (minutes BETWEEN 0 AND cap_minutes),
    note text NOT NULL,
    objection text NOT NULL,
    submitted_at timestamptz,
    lapse_at timestamptz,
    UNIQUE (agreement_id, starts_on),
    CHECK ((minutes IS NULL) = (submitted_at IS NULL))
);
CREATE INDEX week_to_lapse ON gigs.week (lapse_at) WHERE lapse_at IS NOT NULL;

CREATE TABLE gigs.delivery (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES gigs.agreement (id),
    subject_kind text NOT NULL CHECK (subject_kind IN ('milestone', 'booking')),
    subject_id uuid NOT NULL,
    by_id uuid NOT NULL,
    notes text NOT NULL,
    url text,
    files jsonb NOT NULL,
    delivered_at timestamptz NOT NULL,
    answer text CHECK (answer IN ('approved', 'revision')),
    answer_text text NOT NULL,
    answered_by uuid,
    answered_at timestamptz,
    CHECK ((answer IS NULL) = (answered_at IS NULL))
);
CREATE UNIQUE INDEX one_open_delivery ON gigs.delivery (subject_id) WHERE answer IS NULL;
CREATE INDEX delivery_of_agreement ON gigs.delivery (agreement_id, delivered_at);

-- Protected payment: one row per subject and round; `id` is the id of the hold in the ledger. All that is paid for work goes through here.
CREATE TABLE gigs.escrow (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('milestone', 'booking', 'week')),
    subject_id uuid NOT NULL,
    round smallint NOT NULL CHECK (round > 0),
    agreement_id uuid REFERENCES gigs.agreement (id),
    project_id uuid NOT NULL REFERENCES gigs.project (id),
    client_id uuid NOT NULL REFERENCES identity.account (id),
    worker_id uuid NOT NULL REFERENCES identity.account (id),
    title text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    asset text NOT NULL,
    state text NOT NULL CHECK (state IN ('pending_funding', 'held', 'frozen', 'released', 'refunded', 'split', 'cancelled')),
    frozen_by text,
    release_at timestamptz,
    fee_bp integer NOT NULL,
    fee_min integer NOT NULL,
    paid_gross bigint NOT NULL CHECK (paid_gross BETWEEN 0 AND amount),
    paid_fee bigint NOT NULL CHECK (paid_fee BETWEEN 0 AND paid_gross),
    funded_from text,
    created_at timestamptz NOT NULL,
    funded_at timestamptz,
    closed_at timestamptz,
    UNIQUE (subject_id, round),
    CHECK ((frozen_by IS NOT NULL) = (state = 'frozen')),
    CHECK ((funded_from IS NULL) = (state IN ('pending_funding', 'cancelled'))),
    CHECK ((closed_at IS NULL) = (state IN ('pending_funding', 'held', 'frozen'))),
    CHECK ((paid_gross > 0) = (state IN ('released', 'split'))),
    CHECK (release_at IS NULL OR state NOT IN ('pending_funding', 'cancelled'))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX one_live_escrow ON gigs.escrow (subject_id) WHERE closed_at IS NULL;
CREATE INDEX escrow_of_agreement ON gigs.escrow (agreement_id);
CREATE INDEX escrow_of_project ON gigs.escrow (project_id);
CREATE INDEX escrow_of_client ON gigs.escrow (client_id, created_at, id);
CREATE INDEX escrow_of_worker ON gigs.escrow (worker_id, created_at, id);
CREATE INDEX escrow_to_release ON gigs.escrow (release_at) WHERE state = 'held' AND release_at IS NOT NULL;
