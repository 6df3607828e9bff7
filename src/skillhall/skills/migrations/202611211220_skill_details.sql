-- Subcategories are categories below another one, one level deep.
ALTER TABLE skills.category
    ADD COLUMN parent_slug text REFERENCES skills.category (slug),
    ADD CONSTRAINT category_below UNIQUE (parent_slug, slug),
    ADD CHECK (parent_slug <> slug);

-- A merged skill is a tombstone that leads to the one it was merged into, in one step. A rejected proposal keeps the reason.
ALTER TABLE skills.skill
    ADD COLUMN subcategory_slug text,
    ADD COLUMN tools text[] NOT NULL DEFAULT '{}',
    ADD COLUMN industries text[] NOT NULL DEFAULT '{}',
    ADD COLUMN estimated_learning_time smallint CHECK (estimated_learning_time BETWEEN 1 AND 10000),  -- hours
    ADD COLUMN merged_into uuid REFERENCES skills.skill (id),
    ADD COLUMN decision text,
    ADD COLUMN decided_at timestamptz,
    ADD COLUMN verified_at timestamptz,
    ADD COLUMN verified_by uuid REFERENCES identity.account (id),
    ADD CONSTRAINT skill_subcategory FOREIGN KEY (category_slug, subcategory_slug) REFERENCES skills.category (parent_slug, slug),
    DROP CONSTRAINT skill_state_check,
    ADD CONSTRAINT skill_state_check CHECK (state IN ('active', 'under_review', 'deprecated', 'rejected', 'merged')),
    ADD CONSTRAINT skill_merged_somewhere CHECK ((state = 'merged') = (merged_into IS NOT NULL) AND merged_into <> id);
CREATE INDEX skill_merged ON skills.skill (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX skill_by_name ON skills.skill (state, skills.plain(name), id);
CREATE INDEX skill_by_time ON skills.skill (state, created_at, id);
CREATE INDEX skill_by_difficulty ON skills.skill (state, difficulty, id);
CREATE INDEX skill_of_account ON skills.skill (account_id, created_at) WHERE account_id IS NOT NULL;
CREATE INDEX skill_in_subcategory ON skills.skill (subcategory_slug) WHERE subcategory_slug IS NOT NULL;

-- A pair of skills is related once, whichever of the two was named first.
ALTER TABLE skills.relation ADD COLUMN in_catalogue boolean NOT NULL DEFAULT true;
ALTER TABLE skills.relation ALTER COLUMN in_catalogue DROP DEFAULT;
CREATE UNIQUE INDEX relation_pair ON skills.relation (least(skill_id, related_id), greatest(skill_id, related_id));

-- Where to learn a skill beside people. Members propose, staff decides.
CREATE TABLE skills.resource (
    id uuid PRIMARY KEY,
    skill_id uuid NOT NULL REFERENCES skills.skill (id),
    kind text NOT NULL CHECK (kind IN ('course', 'book', 'article', 'video', 'exercise', 'reference', 'tool')),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    url text NOT NULL,
    state text NOT NULL CHECK (state IN ('proposed', 'active', 'rejected')),
    reason text,
    account_id uuid NOT NULL REFERENCES identity.account (id),
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT resource_once UNIQUE (skill_id, url)
);
CREATE INDEX resource_proposals ON skills.resource (created_at, id) WHERE state = 'proposed';
CREATE INDEX resource_of_account ON skills.resource (account_id, created_at);

-- Lessons held and reviews written, noted down by contexts above: once for each subject, so that the tally can be counted again.
CREATE TABLE skills.noted (
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    skill_id uuid NOT NULL REFERENCES skills.skill (id),
    learners int NOT NULL CHECK (learners >= 0),
    rating smallint CHECK (rating BETWEEN 1 AND 5),
    noted_at timestamptz NOT NULL,
    PRIMARY KEY (subject_kind, subject_id)
);
CREATE INDEX noted_of_skill ON skills.noted (skill_id, noted_at);
CREATE INDEX noted_by_time ON skills.noted (noted_at) INCLUDE (skill_id, subject_kind, learners);
ALTER TABLE skills.tally
    ADD COLUMN sessions int NOT NULL DEFAULT 0 CHECK (sessions >= 0),
    ADD COLUMN session_learners int NOT NULL DEFAULT 0 CHECK (session_learners >= 0),
    ADD COLUMN ratings int NOT NULL DEFAULT 0 CHECK (ratings >= 0),
    ADD COLUMN rating_sum int NOT NULL DEFAULT 0;
CREATE INDEX tally_popularity ON skills.tally ((learners::bigint * 1000 + coalesce(round(average_rating * 100)::bigint, 0)), skill_id);

-- Names that hold the text between bars, as a pattern that the trigram index serves.
CREATE FUNCTION skills.named(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT '%' || replace(replace(replace(skills.barred(ARRAY[$1]), '\', '\\'), '%', '\%'), '_', '\_') || '%'
$$;
-- Active skills with a name spelled like the text. The threshold of the operator, which the index serves, is lower here than elsewhere.
CREATE FUNCTION skills.spelled_like(text) RETURNS SETOF uuid LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 50
SET pg_trgm.word_similarity_threshold = 0.4 AS $$
    SELECT id FROM skills.skill WHERE state = 'active' AND skills.plain($1) OPERATOR(public.<%) names
$$;

CREATE OR REPLACE VIEW skills.public_skill AS
SELECT s.id, s.slug, s.name, s.category_slug, s.difficulty, s.state = 'active' AS is_visible, s.subcategory_slug, s.aliases, s.tags,
    coalesce(s.merged_into, s.id) AS canonical_id
FROM skills.skill s;
