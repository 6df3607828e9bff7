-- How notices leave the hall: one row per notice and channel, digests, browsers that take pushes, addresses that do not work.

-- What is collected for one account, channel and local time, and goes out as one message.
CREATE TABLE notifications.digest (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'push')),
    period text NOT NULL CHECK (period IN ('hourly', 'daily', 'weekly')),
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'empty', 'bounced', 'failed')),
    attempts int NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 3),
    due_at timestamptz NOT NULL,
    retry_at timestamptz,
    sent_at timestamptz,
    address bytea,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (account_id, channel, due_at),
    CHECK ((sent_at IS NOT NULL) <= (state IN ('sent', 'bounced'))),
    CHECK ((retry_at IS NOT NULL) <= (state = 'sending'))
) WITH (fillfactor = 80);
CREATE INDEX digest_due ON notifications.digest (due_at);
CREATE INDEX digest_retried ON notifications.digest (retry_at) WHERE retry_at IS NOT NULL;

-- `due_at` is business time, `retry_at` wall time. `address`: the hash of where a mail went. `reached`: the push subscriptions that have it.
CREATE TABLE notifications.delivery (
    id uuid PRIMARY KEY,
    notice_id uuid NOT NULL REFERENCES notifications.notice (id) ON DELETE CASCADE,
    account_id uuid NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'push', 'sms')),
    state text NOT NULL CHECK (state IN
        ('pending', 'waiting_digest', 'sent', 'delivered', 'opened', 'clicked', 'bounced', 'failed', 'suppressed', 'cancelled')),
    reason text,
    attempts int NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 3),
    digest_id uuid REFERENCES notifications.digest (id),
    due_at timestamptz NOT NULL,
    retry_at timestamptz,
    sent_at timestamptz,
    delivered_at timestamptz,
    opened_at timestamptz,
    clicked_at timestamptz,
    address bytea,
    reached uuid[] NOT NULL DEFAULT '{}',
    recorded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (notice_id, channel),
    CHECK (state <> 'waiting_digest' OR digest_id IS NOT NULL),
    CHECK ((sent_at IS NOT NULL) OR state NOT IN ('sent', 'delivered', 'opened', 'clicked')),
    CHECK ((retry_at IS NOT NULL) <= (state = 'pending'))
) WITH (fillfactor = 80);
CREATE INDEX delivery_of_digest ON notifications.delivery (digest_id) WHERE digest_id IS NOT NULL;
CREATE INDEX delivery_retried ON notifications.delivery (retry_at) WHERE retry_at IS NOT NULL;
CREATE INDEX delivery_due ON notifications.delivery (due_at);
CREATE INDEX delivery_of_account ON notifications.delivery (account_id, due_at DESC);

-- One browser of one member. An endpoint belongs to whoever subscribed last: two people may share a browser.
-- `server_key`: the key of the hall it was made for; with another key the push service refuses it.
CREATE TABLE notifications.push_subscription (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    login_id uuid,
    endpoint text NOT NULL UNIQUE CHECK (length(endpoint) <= 2000),
    p256dh text NOT NULL,
    auth text NOT NULL,
    server_key text NOT NULL,
    user_agent text NOT NULL,
    expires_at timestamptz,
    failed_at timestamptz,
    created_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX push_subscription_of_account ON notifications.push_subscription (account_id, created_at);
CREATE INDEX push_subscription_of_login ON notifications.push_subscription (login_id) WHERE login_id IS NOT NULL;

-- An address that bounced, by its hash. A hard one is not written to until it is proven again, a soft one after too many in a row.
CREATE TABLE notifications.address_state (
    hash bytea PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('hard', 'soft')),
    count int NOT NULL CHECK (count > 0),
    bounced_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 80);
