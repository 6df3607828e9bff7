-- A calendar elsewhere (iCalendar by URL) whose busy times become soft entries of its person: subject kind `import`.
CREATE TABLE calendar.import (
    id          uuid PRIMARY KEY,
    account_id  uuid NOT NULL REFERENCES calendar.person (account_id),
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    url         text NOT NULL CHECK (length(url) <= 2100),
    state       text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'ok', 'failing')),
    problem     text,
    failures    integer NOT NULL DEFAULT 0 CHECK (failures >= 0),  -- in a row
    etag        text,  -- what the other server said of the file as it was last read: etag, modified
    modified    text,
    digest      bytea,
    checked_at  timestamptz,           -- these three by the wall clock, which is the other server's too
    read_at     timestamptz,           -- when its times were last worked out
    next_at     timestamptz NOT NULL,  -- when to look again
    version     integer NOT NULL DEFAULT 1,  -- of name and address
    created_at  timestamptz NOT NULL,
    CHECK ((state = 'failing') = (problem IS NOT NULL)),
    CHECK ((state = 'failing') = (failures > 0)),
    CHECK (state <> 'ok' OR read_at IS NOT NULL)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX import_once ON calendar.import (account_id, md5(url));  -- an address may be longer than an index holds
CREATE INDEX import_due ON calendar.import (next_at);

-- A year of imported time must not be read for a question about four weeks: what ends long after the period can meet it only
-- when it is long itself, and there is little of that.
CREATE INDEX entry_long ON calendar.entry (account_id, upper(span)) WHERE upper(span) - lower(span) > interval '1 day';

-- Who is open at any time: whoever looks for free time need not ask about anybody else.
CREATE VIEW calendar.public_open AS
SELECT account_id FROM calendar.weekly_hours UNION ALL SELECT account_id FROM calendar.override WHERE NOT isempty(windows);
