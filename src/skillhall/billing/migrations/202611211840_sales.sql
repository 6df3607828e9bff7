CREATE SCHEMA IF NOT EXISTS billing;

-- What members subscribe to. `prices` are minor units a month by currency; `limits` say how much of an entitlement a period brings, and what is
-- not named is not limited. Whoever has no subscription has the free plan. Subscriptions keep a copy: a new price is for new ones.
CREATE TABLE billing.plan (
    id uuid PRIMARY KEY,  -- derived from the code
    code text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
    name text NOT NULL,
    description text NOT NULL,
    prices jsonb NOT NULL,
    limits jsonb NOT NULL,
    is_free boolean NOT NULL,
    trial_days smallint NOT NULL CHECK (trial_days BETWEEN 0 AND 365 AND NOT (is_free AND trial_days > 0)),
    position integer NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    archived_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX one_free_plan ON billing.plan (is_free) WHERE is_free AND archived_at IS NULL;

CREATE TABLE billing.package (
    id uuid PRIMARY KEY,  -- derived from the code
    code text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
    name text NOT NULL,
    description text NOT NULL,
    credits bigint NOT NULL CHECK (credits > 0),
    prices jsonb NOT NULL,
    position integer NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    archived_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- So many basis points, or a fixed amount by currency, off what is sold. `items` are codes of plans and packages and kinds of boosts, none:
-- all of its purposes. `taken` counts uses and reservations, so that the last one is given away once.
CREATE TABLE billing.coupon (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9][A-Z0-9_-]{0,39}$'),
    percent_bp integer CHECK (percent_bp BETWEEN 1 AND 10000),
    amounts jsonb,
    purposes text[] NOT NULL CHECK (cardinality(purposes) > 0 AND purposes <@ '{credits,subscription,boost}'),
    items text[] NOT NULL,
    periods smallint CHECK (periods > 0),  -- of a subscription; null: all of them
    most integer CHECK (most > 0),
    most_each integer CHECK (most_each > 0),
    starts_at timestamptz,
    ends_at timestamptz,
    is_active boolean NOT NULL,
    taken integer NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 1,
    archived_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((percent_bp IS NULL) <> (amounts IS NULL)),
    CHECK (taken >= 0 AND (most IS NULL OR taken <= most)),
    CHECK (starts_at < ends_at)
) WITH (fillfactor = 70);

-- `terms` is the plan as it was bought. `due_at` is when time alone changes it next: the period ends, or a renewal is tried again.
-- `renewal_id` is the purchase that waits to be paid for the period to come, `tries` how often it was charged, `failed_tries` the last of
-- them that was refused. A period ends so many `months` after `anchor_at`; `period_net` is what the whole of it is worth at the price paid.
CREATE TABLE billing.subscription (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.account (id),
    terms jsonb NOT NULL,
    next_terms jsonb,  -- the cheaper plan from the next period on
    state text NOT NULL CHECK (state IN ('trialing', 'active', 'past_due', 'ended')),
    has_tried boolean NOT NULL,  -- it began with a trial
    anchor_at timestamptz NOT NULL,
    months integer NOT NULL CHECK (months >= 0),
    period_no integer NOT NULL,
    period_start timestamptz NOT NULL,
    period_end timestamptz NOT NULL,
    period_net bigint NOT NULL CHECK (period_net >= 0),
    discount jsonb,
    is_cancelling boolean NOT NULL,
    renewal_id uuid,
    tries smallint NOT NULL DEFAULT 0,
    failed_tries smallint NOT NULL DEFAULT 0,
    due_at timestamptz,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text,
    CHECK (period_start < period_end),
    CHECK ((ended_at IS NOT NULL) = (state = 'ended') AND (due_at IS NULL) = (state = 'ended') AND (end_reason IS NULL) = (ended_at IS NULL)),
    CHECK (state <> 'past_due' OR renewal_id IS NOT NULL)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX one_live_subscription ON billing.subscription (account_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX one_trial ON billing.subscription (account_id) WHERE has_tried;
CREATE INDEX subscription_due ON billing.subscription (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX subscription_of_account ON billing.subscription (account_id, started_at);

-- One thing a member buys of the community, as it was quoted. What the payment brings is in `kind` and its fields; what went back is in the sums.
CREATE TABLE billing.purchase (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.account (id),
    purpose text NOT NULL CHECK (purpose IN ('credits', 'subscription', 'boost')),
    kind text NOT NULL CHECK (kind IN ('package', 'plan', 'renewal', 'upgrade', 'boost')),
    asked_kind text NOT NULL,
    asked_id uuid NOT NULL,
    title text NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0),
    tax bigint NOT NULL CHECK (tax BETWEEN 0 AND amount),
    asset text NOT NULL CHECK (asset ~ '^[A-Z]{3}$'),
    lines jsonb NOT NULL,
    credits bigint NOT NULL DEFAULT 0 CHECK ((credits > 0) = (kind = 'package')),
    terms jsonb,
    old_terms jsonb,  -- of an upgrade: what it replaces
    old_net bigint NOT NULL DEFAULT 0,  -- and what a whole period of that was worth
    subscription_id uuid REFERENCES billing.subscription (id),
    period_no integer,
    is_trial boolean NOT NULL DEFAULT false,
    discount jsonb,  -- what the coupon takes off the periods to come
    boost text,
    days integer,
    coupon_code text,
    state text NOT NULL CHECK (state IN ('open', 'paid', 'dead')),
    dead_reason text,
    payment_id uuid UNIQUE,
    money_back bigint NOT NULL DEFAULT 0 CHECK (money_back BETWEEN 0 AND amount),
    credits_back bigint NOT NULL DEFAULT 0 CHECK (credits_back BETWEEN 0 AND credits),
    revoked_at timestamptz,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    paid_at timestamptz,
    CHECK ((paid_at IS NOT NULL) = (state = 'paid') AND (payment_id IS NOT NULL) = (state = 'paid')),
    CHECK ((dead_reason IS NOT NULL) = (state = 'dead')),
    CHECK ((kind IN ('plan', 'renewal', 'upgrade')) = (terms IS NOT NULL)),
    CHECK ((kind = 'boost') = (boost IS NOT NULL) AND (boost IS NULL) = (days IS NULL)),
    CHECK (kind NOT IN ('renewal', 'upgrade') OR num_nonnulls(subscription_id, period_no) = 2)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX one_open_purchase ON billing.purchase (account_id, asked_kind, asked_id) WHERE state = 'open';
CREATE UNIQUE INDEX one_renewal ON billing.purchase (subscription_id, period_no) WHERE kind = 'renewal';
CREATE UNIQUE INDEX one_open_upgrade ON billing.purchase (subscription_id) WHERE kind = 'upgrade' AND state = 'open';
CREATE INDEX purchase_of_account ON billing.purchase (account_id, created_at, id);
CREATE INDEX purchase_by_time ON billing.purchase (created_at, id);

-- A coupon spent on a purchase, or kept for it while its payment is open.
CREATE TABLE billing.coupon_use (
    purchase_id uuid PRIMARY KEY REFERENCES billing.purchase (id),
    coupon_id uuid NOT NULL REFERENCES billing.coupon (id),
    account_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('reserved', 'used', 'given_back')),
    at timestamptz NOT NULL
);
CREATE INDEX use_of_coupon ON billing.coupon_use (coupon_id, account_id) WHERE state <> 'given_back';

-- What of a purchase went back or is on its way, so that a refund that failed, or a chargeback that was won, can be undone.
CREATE TABLE billing.returned (
    id uuid PRIMARY KEY,  -- the refund's hold, or new
    purchase_id uuid NOT NULL REFERENCES billing.purchase (id),
    why text NOT NULL CHECK (why IN ('refund', 'clawback', 'chargeback')),
    amount bigint NOT NULL CHECK (amount > 0),
    credits bigint NOT NULL CHECK (credits >= 0),
    undone_at timestamptz,
    at timestamptz NOT NULL
);
CREATE INDEX returned_of_purchase ON billing.returned (purchase_id);

-- How much of an entitlement somebody has used in a period, and how much is kept for what is under way.
CREATE TABLE billing.usage (
    account_id uuid NOT NULL,
    entitlement text NOT NULL,
    period_start timestamptz NOT NULL,
    used bigint NOT NULL CHECK (used >= 0),
    reserved bigint NOT NULL CHECK (reserved >= 0),
    PRIMARY KEY (account_id, entitlement, period_start)
) WITH (fillfactor = 70);
CREATE TABLE billing.reservation (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    entitlement text NOT NULL,
    period_start timestamptz NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    state text NOT NULL CHECK (state IN ('reserved', 'used', 'given_back')),
    at timestamptz NOT NULL
);
CREATE INDEX reservation_of_account ON billing.reservation (account_id, entitlement, period_start);
