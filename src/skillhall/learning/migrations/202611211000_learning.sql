CREATE SCHEMA learning;

CREATE TABLE learning.offer (
    id uuid PRIMARY KEY,
    host_id uuid NOT NULL REFERENCES identity.account (id),
    profile_id uuid NOT NULL REFERENCES profiles.profile (id),
    skill_id uuid NOT NULL REFERENCES skills.skill (id),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    description text NOT NULL,
    duration_minutes smallint NOT NULL CHECK (duration_minutes BETWEEN 15 AND 480),
    buffer_before_minutes smallint NOT NULL CHECK (buffer_before_minutes BETWEEN 0 AND 60),
    buffer_after_minutes smallint NOT NULL CHECK (buffer_after_minutes BETWEEN 0 AND 60),
    price integer NOT NULL CHECK (price >= 0),
    is_instant boolean NOT NULL,
    notice_minutes integer NOT NULL CHECK (notice_minutes >= 0),
    days_ahead smallint NOT NULL CHECK (days_ahead BETWEEN 1 AND 365),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    hidden_at timestamptz,
    deleted_at timestamptz
);
CREATE INDEX offer_of_host ON learning.offer (host_id, skill_id) WHERE deleted_at IS NULL;
CREATE INDEX offer_of_skill ON learning.offer (skill_id, price, id) WHERE deleted_at IS NULL AND hidden_at IS NULL;
CREATE INDEX offer_by_time ON learning.offer (created_at, id) WHERE deleted_at IS NULL AND hidden_at IS NULL;
CREATE INDEX offer_text ON learning.offer USING gin (title gin_trgm_ops);

CREATE VIEW learning.public_offer AS
SELECT o.id, o.host_id, o.profile_id, o.skill_id, o.title, o.duration_minutes, o.price,
       o.deleted_at IS NULL AND o.hidden_at IS NULL AND a.is_visible AS is_visible
FROM learning.offer o JOIN identity.public_account a ON a.id = o.host_id;

-- Host, profile and skill are copied from the offer, which holds the foreign keys.
CREATE TABLE learning.session (
    id uuid PRIMARY KEY,
    offer_id uuid NOT NULL REFERENCES learning.offer (id),
    host_id uuid NOT NULL,
    host_profile_id uuid NOT NULL,
    skill_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('one_on_one', 'group')),
    state text NOT NULL CHECK (state IN ('requested', 'scheduled', 'in_progress', 'paused', 'interrupted',
                                         'completed', 'cancelled', 'expired', 'no_show_host')),
    title text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
    buffer_before_minutes smallint NOT NULL,
    buffer_after_minutes smallint NOT NULL,
    capacity smallint NOT NULL CHECK (capacity > 0 AND (kind = 'group' OR capacity = 1)),
    taken smallint NOT NULL CHECK (taken BETWEEN 0 AND capacity),
    price integer NOT NULL CHECK (price >= 0),
    terms jsonb NOT NULL,
    room text NOT NULL,
    created_at timestamptz NOT NULL,
    due_at timestamptz,
    remind_at timestamptz,
    host_joined_at timestamptz,
    started_at timestamptz,
    interrupted_at timestamptz,
    ended_at timestamptz,
    closed_as text CHECK (closed_as IN ('declined', 'cancelled', 'suspended', 'interrupted')),
    closed_by uuid,
    closed_reason text,
    CHECK ((due_at IS NOT NULL) = (state IN ('requested', 'scheduled', 'in_progress', 'paused', 'interrupted'))),
    CHECK ((ended_at IS NOT NULL) = (state IN ('completed', 'cancelled', 'expired', 'no_show_host'))),
    CHECK ((closed_as IS NOT NULL) = (state = 'cancelled')),
    CHECK (remind_at IS NULL OR state = 'scheduled')
) WITH (fillfactor = 80);
CREATE INDEX session_due ON learning.session (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX session_reminder ON learning.session (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX session_of_host ON learning.session (host_id, starts_at);
CREATE INDEX session_by_time ON learning.session (starts_at, id);
CREATE INDEX session_by_state ON learning.session (state, starts_at, id);

CREATE TABLE learning.seat (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES learning.session (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    profile_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'offered', 'awaiting_payment', 'requested', 'confirmed', 'joined',
                                         'attended', 'no_show', 'cancelled', 'expired')),
    settlement text NOT NULL CHECK (settlement IN ('none', 'held', 'frozen', 'settled', 'refunded', 'split')),
    round smallint NOT NULL CHECK (round > 0),
    hold_id uuid NOT NULL UNIQUE,
    price integer NOT NULL CHECK (price >= 0),
    gross integer NOT NULL CHECK (gross BETWEEN 0 AND price),
    fee integer NOT NULL CHECK (fee BETWEEN 0 AND gross),
    settle_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    joined_at timestamptz,
    queued_at timestamptz,
    offered_until timestamptz,
    problem text,
    problem_by uuid,
    CONSTRAINT one_seat_per_learner UNIQUE (session_id, account_id),
    CHECK (price > 0 OR settlement = 'none'),
    CHECK (CASE settlement WHEN 'settled' THEN gross = price WHEN 'split' THEN gross > 0 AND gross < price ELSE gross = 0 END)
) WITH (fillfactor = 80);
CREATE INDEX seat_of_account ON learning.seat (account_id, session_id);
CREATE INDEX seat_to_settle ON learning.seat (settle_at) WHERE settlement = 'held';
CREATE INDEX seat_waiting ON learning.seat (session_id, queued_at, id) WHERE state = 'waiting';

CREATE TABLE learning.proposal (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES learning.session (id),
    by_id uuid NOT NULL,
    from_starts_at timestamptz NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'expired', 'void')),
    reason text,
    decided_at timestamptz,
    CHECK ((decided_at IS NULL) = (state = 'open'))
);
CREATE UNIQUE INDEX one_open_proposal ON learning.proposal (session_id) WHERE state = 'open';
CREATE INDEX proposal_of_session ON learning.proposal (session_id, created_at);

CREATE TABLE learning.attendance (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES learning.session (id),
    account_id uuid NOT NULL,
    entered_at timestamptz NOT NULL,
    left_at timestamptz CHECK (left_at >= entered_at)
);
CREATE UNIQUE INDEX one_open_attendance ON learning.attendance (session_id, account_id) WHERE left_at IS NULL;
CREATE INDEX attendance_of_session ON learning.attendance (session_id, entered_at);
