-- Who works on a project beside its owner and its worker. Whoever left and is asked again comes back in the same row.
CREATE TABLE gigs.collaborator (
    project_id uuid NOT NULL REFERENCES gigs.project (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    role text NOT NULL CHECK (role IN ('manager', 'member', 'viewer')),
    state text NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'removed')),
    message text NOT NULL,
    invited_by uuid NOT NULL,
    invited_at timestamptz NOT NULL,
    decided_at timestamptz,
    PRIMARY KEY (project_id, account_id),
    CHECK ((decided_at IS NULL) = (state = 'pending'))
);
CREATE INDEX collaborator_of_account ON gigs.collaborator (account_id, invited_at, project_id);

-- A deleted one stays as a tombstone: the time that was spent on it points at it.
CREATE TABLE gigs.task (
    id uuid PRIMARY KEY,
    project_id uuid NOT NULL REFERENCES gigs.project (id),
    milestone_id uuid REFERENCES gigs.milestone (id) ON DELETE SET NULL,
    created_by uuid NOT NULL REFERENCES identity.account (id),
    assignee_id uuid REFERENCES identity.account (id),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    description text NOT NULL,
    priority text NOT NULL CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    state text NOT NULL CHECK (state IN ('todo', 'in_progress', 'review', 'completed')),
    due_on date,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    deleted_at timestamptz,
    UNIQUE (project_id, id),
    CHECK ((completed_at IS NOT NULL) = (state = 'completed')),
    CHECK (started_at IS NOT NULL OR state IN ('todo', 'completed'))
) WITH (fillfactor = 80);
CREATE INDEX task_of_project ON gigs.task (project_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX task_of_assignee ON gigs.task (assignee_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX task_of_milestone ON gigs.task (milestone_id) WHERE milestone_id IS NOT NULL;
CREATE INDEX task_of_creator ON gigs.task (created_by);

CREATE TABLE gigs.submission (
    id uuid PRIMARY KEY,
    task_id uuid NOT NULL REFERENCES gigs.task (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    kind text NOT NULL CHECK (kind IN ('link', 'file', 'pull_request')),
    url text,
    files jsonb NOT NULL,
    notes text NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'changes_requested')),
    created_at timestamptz NOT NULL,
    reviewed_by uuid,
    reviewed_at timestamptz,
    review text NOT NULL,
    CHECK ((reviewed_at IS NULL) = (state = 'pending'))
);
CREATE UNIQUE INDEX one_pending_submission ON gigs.submission (task_id) WHERE state = 'pending';
CREATE INDEX submission_of_task ON gigs.submission (task_id, created_at, id);
CREATE INDEX submission_of_account ON gigs.submission (account_id, created_at, id);

-- A deleted comment keeps its place, so that answers keep theirs.
CREATE TABLE gigs.task_comment (
    id uuid PRIMARY KEY,
    task_id uuid NOT NULL REFERENCES gigs.task (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    parent_id uuid,
    text text NOT NULL,
    created_at timestamptz NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz,
    UNIQUE (task_id, id),
    FOREIGN KEY (task_id, parent_id) REFERENCES gigs.task_comment (task_id, id)
);
CREATE INDEX comment_of_task ON gigs.task_comment (task_id, created_at, id);
CREATE INDEX task_comment_of_account ON gigs.task_comment (account_id);

-- Time one works: a timer on a task, a work session on an agreement. It runs while its last span is open; a process that dies leaves it so,
-- and whoever it belongs to can stop it.
CREATE TABLE gigs.time_entry (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.account (id),
    project_id uuid NOT NULL REFERENCES gigs.project (id),
    task_id uuid,
    agreement_id uuid REFERENCES gigs.agreement (id),
    note text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz CHECK (ended_at >= started_at),
    UNIQUE (account_id, id),
    FOREIGN KEY (project_id, task_id) REFERENCES gigs.task (project_id, id)
);
CREATE INDEX time_of_account ON gigs.time_entry (account_id, started_at, id);
CREATE INDEX time_of_task ON gigs.time_entry (task_id, started_at, id) WHERE task_id IS NOT NULL;
CREATE INDEX time_of_agreement ON gigs.time_entry (agreement_id, started_at, id) WHERE agreement_id IS NOT NULL;
CREATE INDEX time_of_project ON gigs.time_entry (project_id, started_at, id);
CREATE INDEX open_time ON gigs.time_entry (account_id) WHERE ended_at IS NULL;

-- From a start to the next pause or the end. One runs at a time, and nobody has worked twice at once.
CREATE TABLE gigs.time_span (
    id uuid PRIMARY KEY,
    entry_id uuid NOT NULL,
    account_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz CHECK (ended_at >= started_at),
    FOREIGN KEY (account_id, entry_id) REFERENCES gigs.time_entry (account_id, id),
    CONSTRAINT nobody_works_twice EXCLUDE USING gist (account_id WITH =, tstzrange(started_at, ended_at) WITH &&) WHERE (ended_at IS NOT NULL)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX one_running_timer ON gigs.time_span (account_id) WHERE ended_at IS NULL;
CREATE INDEX span_of_entry ON gigs.time_span (entry_id, started_at);
CREATE INDEX span_of_account ON gigs.time_span (account_id, ended_at);

-- What happened with a project on a day (UTC), counted from its rows whenever one of them is new. `paid` is in minor units of its asset.
CREATE TABLE gigs.project_day (
    project_id uuid NOT NULL REFERENCES gigs.project (id),
    day date NOT NULL,
    bids integer NOT NULL,
    invites integer NOT NULL,
    comments integer NOT NULL,
    updates integer NOT NULL,
    tasks integer NOT NULL,
    tasks_completed integer NOT NULL,
    deliveries integer NOT NULL,
    paid bigint NOT NULL,
    PRIMARY KEY (project_id, day)
);
