-- The kernel's own tables. The runner of migrations has made the schema and kernel.migration.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Business time = wall time + shift. Stays zero in production.
CREATE TABLE kernel.clock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    shift interval NOT NULL DEFAULT interval '0' CHECK (shift >= interval '0')
);
INSERT INTO kernel.clock DEFAULT VALUES;

-- Answers kept for retries, written in the command's own transaction (rules.md "Idempotency").
CREATE TABLE kernel.idempotency (
    caller uuid NOT NULL,
    key text NOT NULL,
    operation text NOT NULL,
    input_hash bytea NOT NULL,
    status int,
    body bytea,
    headers jsonb,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_age ON kernel.idempotency (recorded_at);

-- The outbox: every published fact, in the order the database gave. `txid` gives relays a safe horizon.
CREATE TABLE kernel.event (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    type text NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    data jsonb NOT NULL,
    public boolean NOT NULL,
    request_id text NOT NULL DEFAULT ''
);
CREATE INDEX event_type ON kernel.event (type, position);
CREATE INDEX event_public ON kernel.event (txid, position) WHERE public;

-- Who hears what; written by `migrate` from the modules, so that old and new processes agree.
CREATE TABLE kernel.subscription (
    receiver text NOT NULL,
    event_type text NOT NULL,
    ordered boolean NOT NULL,
    PRIMARY KEY (event_type, receiver)
);

-- One row per event and subscriber, and one per task put aside; deleted when done, kept as 'dead' when given up.
CREATE TABLE kernel.delivery (
    id uuid PRIMARY KEY,
    receiver text NOT NULL,
    event_position bigint,
    payload jsonb,
    key text,
    ordered_by uuid,
    due_at timestamptz NOT NULL,
    retry_at timestamptz NOT NULL DEFAULT '-infinity',
    attempts int NOT NULL DEFAULT 0,
    lease_id uuid,
    lease_until timestamptz,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'dead')),
    last_error text,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((event_position IS NULL) <> (payload IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX delivery_due ON kernel.delivery (due_at) WHERE state = 'waiting';
CREATE INDEX delivery_dead ON kernel.delivery (receiver) WHERE state = 'dead';
CREATE UNIQUE INDEX delivery_key ON kernel.delivery (receiver, key) WHERE key IS NOT NULL;
CREATE INDEX delivery_order ON kernel.delivery (receiver, ordered_by, event_position) WHERE ordered_by IS NOT NULL;

-- When housekeeping runs next, wall time.
CREATE TABLE kernel.schedule (
    name text PRIMARY KEY,
    next_at timestamptz NOT NULL
);

-- Append only: who did what to what, and why.
CREATE TABLE kernel.audit (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    account_id uuid NOT NULL,
    login_id uuid,
    context text,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    before jsonb,
    after jsonb,
    reason text,
    request_id text NOT NULL,
    address text NOT NULL
);
CREATE INDEX audit_subject ON kernel.audit (subject_kind, subject_id, position);
CREATE INDEX audit_account ON kernel.audit (account_id, position);

CREATE FUNCTION kernel.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append only', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON kernel.audit
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_change();

-- What the mail catcher caught (sandbox mode without an SMTP server).
CREATE TABLE kernel.mail (
    id uuid PRIMARY KEY,
    rcpt text NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    html text,
    message_id text NOT NULL UNIQUE,
    recorded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX mail_rcpt ON kernel.mail (rcpt, recorded_at);

-- Strict rate limits: hits per fixed wall-clock window.
CREATE TABLE kernel.rate (
    name text NOT NULL,
    key text NOT NULL,
    window_start timestamptz NOT NULL,
    hits int NOT NULL,
    PRIMARY KEY (name, key, window_start)
);

-- Uploaded files, their content kept under their id; `attached` once a subject refers to them, swept after a day otherwise.
CREATE TABLE kernel.file (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    purpose text NOT NULL,
    content_type text NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    name text NOT NULL,
    subject_kind text,
    subject_id uuid,
    state text NOT NULL CHECK (state IN ('pending', 'stored', 'attached')),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((state = 'attached') = (subject_id IS NOT NULL))
);
CREATE INDEX file_loose ON kernel.file (recorded_at) WHERE state <> 'attached';
CREATE INDEX file_subject ON kernel.file (subject_kind, subject_id) WHERE subject_id IS NOT NULL;

-- How far each relay of public events has come: everything `seen` shows has left the house, and of what only `upto` shows,
-- everything up to `position`. Snapshots, because positions (and transaction ids) commit out of their order.
CREATE TABLE kernel.relay (
    name text PRIMARY KEY,
    seen pg_snapshot NOT NULL,
    upto pg_snapshot NOT NULL,
    position bigint NOT NULL
);
