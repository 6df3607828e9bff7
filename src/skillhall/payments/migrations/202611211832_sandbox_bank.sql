-- The bank of the sandbox: a party outside of our own making, for development, demonstrations and tests. Nothing of the house reads these
-- tables but the bank itself, in transactions of its own; its times are wall time, as any bank's. `key` is what we sent with the call: the
-- same key is the same call. `behaves` is what the payer's method does, by its token.
CREATE TABLE payments.sandbox_method (
    token text PRIMARY KEY,
    customer text NOT NULL,
    behaves text NOT NULL,
    is_detached boolean NOT NULL DEFAULT false
);

CREATE TABLE payments.sandbox_charge (
    ref text PRIMARY KEY,
    key uuid NOT NULL UNIQUE,
    payment_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    asset text NOT NULL,
    title text NOT NULL,
    return_url text NOT NULL,
    is_captured boolean NOT NULL,
    behaves text NOT NULL DEFAULT '',
    state text NOT NULL CHECK (state IN ('created', 'requires_action', 'processing', 'succeeded', 'failed', 'cancelled')),
    captured bigint NOT NULL DEFAULT 0 CHECK (captured >= 0),
    booked_asset text NOT NULL,
    fee bigint CHECK (fee >= 0),
    failure text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL
);
CREATE INDEX sandbox_charge_of_payment ON payments.sandbox_charge (payment_id);

CREATE TABLE payments.sandbox_refund (
    ref text PRIMARY KEY,
    key uuid UNIQUE,  -- NULL: made at the bank's own desk
    charge_ref text NOT NULL REFERENCES payments.sandbox_charge (ref),
    amount bigint NOT NULL CHECK (amount > 0),
    asset text NOT NULL,
    state text NOT NULL CHECK (state IN ('processing', 'succeeded', 'failed')),
    failure text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL
);
CREATE INDEX sandbox_refund_of_charge ON payments.sandbox_refund (charge_ref);

CREATE TABLE payments.sandbox_chargeback (
    ref text PRIMARY KEY,
    charge_ref text NOT NULL REFERENCES payments.sandbox_charge (ref),
    amount bigint NOT NULL CHECK (amount > 0),
    asset text NOT NULL,
    fee bigint NOT NULL CHECK (fee >= 0),
    state text NOT NULL CHECK (state IN ('open', 'won', 'lost')),
    created_at timestamptz NOT NULL
);
CREATE INDEX sandbox_chargeback_of_charge ON payments.sandbox_chargeback (charge_ref);

CREATE TABLE payments.sandbox_payout (
    ref text PRIMARY KEY,
    key uuid NOT NULL UNIQUE,
    amount bigint NOT NULL CHECK (amount > 0),
    asset text NOT NULL,
    destination text NOT NULL,
    state text NOT NULL CHECK (state IN ('processing', 'paid', 'failed', 'returned')),
    failure text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL
);

-- The statement of our account there.
CREATE TABLE payments.sandbox_movement (
    id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('charge', 'refund', 'chargeback', 'chargeback_won', 'payout', 'payout_returned')),
    amount bigint NOT NULL CHECK (amount <> 0),
    fee bigint NOT NULL CHECK (fee >= 0),
    asset text NOT NULL,
    ref text NOT NULL,
    our_id uuid,
    at timestamptz NOT NULL
);
CREATE INDEX sandbox_movement_by_time ON payments.sandbox_movement (at, id);

-- What the bank tells us, kept so that it can be told again.
CREATE TABLE payments.sandbox_event (
    id text PRIMARY KEY,
    ref text NOT NULL,
    body bytea NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX sandbox_event_of_ref ON payments.sandbox_event (ref, at, id);
