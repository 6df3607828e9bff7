-- Who is connected to whom, who follows whom, and what somebody has put aside.
CREATE SCHEMA connections;

-- One row per unordered pair of profiles. A rejected or withdrawn one stays: it says when the same profile may ask again.
CREATE TABLE connections.connection (
    id uuid PRIMARY KEY,
    requester_id uuid NOT NULL REFERENCES profiles.profile (id),
    requester_account_id uuid NOT NULL,
    addressee_id uuid NOT NULL REFERENCES profiles.profile (id),
    addressee_account_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'accepted', 'rejected', 'withdrawn')),
    message text CHECK (length(message) BETWEEN 1 AND 500),
    asked_at timestamptz NOT NULL,
    decided_at timestamptz,
    ask_again_at timestamptz,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CHECK (requester_account_id <> addressee_account_id),
    CHECK ((decided_at IS NULL) = (state = 'pending')),
    CHECK ((ask_again_at IS NOT NULL) = (state IN ('rejected', 'withdrawn')))
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX connection_pair ON connections.connection (least(requester_id, addressee_id), greatest(requester_id, addressee_id));
CREATE INDEX connection_of_requester ON connections.connection (requester_id, state, asked_at DESC, id DESC);
CREATE INDEX connection_of_addressee ON connections.connection (addressee_id, state, asked_at DESC, id DESC);

-- Every connection as each of its two sides sees it; a withdrawn request was never made, as far as the one asked can tell.
CREATE VIEW connections.side AS
SELECT id, requester_id AS profile_id, requester_account_id AS account_id, addressee_id AS other_id, addressee_account_id AS other_account_id,
       true AS is_outgoing, state, message, asked_at, decided_at, ask_again_at
FROM connections.connection
UNION ALL
SELECT id, addressee_id, addressee_account_id, requester_id, requester_account_id, false, state, message, asked_at, decided_at, ask_again_at
FROM connections.connection WHERE state <> 'withdrawn';

CREATE TABLE connections.follow (
    follower_id uuid NOT NULL REFERENCES profiles.profile (id),
    follower_account_id uuid NOT NULL,
    followed_id uuid NOT NULL REFERENCES profiles.profile (id),
    followed_account_id uuid NOT NULL,
    followed_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (follower_id, followed_id),
    CHECK (follower_account_id <> followed_account_id)
);
CREATE INDEX follow_of_follower ON connections.follow (follower_id, followed_at DESC, followed_id DESC);
CREATE INDEX follow_of_followed ON connections.follow (followed_id, followed_at DESC, follower_id DESC);

-- How many each profile has, kept with the rows: a profile page never counts.
CREATE TABLE connections.tally (
    profile_id uuid PRIMARY KEY REFERENCES profiles.profile (id),
    connections int NOT NULL CHECK (connections >= 0),
    followers int NOT NULL CHECK (followers >= 0),
    following int NOT NULL CHECK (following >= 0)
) WITH (fillfactor = 70);
CREATE INDEX tally_known ON connections.tally ((connections + followers) DESC, profile_id) WHERE connections + followers > 0;

-- Something of any context that a profile has put aside; what it is, its owner says when asked.
CREATE TABLE connections.bookmark (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    profile_id uuid NOT NULL REFERENCES profiles.profile (id),
    shelf text NOT NULL CHECK (shelf IN ('saved', 'favorite')),
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    folder text CHECK (length(folder) BETWEEN 1 AND 100),
    note text CHECK (length(note) BETWEEN 1 AND 1000),
    saved_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (profile_id, shelf, kind, subject_id)
);
CREATE INDEX bookmark_newest ON connections.bookmark (profile_id, shelf, saved_at DESC, id DESC);

CREATE VIEW connections.public_connection AS
SELECT profile_id, account_id, other_id, other_account_id, decided_at AS connected_at FROM connections.side WHERE state = 'accepted';

CREATE VIEW connections.public_follow AS
SELECT follower_id, follower_account_id, followed_id, followed_account_id, followed_at FROM connections.follow;
