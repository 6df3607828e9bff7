CREATE SCHEMA disputes;

-- A case is about one hold, which it keeps frozen until it is closed. Who pays whom, and how much, never changes for a hold.
CREATE TABLE disputes.case (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('seat', 'milestone', 'booking', 'week')),
    hold_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    title text NOT NULL,
    payer_id uuid NOT NULL REFERENCES identity.account (id),
    payee_id uuid NOT NULL REFERENCES identity.account (id),
    opener_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0),
    asset text NOT NULL,
    reason text NOT NULL,
    description text,
    state text NOT NULL CHECK (state IN ('open', 'under_review', 'resolved', 'rejected', 'withdrawn')),
    terms jsonb NOT NULL,
    opened_at timestamptz NOT NULL,
    answered_at timestamptz,
    due_at timestamptz,
    overdue_at timestamptz,
    mediator_id uuid,
    ruled_by uuid,
    appealed_by uuid,
    appealed_at timestamptz,
    appeal_reason text,
    payee_bp smallint CHECK (payee_bp BETWEEN 0 AND 10000),
    closed_at timestamptz,
    closed_by uuid,
    closed_reason text,
    CHECK (payer_id <> payee_id AND opener_id IN (payer_id, payee_id)),
    CHECK ((closed_at IS NOT NULL) = (state IN ('resolved', 'rejected', 'withdrawn'))),
    CHECK ((payee_bp IS NOT NULL) = (state = 'resolved')),
    CHECK (CASE WHEN closed_at IS NOT NULL THEN due_at IS NULL ELSE (due_at IS NULL) = (overdue_at IS NOT NULL) END),
    CHECK (num_nonnulls(appealed_by, appealed_at, appeal_reason) IN (0, 3) AND (appealed_at IS NULL OR ruled_by IS NOT NULL))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX one_open_case_per_hold ON disputes.case (hold_id) WHERE closed_at IS NULL;
CREATE INDEX case_of_hold ON disputes.case (hold_id, opened_at);
CREATE INDEX case_due ON disputes.case (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX case_of_payer ON disputes.case (payer_id, opened_at);
CREATE INDEX case_of_payee ON disputes.case (payee_id, opened_at);
CREATE INDEX case_by_time ON disputes.case (opened_at, id);

-- A proposal is carried out when both sides accept it; a ruling then too, and otherwise when the time for an appeal has passed.
CREATE TABLE disputes.decision (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES disputes.case (id),
    kind text NOT NULL CHECK (kind IN ('proposal', 'ruling')),
    state text NOT NULL CHECK (state IN ('open', 'declined', 'replaced', 'appealed', 'executed')),
    payee_bp smallint NOT NULL CHECK (payee_bp BETWEEN 0 AND 10000),
    reason text NOT NULL,
    by_id uuid NOT NULL,
    made_at timestamptz NOT NULL,
    payer_accepted_at timestamptz,
    payee_accepted_at timestamptz
);
CREATE UNIQUE INDEX one_open_decision ON disputes.decision (case_id) WHERE state = 'open';
CREATE INDEX decision_of_case ON disputes.decision (case_id, made_at);

CREATE TABLE disputes.evidence (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES disputes.case (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    text text NOT NULL,
    file_id uuid UNIQUE,
    file_name text,
    content_type text,
    size bigint,
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(file_id, file_name, content_type, size) IN (0, 4))
);
CREATE INDEX evidence_of_case ON disputes.evidence (case_id, created_at, id);
CREATE INDEX evidence_of_account ON disputes.evidence (account_id);

CREATE TABLE disputes.message (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES disputes.case (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    text text NOT NULL,
    is_internal boolean NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX message_of_case ON disputes.message (case_id, created_at, id);
CREATE INDEX message_of_account ON disputes.message (account_id);
