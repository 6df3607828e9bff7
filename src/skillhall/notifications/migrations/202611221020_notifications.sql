-- What everybody is told, how they like to be told, and how much of it is unread.
CREATE SCHEMA notifications;

-- Kept with the rows, by delta, under this row's lock: whoever adds, reads or takes away notices of an account locks it first.
CREATE TABLE notifications.inbox (
    account_id uuid PRIMARY KEY,
    last_sequence bigint NOT NULL DEFAULT 0 CHECK (last_sequence >= 0),
    unread int NOT NULL DEFAULT 0 CHECK (unread >= 0)
) WITH (fillfactor = 70);

-- One thing that one account is told, in words made when it was written. What waits for its time has no sequence yet.
-- `channels` limits it to these, where its sender said so. A silent one is not shown in the inbox and not counted: its reader wants this type by other channels only.
CREATE TABLE notifications.notice (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    sequence bigint,
    type text NOT NULL,
    category text NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    title text NOT NULL CHECK (title <> ''),
    text text NOT NULL,
    action text NOT NULL,
    path text NOT NULL,
    language text NOT NULL,
    priority text NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    actor_id uuid,
    why text NOT NULL,
    rule text NOT NULL,
    event_id uuid,
    facts jsonb NOT NULL,
    data jsonb NOT NULL,
    key text NOT NULL CHECK (key <> ''),
    batch_id uuid,
    channels text[],
    state text NOT NULL CHECK (state IN ('scheduled', 'sent', 'dismissed', 'cancelled', 'expired')),
    at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    read_at timestamptz,
    opened_at timestamptz,
    clicked_at timestamptz,
    acted_at timestamptz,
    acted text,
    is_silent boolean NOT NULL,
    is_deleted boolean NOT NULL DEFAULT false,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (account_id, type, key),
    CHECK (sequence IS NOT NULL OR state IN ('scheduled', 'cancelled', 'expired')),
    CHECK (expires_at > at)
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX notice_sequence ON notifications.notice (account_id, sequence) WHERE sequence IS NOT NULL;
CREATE INDEX notice_newest ON notifications.notice (account_id, at DESC, id DESC) WHERE state = 'sent' AND NOT is_silent AND NOT is_deleted;
CREATE INDEX notice_unread ON notifications.notice (account_id)
    WHERE state = 'sent' AND read_at IS NULL AND NOT is_silent AND NOT is_deleted;
CREATE INDEX notice_scheduled ON notifications.notice (at) WHERE state = 'scheduled';
CREATE INDEX notice_expiring ON notifications.notice (expires_at) WHERE state IN ('scheduled', 'sent');
CREATE INDEX notice_ended ON notifications.notice (expires_at) WHERE state NOT IN ('scheduled', 'sent');
CREATE INDEX notice_of_batch ON notifications.notice (batch_id, account_id) WHERE batch_id IS NOT NULL;
CREATE INDEX notice_made ON notifications.notice (at);
CREATE INDEX notice_about ON notifications.notice (type, subject_id);

-- What differs from the defaults. `name` is a type, a category, or * for everything by that channel.
CREATE TABLE notifications.preference (
    account_id uuid NOT NULL,
    name text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('in_app', 'email', 'push', 'sms')),
    is_on boolean NOT NULL,
    PRIMARY KEY (account_id, name, channel)
);

-- When and how often; accounts that never chose have no row.
CREATE TABLE notifications.setting (
    account_id uuid PRIMARY KEY,
    is_quiet_on boolean NOT NULL,
    quiet_from time NOT NULL,
    quiet_until time NOT NULL,
    email_frequency text NOT NULL CHECK (email_frequency IN ('immediate', 'hourly', 'daily', 'weekly')),
    push_frequency text NOT NULL CHECK (push_frequency IN ('immediate', 'hourly', 'daily', 'weekly')),
    digest_at time NOT NULL,
    digest_weekday int NOT NULL CHECK (digest_weekday BETWEEN 0 AND 6),
    sms_number text CHECK (sms_number ~ '^\+[1-9][0-9]{6,14}$'),
    version int NOT NULL
);
