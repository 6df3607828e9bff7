-- Money in suspense leaves in parts: what is `remaining` of it is kept apart still.
ALTER TABLE payments.suspense ADD COLUMN remaining bigint;
UPDATE payments.suspense SET remaining = CASE WHEN resolved_at IS NULL THEN amount ELSE 0 END;
ALTER TABLE payments.suspense ALTER COLUMN remaining SET NOT NULL, ADD CHECK (remaining BETWEEN 0 AND amount),
    ADD CHECK ((remaining = 0) = (resolved_at IS NOT NULL));

-- What the provider has done with it by itself, each once: `ref` is its name for the refund or chargeback that took it, or gave it back.
CREATE TABLE payments.suspense_move (
    provider text NOT NULL,
    ref text NOT NULL,
    way text NOT NULL CHECK (way IN ('gone', 'back')),
    suspense_id uuid NOT NULL REFERENCES payments.suspense (id),
    amount bigint NOT NULL CHECK (amount >= 0),
    at timestamptz NOT NULL,
    PRIMARY KEY (provider, ref, way)
);
