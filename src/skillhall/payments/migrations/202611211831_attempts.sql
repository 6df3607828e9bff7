ALTER TABLE payments.payment ADD COLUMN heard_at timestamptz;  -- the provider's own time of its latest news
-- A failed payment is open too, for another method: of one thing a payer has one, until it is paid or given up.
DROP INDEX payments.one_open_payment;
CREATE UNIQUE INDEX one_open_payment ON payments.payment (payer_id, purpose, asked_kind, asked_id)
    WHERE state IN ('created', 'requires_action', 'processing', 'failed', 'unknown');

-- A call to a provider that could charge somebody. `id` is its idempotency key there. Never a second one while one is unanswered.
CREATE TABLE payments.attempt (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments.payment (id),
    verb text NOT NULL CHECK (verb IN ('create', 'confirm')),
    state text NOT NULL CHECK (state IN ('prepared', 'sent', 'succeeded', 'failed', 'unknown')),
    token text,
    is_charging boolean NOT NULL,
    sent_at timestamptz,        -- wall time, as all times here
    answered_at timestamptz,
    next_check_at timestamptz,
    checks integer NOT NULL DEFAULT 0,
    error text NOT NULL DEFAULT '',
    CHECK ((sent_at IS NULL) <= (state IN ('prepared', 'failed'))),
    CHECK ((answered_at IS NOT NULL) = (state IN ('succeeded', 'failed')))
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX one_unanswered_attempt ON payments.attempt (payment_id) WHERE state IN ('prepared', 'sent', 'unknown');
CREATE INDEX attempt_of_payment ON payments.attempt (payment_id, id);
CREATE INDEX attempt_without_answer ON payments.attempt (sent_at) WHERE state IN ('sent', 'unknown');

-- What providers tell us, each once. Kept is what it says of payments, in our words: never a name, an address or a secret.
CREATE TABLE payments.inbox (
    id uuid PRIMARY KEY,
    provider text NOT NULL,
    event_id text NOT NULL,
    kind text NOT NULL,
    about text NOT NULL CHECK (about IN ('payment', 'refund', 'chargeback', 'payout', '')),
    facts jsonb,
    state text NOT NULL CHECK (state IN ('pending', 'applied', 'ignored')),
    error text NOT NULL DEFAULT '',
    received_at timestamptz NOT NULL,
    UNIQUE (provider, event_id)
);
CREATE INDEX inbox_pending ON payments.inbox (received_at) WHERE state = 'pending';
CREATE INDEX inbox_by_time ON payments.inbox (received_at);

-- What the provider calls a member, and how the member pays again: tokens of the provider, never a number.
CREATE TABLE payments.customer (
    account_id uuid NOT NULL REFERENCES identity.account (id),
    provider text NOT NULL,
    ref text NOT NULL,
    PRIMARY KEY (account_id, provider)
);
CREATE TABLE payments.method (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.account (id),
    provider text NOT NULL,
    token text NOT NULL,
    kind text NOT NULL,
    brand text NOT NULL,
    last4 text NOT NULL CHECK (last4 ~ '^[0-9]{0,4}$'),
    exp_month smallint CHECK (exp_month BETWEEN 1 AND 12),
    exp_year smallint,
    is_default boolean NOT NULL,
    created_at timestamptz NOT NULL,
    removed_at timestamptz,
    CHECK (removed_at IS NULL OR NOT is_default)
);
CREATE UNIQUE INDEX method_token ON payments.method (account_id, provider, token) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX one_default_method ON payments.method (account_id) WHERE is_default;

-- Money that came in and belongs to nothing we know: another amount or currency than was quoted.
CREATE TABLE payments.suspense (
    id uuid PRIMARY KEY,
    provider text NOT NULL,
    ref text NOT NULL,
    payment_id uuid REFERENCES payments.payment (id),
    amount bigint NOT NULL CHECK (amount > 0),
    asset text NOT NULL,
    reason text NOT NULL,
    received_at timestamptz NOT NULL,
    resolved_at timestamptz,
    resolved_by uuid,
    resolution text NOT NULL DEFAULT '',
    UNIQUE (provider, ref),
    CHECK ((resolved_at IS NULL) = (resolved_by IS NULL))
);
CREATE INDEX suspense_open ON payments.suspense (received_at) WHERE resolved_at IS NULL;

-- What nobody can find out is decided by two people, with evidence.
CREATE TABLE payments.decision (
    subject_kind text NOT NULL CHECK (subject_kind IN ('payment', 'payout')),
    subject_id uuid NOT NULL,
    by_id uuid NOT NULL REFERENCES identity.account (id),
    outcome text NOT NULL,
    evidence text NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (subject_kind, subject_id, by_id)
);
