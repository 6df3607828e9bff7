-- What people say of each other afterwards.
CREATE SCHEMA reviews;

-- Two people and something finished between them: a group has one for each learner. Its row is the lock of all that is said in it.
-- Neither side reads the other's words before `reveal_at`, unless both have written.
CREATE TABLE reviews.engagement (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('session', 'booking', 'project')),
    subject_id uuid NOT NULL,
    provider_id uuid NOT NULL REFERENCES identity.account (id),
    provider_profile_id uuid NOT NULL REFERENCES profiles.profile (id),
    client_id uuid NOT NULL REFERENCES identity.account (id),
    client_profile_id uuid NOT NULL REFERENCES profiles.profile (id),
    project_id uuid,
    offer_id uuid,
    skill_id uuid,
    completed_at timestamptz NOT NULL,
    reveal_at timestamptz NOT NULL,
    revealed_at timestamptz,
    CONSTRAINT one_engagement_of_two UNIQUE (subject_id, provider_id, client_id),
    CHECK (provider_id <> client_id),
    CHECK ((project_id IS NULL) = (kind = 'session'))
) WITH (fillfactor = 80);
CREATE INDEX engagement_of_project ON reviews.engagement (project_id) WHERE project_id IS NOT NULL;
CREATE INDEX engagement_to_reveal ON reviews.engagement (reveal_at) WHERE revealed_at IS NULL;

-- What is public of it: published, and neither hidden by a moderator nor withdrawn.
CREATE TABLE reviews.review (
    id uuid PRIMARY KEY,
    engagement_id uuid NOT NULL REFERENCES reviews.engagement (id),
    author_id uuid NOT NULL REFERENCES identity.account (id),
    about_id uuid NOT NULL REFERENCES identity.account (id),
    rating smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
    comment text NOT NULL CHECK (length(comment) <= 2000),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    edited_at timestamptz,
    edit_until timestamptz NOT NULL,
    published_at timestamptz,
    hidden_at timestamptz,
    withdrawn_at timestamptz,
    response text CHECK (length(response) <= 2000),
    responded_at timestamptz,
    CONSTRAINT one_review_per_side UNIQUE (engagement_id, author_id),
    CHECK (author_id <> about_id),
    CHECK (responded_at IS NULL OR published_at IS NOT NULL),
    CHECK (response IS NULL OR responded_at IS NOT NULL)
) WITH (fillfactor = 80);
CREATE INDEX review_about ON reviews.review (about_id, published_at, id);
CREATE INDEX review_by ON reviews.review (author_id, created_at, id);

-- How many public reviews gave how many stars to whom or what. Counted along; `verify` counts again.
CREATE TABLE reviews.tally (
    subject_kind text NOT NULL CHECK (subject_kind IN ('account', 'offer')),
    subject_id uuid NOT NULL,
    stars integer[] NOT NULL CHECK (cardinality(stars) = 5 AND 0 <= ALL (stars)),
    PRIMARY KEY (subject_kind, subject_id)
);

-- Somebody who has worked with a person vouches for one of their skills.
CREATE TABLE reviews.endorsement (
    id uuid PRIMARY KEY,
    author_id uuid NOT NULL REFERENCES identity.account (id),
    author_profile_id uuid NOT NULL REFERENCES profiles.profile (id),
    about_id uuid NOT NULL REFERENCES identity.account (id),
    skill_id uuid NOT NULL REFERENCES skills.skill (id),
    message text NOT NULL CHECK (length(message) <= 500),
    created_at timestamptz NOT NULL,
    CONSTRAINT one_endorsement_per_skill UNIQUE (about_id, skill_id, author_id),
    CHECK (author_id <> about_id)
);
CREATE INDEX endorsement_about ON reviews.endorsement (about_id, created_at, id);
CREATE INDEX endorsement_by ON reviews.endorsement (author_id);
CREATE INDEX endorsement_of_skill ON reviews.endorsement (skill_id);
