-- Identity: who signs in, how, and what they may do.
CREATE SCHEMA identity;

-- One person's sign-in. Addresses are stored lowercased; an erased account is a tombstone without one.
CREATE TABLE identity.account (
    id uuid PRIMARY KEY,
    email text CHECK (email = lower(email)),
    email_verified boolean NOT NULL,
    password_hash text,
    first_name text NOT NULL DEFAULT '',
    last_name text NOT NULL DEFAULT '',
    display_name text NOT NULL,
    timezone text NOT NULL,
    locale text NOT NULL,
    state text NOT NULL
        CHECK (state IN ('pending_verification', 'active', 'suspended', 'banned', 'deactivated', 'closing', 'erased')),
    state_reason text,
    suspended_until timestamptz CHECK (suspended_until IS NULL OR state = 'suspended'),
    erase_at timestamptz,
    erased_by text[] NOT NULL DEFAULT '{}',
    erased_at timestamptz CHECK (erased_at IS NULL OR state = 'erased'),
    roles text[] NOT NULL DEFAULT '{}' CHECK (roles <@ ARRAY['moderator', 'support', 'admin', 'super_admin']),
    abilities text[] NOT NULL CHECK (abilities <@ ARRAY['learner', 'host', 'worker', 'client']),
    origin text NOT NULL,
    created_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((email IS NULL) = (state = 'erased')),
    CHECK ((erase_at IS NULL) = (state NOT IN ('closing', 'erased'))),
    CHECK (state <> 'active' OR email_verified),
    CHECK (state <> 'pending_verification' OR NOT email_verified)
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX account_email ON identity.account (email);
CREATE INDEX account_created ON identity.account (created_at, id);
CREATE INDEX account_search ON identity.account USING gin ((coalesce(email, '') || ' ' || first_name || ' ' || last_name || ' ' || display_name) gin_trgm_ops);
CREATE INDEX account_staff ON identity.account (id) WHERE roles <> '{}';
CREATE INDEX account_suspended ON identity.account (suspended_until) WHERE suspended_until IS NOT NULL;
CREATE INDEX account_erase ON identity.account (erase_at) WHERE erase_at IS NOT NULL AND erased_at IS NULL;

-- One signed-in device. Of its refresh tokens only hashes rest here: the current one's and the one's it replaced.
CREATE TABLE identity.login (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.account,
    profile_id uuid NOT NULL,
    method text NOT NULL CHECK (method IN ('code', 'password', 'google', 'github')),
    revision int NOT NULL DEFAULT 1,
    refresh_hash bytea NOT NULL,
    replaced_hash bytea,
    rotated_at timestamptz NOT NULL,
    device text NOT NULL,
    address text NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    changed_at timestamptz,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_why text,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX login_account ON identity.login (account_id) WHERE ended_at IS NULL;
CREATE INDEX login_changed ON identity.login (changed_at) WHERE changed_at IS NOT NULL;
CREATE INDEX login_expiry ON identity.login (expires_at);

-- A mailed secret: a code for signing in, or the token of a link. The job that mails it makes it; until then there is no hash.
CREATE TABLE identity.code (
    id uuid PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('sign_in', 'verify_email', 'reset_password')),
    email text NOT NULL,
    hash bytea,
    tries int NOT NULL DEFAULT 0,
    tries_allowed int NOT NULL CHECK (tries_allowed > 0),
    requested_at timestamptz NOT NULL,
    expires_at timestamptz,
    used_at timestamptz,
    CHECK (tries <= tries_allowed),
    CHECK ((hash IS NULL) = (expires_at IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX code_newest ON identity.code (email, purpose, expires_at DESC);
CREATE UNIQUE INDEX code_link ON identity.code (hash) WHERE purpose <> 'sign_in';
CREATE INDEX code_age ON identity.code (requested_at);

-- What was asked of or tried at an address lately, whether an account has it or not. Wall time.
CREATE TABLE identity.attempts (
    email text NOT NULL,
    purpose text NOT NULL,
    times timestamptz[] NOT NULL DEFAULT '{}',
    locked_until timestamptz,
    touched_at timestamptz NOT NULL,
    PRIMARY KEY (email, purpose)
) WITH (fillfactor = 70);
CREATE INDEX attempts_age ON identity.attempts (touched_at);

-- Sign-in through an outside party: begun here, ended by its code; `state_hash` is of what the browser carries there and back.
CREATE TABLE identity.outside_attempt (
    id uuid PRIMARY KEY,
    provider text NOT NULL,
    state_hash bytea NOT NULL UNIQUE,
    redirect_uri text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX outside_attempt_age ON identity.outside_attempt (expires_at);

CREATE TABLE identity.outside_sign_in (
    provider text NOT NULL,
    subject text NOT NULL,
    account_id uuid NOT NULL REFERENCES identity.account,
    linked_at timestamptz NOT NULL,
    PRIMARY KEY (provider, subject)
);
CREATE INDEX outside_sign_in_account ON identity.outside_sign_in (account_id);

CREATE TABLE identity.api_key (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.account,
    profile_id uuid NOT NULL,
    name text NOT NULL,
    hash bytea NOT NULL UNIQUE,
    hint text NOT NULL,
    scopes text[] NOT NULL CHECK (scopes <> '{}'),
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    used_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX api_key_account ON identity.api_key (account_id, created_at DESC) WHERE revoked_at IS NULL;

CREATE TABLE identity.block (
    account_id uuid NOT NULL REFERENCES identity.account,
    blocked_id uuid NOT NULL REFERENCES identity.account,
    blocked_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, blocked_id),
    CHECK (account_id <> blocked_id)
);
CREATE INDEX block_blocked ON identity.block (blocked_id);

-- A person's own data, collected by a job; one at a time.
CREATE TABLE identity.export (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.account,
    requested_at timestamptz NOT NULL,
    ready_at timestamptz,
    expires_at timestamptz NOT NULL,
    document text,
    CHECK ((ready_at IS NULL) = (document IS NULL))
);
CREATE INDEX export_account ON identity.export (account_id, requested_at DESC);
CREATE INDEX export_expiry ON identity.export (expires_at);

CREATE VIEW identity.public_account AS
    SELECT id, display_name, timezone, state IN ('active', 'pending_verification') AS is_visible FROM identity.account;

CREATE VIEW identity.staff_account AS
    SELECT id, email, first_name, last_name, display_name, state, timezone, locale, email_verified, roles, abilities, origin, created_at
    FROM identity.account;

CREATE VIEW identity.public_block AS SELECT account_id, blocked_id FROM identity.block;
