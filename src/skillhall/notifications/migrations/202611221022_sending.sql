-- What staff sends to many: whom, what, when, how far it has come. The fan-out goes on after `last_account_id`.
CREATE TABLE notifications.batch (
    id uuid PRIMARY KEY,
    type text NOT NULL,
    audience jsonb NOT NULL,
    words jsonb NOT NULL,
    path text NOT NULL,
    priority text NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    channels text[],
    data jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('scheduled', 'running', 'done', 'cancelled')),
    at timestamptz NOT NULL,
    expires_at timestamptz,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    last_account_id uuid,
    reached int NOT NULL DEFAULT 0 CHECK (reached >= 0),
    sent int NOT NULL DEFAULT 0 CHECK (sent BETWEEN 0 AND reached),
    withdrawn int NOT NULL DEFAULT 0 CHECK (withdrawn BETWEEN 0 AND sent),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'cancelled')))
) WITH (fillfactor = 85);
CREATE INDEX batch_scheduled ON notifications.batch (at) WHERE state = 'scheduled';
CREATE INDEX batch_newest ON notifications.batch (created_at DESC, id DESC);
