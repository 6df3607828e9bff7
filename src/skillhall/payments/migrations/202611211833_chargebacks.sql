-- A refund that failed keeps its money in its hold until it is tried again, as a new refund with a new key for the provider.
-- `asked_at` is the wall time the provider was last spoken to.
ALTER TABLE payments.refund ADD COLUMN asked_at timestamptz, ADD COLUMN replaced_by uuid UNIQUE REFERENCES payments.refund (id),
    ADD CHECK (replaced_by IS NULL OR state = 'failed');

-- Money that the payer's bank has taken back. It is gone with the first news of it, and back when it is won. From whom it was taken say
-- the legs of its transfer: `waiting` of it out of refunds that had failed, `excess` of it was more than the payment still had, our loss.
CREATE TABLE payments.chargeback (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments.payment (id),
    provider text NOT NULL,
    ref text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    asset text NOT NULL,
    waiting bigint NOT NULL DEFAULT 0 CHECK (waiting >= 0),
    excess bigint NOT NULL DEFAULT 0 CHECK (excess >= 0),
    fee bigint NOT NULL DEFAULT 0 CHECK (fee >= 0),
    reason text NOT NULL DEFAULT '',
    state text NOT NULL CHECK (state IN ('open', 'under_review', 'won', 'lost')),
    answer_by timestamptz,
    opened_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    closed_at timestamptz,
    UNIQUE (provider, ref),
    CHECK (waiting + excess <= amount),
    CHECK ((closed_at IS NOT NULL) = (state IN ('won', 'lost')))
) WITH (fillfactor = 70);
CREATE INDEX chargeback_of_payment ON payments.chargeback (payment_id, opened_at);
CREATE INDEX chargeback_by_time ON payments.chargeback (opened_at, id);
