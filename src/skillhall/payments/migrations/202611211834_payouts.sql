-- Where a member's earnings go: a token of the provider or a PayPal address, never a number of a bank. `kyc` is whether staff knows who
-- the person is; `next_payout_at` when the sweep pays out by itself (business time).
CREATE TABLE payments.payout_account (
    account_id uuid PRIMARY KEY REFERENCES identity.account (id),
    kind text NOT NULL CHECK (kind IN ('bank_transfer', 'paypal')),
    provider text NOT NULL,
    destination text NOT NULL,
    label text NOT NULL,
    asset text NOT NULL CHECK (asset ~ '^[A-Z]{3}$'),
    schedule text NOT NULL CHECK (schedule IN ('manual', 'daily', 'weekly', 'monthly')),
    kyc text NOT NULL DEFAULT 'none' CHECK (kyc IN ('none', 'pending', 'verified', 'rejected')),
    note text NOT NULL DEFAULT '',
    documents uuid[] NOT NULL DEFAULT '{}',
    asked_at timestamptz,
    decided_at timestamptz,
    decided_by uuid,
    reason text NOT NULL DEFAULT '',
    next_payout_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((next_payout_at IS NOT NULL) = (schedule <> 'manual' AND kyc = 'verified'))
);
CREATE INDEX payout_account_due ON payments.payout_account (next_payout_at) WHERE next_payout_at IS NOT NULL;
CREATE INDEX payout_account_to_check ON payments.payout_account (kyc, asked_at, account_id);
CREATE INDEX payout_account_by_time ON payments.payout_account (created_at, account_id);

-- Earnings on their way out. The money waits in the hold until the provider has answered; its destination is copied. `id` is the key of
-- the call, which is therefore made for one row only: another try is another row.
CREATE TABLE payments.payout (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.account (id),
    amount bigint NOT NULL CHECK (amount > 0),
    asset text NOT NULL,
    kind text NOT NULL,
    provider text NOT NULL,
    destination text NOT NULL,
    label text NOT NULL,
    hold_id uuid NOT NULL UNIQUE,
    is_automatic boolean NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'processing', 'unknown', 'paid', 'failed', 'returned', 'cancelled')),
    ref text,
    failure text NOT NULL DEFAULT '',
    why text NOT NULL DEFAULT '',
    is_short boolean NOT NULL DEFAULT false,
    checks integer NOT NULL DEFAULT 0,
    requested_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    sent_at timestamptz,  -- wall time
    paid_at timestamptz,
    UNIQUE (provider, ref),
    CHECK (sent_at IS NOT NULL OR state IN ('pending', 'cancelled'))
) WITH (fillfactor = 70);
CREATE INDEX payout_of_account ON payments.payout (account_id, requested_at, id);
CREATE INDEX payout_by_time ON payments.payout (requested_at, id);
CREATE INDEX payout_pending ON payments.payout (account_id, id) WHERE state = 'pending';
CREATE INDEX payout_out ON payments.payout (provider, asset) WHERE state IN ('processing', 'unknown');

-- One comparison of a provider's statement of one UTC day with our books, made again as often as it is asked for. `totals` are, by
-- currency: what the books say we have there, what all statements add up to, and how much of the difference has a known cause.
CREATE TABLE payments.reconciliation (
    id uuid PRIMARY KEY,
    provider text NOT NULL,
    day date NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    runs integer NOT NULL DEFAULT 1,
    movements integer NOT NULL DEFAULT 0,
    totals jsonb NOT NULL DEFAULT '[]',
    is_clean boolean NOT NULL DEFAULT false,
    error text NOT NULL DEFAULT '',
    started_at timestamptz NOT NULL,  -- wall time, as all of these
    finished_at timestamptz,
    UNIQUE (provider, day)
);
CREATE INDEX reconciliation_by_day ON payments.reconciliation (day, id);

-- The lines of all statements. `about` is what a line belongs to here: a payment with all that came back of it, a payout, or (unknown to
-- us) the line itself.
CREATE TABLE payments.movement (
    id uuid PRIMARY KEY,
    provider text NOT NULL,
    number text NOT NULL,
    kind text NOT NULL,
    amount bigint NOT NULL,
    fee bigint NOT NULL,
    asset text NOT NULL,
    ref text NOT NULL,
    our_id uuid,
    at timestamptz NOT NULL,
    about_kind text CHECK (about_kind IN ('payment', 'payout', 'suspense', 'movement')),
    about_id uuid,
    error text NOT NULL DEFAULT '',
    UNIQUE (provider, number),
    CHECK ((about_kind IS NULL) = (about_id IS NULL))
);
CREATE INDEX movement_to_explain ON payments.movement (provider, at) WHERE about_id IS NULL;
CREATE INDEX movement_about ON payments.movement (about_id) WHERE about_id IS NOT NULL;
CREATE INDEX movement_by_time ON payments.movement (provider, at);

-- Where books and statements did not agree, and why; `booked` and `stated` are what each said we got through it when it was found. One
-- that was mended, or that time has explained, is closed.
CREATE TABLE payments.difference (
    id uuid PRIMARY KEY,
    reconciliation_id uuid NOT NULL REFERENCES payments.reconciliation (id),
    provider text NOT NULL,
    asset text NOT NULL,
    cause text NOT NULL CHECK (cause IN ('unheard', 'fee', 'unknown', 'in_transit', 'imported', 'missing', 'differs', 'failed')),
    about_kind text NOT NULL,
    about_id uuid NOT NULL,
    booked bigint NOT NULL,
    stated bigint NOT NULL,
    note text NOT NULL DEFAULT '',
    found_at timestamptz NOT NULL,
    closed_at timestamptz
);
CREATE UNIQUE INDEX one_open_difference ON payments.difference (provider, about_id, asset) WHERE closed_at IS NULL;
CREATE INDEX difference_of_reconciliation ON payments.difference (reconciliation_id, found_at, id);
