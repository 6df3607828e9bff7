-- Who talks with whom, what is said, who has read how far.
CREATE SCHEMA messaging;

-- A direct conversation is the only one of its pair of profiles, one of a session or a project the only one of its subject: `key` is
-- derived from them. `owner` is who opened it.
-- `last_sequence` counts messages, `last_revision` what has changed about them since; both without gaps, under the row's lock.
CREATE TABLE messaging.conversation (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('direct', 'group', 'session', 'project')),
    key uuid UNIQUE,
    subject_kind text,
    subject_id uuid,
    title text CHECK (length(title) BETWEEN 1 AND 200),
    owner_profile_id uuid REFERENCES profiles.profile (id),
    owner_account_id uuid,
    last_sequence bigint NOT NULL DEFAULT 0 CHECK (last_sequence >= 0),
    last_revision bigint NOT NULL DEFAULT 0 CHECK (last_revision >= 0),
    last_message_at timestamptz NOT NULL,
    flagged_at timestamptz,
    flagged_reason text CHECK (length(flagged_reason) BETWEEN 1 AND 1000),
    flagged_by uuid,
    deleted_at timestamptz,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((key IS NULL) = (kind = 'group')),
    CHECK ((subject_id IS NOT NULL) = (kind IN ('session', 'project'))),
    CHECK ((subject_id IS NULL) = (subject_kind IS NULL)),
    CHECK ((owner_profile_id IS NULL) = (owner_account_id IS NULL)),
    CHECK ((title IS NULL) = (kind = 'direct')),
    CHECK ((flagged_at IS NULL) = (flagged_reason IS NULL))
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX conversation_of_subject ON messaging.conversation (subject_kind, subject_id) WHERE subject_id IS NOT NULL;

-- One row per account and conversation, by the profile it takes part with. It sees messages from `first_sequence` on, above `hidden_before`,
-- and once it has left up to `until_sequence`; the conversation is hidden from it while `hidden_before` is not below `last_sequence`.
-- `last_read` only rises; reading and one's own flags lock this row alone.
CREATE TABLE messaging.participant (
    conversation_id uuid NOT NULL REFERENCES messaging.conversation (id),
    profile_id uuid NOT NULL REFERENCES profiles.profile (id),
    account_id uuid NOT NULL,
    role text NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'member')),
    joined_at timestamptz NOT NULL,
    left_at timestamptz,
    first_sequence bigint NOT NULL DEFAULT 1 CHECK (first_sequence >= 1),
    until_sequence bigint,
    hidden_before bigint NOT NULL DEFAULT -1 CHECK (hidden_before >= -1),
    last_read bigint NOT NULL DEFAULT 0 CHECK (last_read >= 0),
    is_archived boolean NOT NULL DEFAULT false,
    is_favorite boolean NOT NULL DEFAULT false,
    muted_until timestamptz,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (conversation_id, profile_id),
    UNIQUE (conversation_id, account_id),
    CHECK ((left_at IS NULL) = (until_sequence IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX participant_of_account ON messaging.participant (account_id, profile_id);

-- A system message has no sender and a `code` by which clients translate it. `fingerprint` is what was sent first: by it a resend is
-- told from another message under the same client id. A deleted message keeps its text for evidence; `revision` is of its latest change.
CREATE TABLE messaging.message (
    id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES messaging.conversation (id),
    sequence bigint NOT NULL CHECK (sequence >= 1),
    client_id text NOT NULL CHECK (length(client_id) BETWEEN 1 AND 100),
    fingerprint uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('text', 'file', 'system')),
    profile_id uuid,
    account_id uuid,
    text text NOT NULL CHECK (length(text) <= 4000),
    code text,
    params jsonb,
    subject_kind text,
    subject_id uuid,
    reply_to_id uuid,
    revision bigint,
    edited_at timestamptz,
    deleted_at timestamptz,
    created_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (conversation_id, sequence),
    UNIQUE (conversation_id, client_id),
    CHECK ((account_id IS NULL) = (kind = 'system')),
    CHECK ((profile_id IS NULL) = (kind = 'system')),
    CHECK ((code IS NOT NULL) = (kind = 'system')),
    CHECK ((params IS NOT NULL) = (kind = 'system')),
    CHECK ((subject_id IS NULL) = (subject_kind IS NULL))
);
CREATE INDEX message_about ON messaging.message (subject_kind, subject_id, conversation_id, sequence) WHERE subject_id IS NOT NULL;
CREATE INDEX message_revised ON messaging.message (conversation_id, revision) WHERE revision IS NOT NULL;
CREATE INDEX message_deleted ON messaging.message (conversation_id, sequence) WHERE deleted_at IS NOT NULL;

-- What an edited message said before: `at` is when that version was written.
CREATE TABLE messaging.message_edit (
    message_id uuid NOT NULL REFERENCES messaging.message (id) ON DELETE CASCADE,
    version int NOT NULL CHECK (version >= 1),
    text text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (message_id, version)
);

CREATE TABLE messaging.attachment (
    message_id uuid NOT NULL REFERENCES messaging.message (id) ON DELETE CASCADE,
    position int NOT NULL CHECK (position BETWEEN 1 AND 10),
    file_id uuid NOT NULL UNIQUE,
    name text NOT NULL,
    content_type text NOT NULL,
    size bigint NOT NULL,
    PRIMARY KEY (message_id, position)
);

CREATE TABLE messaging.reaction (
    message_id uuid NOT NULL REFERENCES messaging.message (id) ON DELETE CASCADE,
    profile_id uuid NOT NULL REFERENCES profiles.profile (id),
    account_id uuid NOT NULL,
    emoji text NOT NULL CHECK (length(emoji) BETWEEN 1 AND 16),
    at timestamptz NOT NULL,
    PRIMARY KEY (message_id, profile_id, emoji)
);
CREATE INDEX reaction_of_account ON messaging.reaction (account_id);
