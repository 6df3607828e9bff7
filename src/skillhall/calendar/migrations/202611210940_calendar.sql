CREATE SCHEMA calendar;

-- One row per account: what a transaction locks before it takes or frees anybody's time. Its zone rules the person's hours.
CREATE TABLE calendar.person (
    account_id uuid PRIMARY KEY REFERENCES identity.account (id),
    timezone   text,
    version    bigint NOT NULL DEFAULT 0  -- of zone, weekly hours and overrides together
) WITH (fillfactor = 85);

-- Windows are minutes after local midnight, end excluded, up to 1440.
CREATE TABLE calendar.weekly_hours (
    account_id uuid NOT NULL REFERENCES calendar.person (account_id),
    weekday    smallint NOT NULL CHECK (weekday BETWEEN 0 AND 6),  -- Monday is 0
    windows    int4multirange NOT NULL CHECK (NOT isempty(windows) AND windows <@ int4range(0, 1440)),
    PRIMARY KEY (account_id, weekday)
);

CREATE TABLE calendar.override (
    account_id  uuid NOT NULL REFERENCES calendar.person (account_id),
    override_on date NOT NULL,
    windows     int4multirange NOT NULL CHECK (windows <@ int4range(0, 1440)),  -- none: closed that day
    PRIMARY KEY (account_id, override_on)
);

-- What takes a person's time. `span` is what is taken (buffers included), `starts_at` to `ends_at` the thing itself.
CREATE TABLE calendar.entry (
    id           uuid PRIMARY KEY,
    account_id   uuid NOT NULL REFERENCES calendar.person (account_id),
    subject_kind text NOT NULL,
    subject_id   uuid NOT NULL,
    firm         boolean NOT NULL,
    title        text NOT NULL,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    span         tstzrange NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT entry_span_is_finite CHECK (
        NOT isempty(span) AND NOT lower_inf(span) AND NOT upper_inf(span) AND isfinite(lower(span)) AND isfinite(upper(span))
        AND lower_inc(span) AND NOT upper_inc(span)
    ),
    CONSTRAINT entry_span_covers_it CHECK (starts_at < ends_at AND lower(span) <= starts_at AND ends_at <= upper(span)),
    CONSTRAINT entry_never_twice EXCLUDE USING gist (account_id WITH =, span WITH &&, subject_id WITH <>) WHERE (firm)
);
CREATE INDEX entry_by_end ON calendar.entry (account_id, upper(span));
CREATE INDEX entry_by_subject ON calendar.entry (subject_id);

-- The link of a person's calendar feed; only the hash of its token is kept.
CREATE TABLE calendar.feed (
    account_id  uuid PRIMARY KEY REFERENCES identity.account (id),
    token_hash  bytea NOT NULL UNIQUE,
    recorded_at timestamptz NOT NULL DEFAULT now()
);

CREATE VIEW calendar.staff_entry AS
SELECT id, account_id, subject_kind, subject_id, firm, title, starts_at, ends_at, span FROM calendar.entry;
