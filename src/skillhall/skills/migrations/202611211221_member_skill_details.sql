-- A goal is reached once the level stands at the target; who has no target says so.
ALTER TABLE skills.member_skill
    ADD COLUMN years smallint CHECK (years BETWEEN 0 AND 80),
    ADD COLUMN goal_due date,
    ADD COLUMN goal_priority text CHECK (goal_priority IN ('low', 'normal', 'high')),
    ADD COLUMN reached_at timestamptz,
    ADD COLUMN verified_at timestamptz,
    ADD CHECK (purpose = 'learn' OR (goal_due IS NULL AND goal_priority IS NULL AND reached_at IS NULL));
DROP INDEX skills.member_skill_skill;
CREATE INDEX member_skill_of_skill ON skills.member_skill (skill_id, purpose, created_at);
CREATE INDEX member_skill_added ON skills.member_skill (created_at) INCLUDE (skill_id, purpose);

-- A member asks staff to confirm a skill at the level it is listed with; the files are attached to this row.
CREATE TABLE skills.verification (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.account (id),
    skill_id uuid NOT NULL REFERENCES skills.skill (id),
    purpose text NOT NULL CHECK (purpose IN ('teach', 'learn', 'work')),
    level text NOT NULL CHECK (level IN ('beginner', 'intermediate', 'advanced', 'expert')),
    evidence text NOT NULL CHECK (evidence IN ('certificate', 'degree', 'work_experience', 'project', 'peer_review')),
    note text NOT NULL,
    file_ids uuid[] NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'verified', 'rejected', 'withdrawn')),
    reason text,
    requested_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by uuid REFERENCES identity.account (id),
    CHECK ((state = 'pending') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX one_pending_verification ON skills.verification (account_id, skill_id, purpose) WHERE state = 'pending';
CREATE INDEX verification_by_state ON skills.verification (state, requested_at, id);
CREATE INDEX verification_of_account ON skills.verification (account_id, requested_at);

-- The goal itself is its owner's: show it to nobody else.
CREATE VIEW skills.public_member_skill AS
SELECT m.id, m.account_id, m.skill_id, m.purpose AS intent, m.level, m.target_level, m.goal, m.goal_due, m.goal_priority, m.reached_at,
    m.years, m.rate_amount, m.rate_currency, m.verified_at IS NOT NULL AS is_verified, m.created_at, m.updated_at, a.is_visible
FROM skills.member_skill m JOIN identity.public_account a ON a.id = m.account_id;
