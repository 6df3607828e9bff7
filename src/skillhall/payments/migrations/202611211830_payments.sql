CREATE SCHEMA payments;

-- One wish to pay for one thing. `state` is where the charge stands; what came of the money afterwards follows from the four sums, and the
-- status on the wire from all five. `ref` is the provider's name for it. Quoted values are copied: later prices change nothing here.
CREATE TABLE payments.payment (
    id uuid PRIMARY KEY,
    payer_id uuid NOT NULL REFERENCES identity.account (id),
    payee_id uuid REFERENCES identity.account (id),
    purpose text NOT NULL CHECK (purpose IN ('credits', 'subscription', 'boost', 'session', 'booking', 'milestone')),
    asked_kind text NOT NULL,
    asked_id uuid NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    title text NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0),
    asset text NOT NULL CHECK (asset ~ '^[A-Z]{3}$'),
    fee bigint NOT NULL CHECK (fee BETWEEN 0 AND amount),
    lines jsonb NOT NULL,
    hold_id uuid,
    coupon_code text,
    provider text NOT NULL,
    ref text,
    client_secret text,
    action_url text,
    method_id uuid,
    is_off_session boolean NOT NULL,
    state text NOT NULL CHECK (state IN ('created', 'requires_action', 'processing', 'succeeded', 'failed', 'cancelled', 'unknown')),
    captured bigint NOT NULL DEFAULT 0 CHECK (captured IN (0, amount)),
    refunded bigint NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    disputed bigint NOT NULL DEFAULT 0 CHECK (disputed >= 0),
    charged_back bigint NOT NULL DEFAULT 0 CHECK (charged_back >= 0),
    provider_fee bigint CHECK (provider_fee >= 0),
    surplus_reason text,
    failure text NOT NULL DEFAULT '',
    origin text NOT NULL DEFAULT 'here' CHECK (origin IN ('here', 'import')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    expires_at timestamptz,
    succeeded_at timestamptz,
    UNIQUE (provider, ref),
    CHECK ((succeeded_at IS NOT NULL) = (state = 'succeeded')),
    CHECK (state = 'succeeded' OR captured = 0),
    CHECK (refunded + disputed + charged_back <= captured)
) WITH (fillfactor = 70);
-- Of one thing a payer has one open payment: who asks again gets it. A failed one stays open for another method until it is given up.
CREATE UNIQUE INDEX one_open_payment ON payments.payment (payer_id, purpose, asked_kind, asked_id)
    WHERE state IN ('created', 'requires_action', 'processing', 'unknown');
CREATE INDEX payment_of_payer ON payments.payment (payer_id, created_at, id);
CREATE INDEX payment_of_payee ON payments.payment (payee_id, created_at, id) WHERE payee_id IS NOT NULL;
CREATE INDEX payment_of_subject ON payments.payment (subject_id);
CREATE UNIQUE INDEX payment_of_hold ON payments.payment (hold_id) WHERE hold_id IS NOT NULL AND captured > 0 AND surplus_reason IS NULL;
CREATE INDEX payment_to_expire ON payments.payment (expires_at)
    WHERE expires_at IS NOT NULL AND state IN ('created', 'requires_action', 'failed');
CREATE INDEX payment_by_time ON payments.payment (created_at, id);

-- Money on its way back. Until the provider has answered it waits in the hold; a refund made in the provider's dashboard has none.
CREATE TABLE payments.refund (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments.payment (id),
    amount bigint NOT NULL CHECK (amount > 0),
    asset text NOT NULL,
    why text NOT NULL CHECK (why IN ('asked', 'released', 'surplus', 'dashboard')),
    reason text NOT NULL DEFAULT '',
    by_id uuid,
    hold_id uuid UNIQUE,
    credits bigint NOT NULL DEFAULT 0 CHECK (credits >= 0),
    provider text NOT NULL,
    ref text,
    state text NOT NULL CHECK (state IN ('pending', 'sent', 'succeeded', 'failed', 'unknown', 'cancelled')),
    failure text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    sent_at timestamptz,  -- wall time
    succeeded_at timestamptz,
    UNIQUE (provider, ref),
    CHECK ((hold_id IS NULL) = (why = 'dashboard')),
    CHECK ((succeeded_at IS NOT NULL) = (state = 'succeeded'))
) WITH (fillfactor = 70);
CREATE INDEX refund_of_payment ON payments.refund (payment_id, created_at);
CREATE INDEX refund_on_its_way ON payments.refund (updated_at) WHERE state IN ('pending', 'sent', 'unknown');
