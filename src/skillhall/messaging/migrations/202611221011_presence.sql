-- Who is here now, one row per connected device. Wall time; a crash of the database may lose it: devices say every 30 seconds that they stay.
CREATE UNLOGGED TABLE messaging.device (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    seen_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX device_of_account ON messaging.device (account_id);

-- What staff has stopped is listed for it.
CREATE INDEX conversation_flagged ON messaging.conversation (flagged_at, id) WHERE flagged_at IS NOT NULL;

-- Own messages are found by the beginnings of their words: a search reads those of the caller's conversations and compares words made when
-- they were written (7,000 messages: 15 ms; made anew for each search 200 ms). An index over everybody's words would make senders pay for it.
ALTER TABLE messaging.message ADD words tsvector
    GENERATED ALWAYS AS (CASE WHEN kind <> 'system' THEN to_tsvector('simple', profiles.plain(text)) END) STORED;
