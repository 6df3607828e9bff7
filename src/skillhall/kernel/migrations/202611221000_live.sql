-- One-use tickets by which a browser opens an event stream (it cannot send headers). The row holds the claims of the access token without its
-- signature: worth nothing to who reads it. Unlogged: a ticket lives 30 s, a crash may take it along.
CREATE UNLOGGED TABLE kernel.stream_ticket (
    digest bytea PRIMARY KEY,
    claims jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX stream_ticket_age ON kernel.stream_ticket (expires_at);
