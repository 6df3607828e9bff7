CREATE SCHEMA gigs;

-- What somebody wants done. A deleted one stays as a tombstone: bids, agreements and money point at it.
CREATE TABLE gigs.project (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.account (id),
    profile_id uuid NOT NULL REFERENCES profiles.profile (id),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    description text NOT NULL,
    pricing text NOT NULL CHECK (pricing IN ('fixed', 'hourly')),
    asset text NOT NULL,
    budget_min bigint CHECK (budget_min >= 0),
    budget_max bigint CHECK (budget_max >= budget_min),
    category_slug text,
    visibility text NOT NULL CHECK (visibility IN ('public', 'members', 'invited')),
    state text NOT NULL CHECK (state IN ('draft', 'open', 'in_progress', 'delivered', 'completed', 'paused', 'cancelled', 'disputed')),
    paused_from text CHECK (paused_from IN ('open', 'in_progress')),
    starts_at timestamptz,
    deadline timestamptz,
    is_remote boolean NOT NULL,
    location text,
    level text CHECK (level IN ('beginner', 'intermediate', 'advanced', 'expert')),
    tags text[] NOT NULL,
    worker_id uuid REFERENCES identity.account (id),
    origin text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    published_at timestamptz,
    delivered_at timestamptz,
    completed_at timestamptz,
    cancelled_at timestamptz,
    cancel_reason text,
    hidden_at timestamptz,
    deleted_at timestamptz,
    budget_most bigint GENERATED ALWAYS AS (coalesce(budget_max, budget_min)) STORED,
    document tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', profiles.plain(title)), 'A')
        || setweight(to_tsvector('simple', skills.barred(tags)), 'B')
        || setweight(to_tsvector('simple', profiles.plain(description)), 'D')
    ) STORED,
    CHECK ((paused_from IS NOT NULL) = (state = 'paused')),
    CHECK ((published_at IS NULL) = (state = 'draft') OR state = 'cancelled'),
    CHECK (worker_id IS NULL OR (state NOT IN ('draft', 'open') AND paused_from IS DISTINCT FROM 'open')),
    CHECK (worker_id IS NOT NULL OR state NOT IN ('in_progress', 'delivered', 'completed', 'disputed')),
    CHECK (worker_id <> account_id),
    CHECK ((cancelled_at IS NOT NULL) = (state = 'cancelled'))
) WITH (fillfactor = 80);
CREATE INDEX project_newest ON gigs.project (created_at, id) WHERE deleted_at IS NULL;
-- With what lists filter by, so that counting a filtered list reads this index alone.
CREATE INDEX project_by_state ON gigs.project (state, created_at, id)
    INCLUDE (account_id, worker_id, visibility, hidden_at, category_slug, is_remote, asset, budget_min, budget_max, budget_most, pricing, level)
    WHERE deleted_at IS NULL;
CREATE INDEX project_in_category ON gigs.project (category_slug, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX project_of_level ON gigs.project (level, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX project_in_currency ON gigs.project (asset, budget_most, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX project_place ON gigs.project USING gin (to_tsvector('simple', profiles.plain(location))) WHERE location IS NOT NULL;
CREATE INDEX project_by_budget ON gigs.project (coalesce(budget_max, budget_min, 0), id) WHERE deleted_at IS NULL;
CREATE INDEX project_by_deadline ON gigs.project (coalesce(deadline, 'infinity'), id) WHERE deleted_at IS NULL;
CREATE INDEX project_of_account ON gigs.project (account_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX project_of_worker ON gigs.project (worker_id, created_at, id) WHERE worker_id IS NOT NULL;
CREATE INDEX project_tags ON gigs.project USING gin (tags) WHERE deleted_at IS NULL;
CREATE INDEX project_document ON gigs.project USING gin (document) WHERE deleted_at IS NULL;

CREATE TABLE gigs.project_skill (
    project_id uuid NOT NULL REFERENCES gigs.project (id),
    skill_id uuid NOT NULL REFERENCES skills.skill (id),
    position smallint NOT NULL,
    PRIMARY KEY (project_id, skill_id)
);
CREATE INDEX project_of_skill ON gigs.project_skill (skill_id, project_id);

-- One per person and project. Without a price it is an application. A withdrawn or lapsed one is placed again in the same row.
CREATE TABLE gigs.bid (
    id uuid PRIMARY KEY,
    project_id uuid NOT NULL REFERENCES gigs.project (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    profile_id uuid NOT NULL REFERENCES profiles.profile (id),
    amount bigint CHECK (amount > 0),
    hourly_rate bigint CHECK (hourly_rate > 0),
    delivery_days smallint CHECK (delivery_days > 0),
    proposal text NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'shortlisted', 'interviewing', 'accepted', 'rejected', 'withdrawn', 'expired')),
    valid_until timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    decided_at timestamptz,
    CONSTRAINT one_bid_per_person UNIQUE (project_id, account_id),
    CHECK (amount IS NULL OR hourly_rate IS NULL)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX one_accepted_bid ON gigs.bid (project_id) WHERE state = 'accepted';
CREATE INDEX bid_of_account ON gigs.bid (account_id, created_at, id);
CREATE INDEX bid_of_project ON gigs.bid (project_id, created_at, id);
CREATE INDEX bid_to_expire ON gigs.bid (valid_until) WHERE state IN ('pending', 'shortlisted', 'interviewing');

-- An owner asks somebody to bid; with a price it is a direct offer. Whoever is not a member yet is known by e-mail.
CREATE TABLE gigs.invite (
    id uuid PRIMARY KEY,
    project_id uuid NOT NULL REFERENCES gigs.project (id),
    by_id uuid NOT NULL REFERENCES identity.account (id),
    account_id uuid REFERENCES identity.account (id),
    email text CHECK (email = lower(email)),
    message text NOT NULL,
    amount bigint CHECK (amount > 0),
    hourly_rate bigint CHECK (hourly_rate > 0),
    delivery_days smallint CHECK (delivery_days > 0),
    state text NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'withdrawn', 'expired')),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    decided_at timestamptz,
    CHECK ((account_id IS NULL) <> (email IS NULL) OR state <> 'pending'),
    CHECK ((decided_at IS NULL) = (state = 'pending')),
    CHECK (amount IS NULL OR hourly_rate IS NULL)
);
CREATE UNIQUE INDEX one_pending_invite ON gigs.invite (project_id, account_id) WHERE state = 'pending';
CREATE UNIQUE INDEX one_pending_invite_by_email ON gigs.invite (project_id, email) WHERE state = 'pending';
CREATE INDEX invite_of_account ON gigs.invite (account_id, created_at, id);
CREATE INDEX invite_of_email ON gigs.invite (email, created_at, id) WHERE email IS NOT NULL;
CREATE INDEX invite_sent ON gigs.invite (by_id, created_at, id);
CREATE INDEX invite_to_expire ON gigs.invite (expires_at) WHERE state = 'pending';

CREATE TABLE gigs.project_file (
    id uuid PRIMARY KEY,
    project_id uuid NOT NULL REFERENCES gigs.project (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    file_id uuid NOT NULL UNIQUE,
    title text NOT NULL,
    file_name text NOT NULL,
    content_type text NOT NULL,
    size bigint NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX file_of_project ON gigs.project_file (project_id, created_at, id);
CREATE INDEX project_file_of_account ON gigs.project_file (account_id);

CREATE TABLE gigs.project_update (
    id uuid PRIMARY KEY,
    project_id uuid NOT NULL REFERENCES gigs.project (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    kind text NOT NULL CHECK (kind IN ('note', 'status_change', 'milestone', 'activity')),
    text text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX update_of_project ON gigs.project_update (project_id, created_at, id);
CREATE INDEX update_of_account ON gigs.project_update (account_id);

-- A deleted comment keeps its place, so that answers keep theirs.
CREATE TABLE gigs.project_comment (
    id uuid PRIMARY KEY,
    project_id uuid NOT NULL REFERENCES gigs.project (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    profile_id uuid NOT NULL REFERENCES profiles.profile (id),
    parent_id uuid,
    text text NOT NULL,
    created_at timestamptz NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz,
    UNIQUE (project_id, id),
    FOREIGN KEY (project_id, parent_id) REFERENCES gigs.project_comment (project_id, id)
);
CREATE INDEX comment_of_project ON gigs.project_comment (project_id, created_at, id);
CREATE INDEX comment_of_account ON gigs.project_comment (account_id);

-- Who has looked at a project, once a day.
CREATE TABLE gigs.project_view (
    project_id uuid NOT NULL REFERENCES gigs.project (id),
    viewed_on date NOT NULL,
    account_id uuid NOT NULL,
    PRIMARY KEY (project_id, viewed_on, account_id)
);
CREATE INDEX view_of_account ON gigs.project_view (account_id);
