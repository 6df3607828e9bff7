-- What a host hands out, and what was recorded. What is known of an attached file never changes, so it stands beside its id.
CREATE TABLE learning.material (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES learning.session (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    kind text NOT NULL CHECK (kind IN ('material', 'recording')),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    url text,
    file_id uuid UNIQUE,
    file_name text,
    content_type text,
    size bigint,
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(url, file_id) = 1),
    CHECK (num_nonnulls(file_id, file_name, content_type, size) IN (0, 4))
);
CREATE INDEX material_of_session ON learning.material (session_id, kind, created_at, id);
CREATE INDEX material_of_account ON learning.material (account_id);

-- A participant's own words about a session; `is_shared` are the host's, for everybody who has a seat.
CREATE TABLE learning.note (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES learning.session (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 50000),
    is_shared boolean NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX note_of_session ON learning.note (session_id, account_id);
CREATE INDEX note_of_account ON learning.note (account_id);

CREATE TABLE learning.note_file (
    file_id uuid PRIMARY KEY,
    note_id uuid NOT NULL REFERENCES learning.note (id) ON DELETE CASCADE,
    position smallint NOT NULL,
    file_name text NOT NULL,
    content_type text NOT NULL,
    size bigint NOT NULL
);
CREATE INDEX note_file_of_note ON learning.note_file (note_id, position);

-- What each participant says to being recorded; no row is a no.
CREATE TABLE learning.recording_consent (
    session_id uuid NOT NULL REFERENCES learning.session (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    consents boolean NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (session_id, account_id)
);
CREATE INDEX recording_consent_of_account ON learning.recording_consent (account_id);
