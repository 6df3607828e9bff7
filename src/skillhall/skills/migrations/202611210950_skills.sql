CREATE SCHEMA skills;

-- Lower case without accents.
CREATE FUNCTION skills.plain(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1))
$$;
-- Names between bars, so that whole names, beginnings and misspellings are found in one text.
CREATE FUNCTION skills.barred(text[]) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT skills.plain('|' || array_to_string($1, '|') || '|')
$$;
-- Every word of a search: as the beginning of a word of a name or tag, or as a whole word of a description.
CREATE FUNCTION skills.beginnings(text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsquery('simple', string_agg('(' || word || ':*AB | ' || word || ':D)', ' & '))
    FROM regexp_split_to_table(skills.plain($1), '[\s&|!:*<>()''\\]+') word WHERE word <> ''
$$;

CREATE TABLE skills.category (
    slug text PRIMARY KEY,
    name text NOT NULL,
    description text NOT NULL,
    position int NOT NULL
);

CREATE TABLE skills.skill (
    id uuid PRIMARY KEY,
    slug text NOT NULL CONSTRAINT skill_slug UNIQUE,
    name text NOT NULL CHECK (name !~ '\|'),
    category_slug text NOT NULL REFERENCES skills.category (slug),
    difficulty smallint NOT NULL CHECK (difficulty BETWEEN 1 AND 10),
    description text NOT NULL,
    aliases text[] NOT NULL DEFAULT '{}',
    tags text[] NOT NULL DEFAULT '{}',
    state text NOT NULL CHECK (state IN ('active', 'under_review', 'deprecated')),
    in_catalogue boolean NOT NULL,
    version int NOT NULL DEFAULT 1,
    account_id uuid REFERENCES identity.account (id),
    profile_id uuid REFERENCES profiles.profile (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    names text NOT NULL GENERATED ALWAYS AS (skills.barred(ARRAY[name] || aliases) || skills.barred(tags)) STORED,
    document tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', skills.barred(ARRAY[name] || aliases)), 'A')
        || setweight(to_tsvector('simple', skills.barred(tags)), 'B')
        || setweight(to_tsvector('simple', skills.plain(description)), 'D')
    ) STORED
);
CREATE INDEX skill_names ON skills.skill USING gin (names public.gin_trgm_ops);
CREATE INDEX skill_document ON skills.skill USING gin (document);
CREATE INDEX skill_category ON skills.skill (category_slug);
CREATE INDEX skill_proposals ON skills.skill (account_id) WHERE state = 'under_review';

-- What to learn before; acyclic. `in_catalogue` marks what the shipped data owns.
CREATE TABLE skills.prerequisite (
    skill_id uuid NOT NULL REFERENCES skills.skill (id),
    requires_id uuid NOT NULL REFERENCES skills.skill (id),
    strength smallint NOT NULL CHECK (strength BETWEEN 1 AND 10),
    in_catalogue boolean NOT NULL,
    PRIMARY KEY (skill_id, requires_id),
    CHECK (skill_id <> requires_id)
);
CREATE INDEX prerequisite_requires ON skills.prerequisite (requires_id);

CREATE TABLE skills.relation (
    skill_id uuid NOT NULL REFERENCES skills.skill (id),
    related_id uuid NOT NULL REFERENCES skills.skill (id),
    kind text NOT NULL CHECK (kind IN ('similar', 'complementary', 'advanced', 'foundational', 'specialized')),
    strength smallint NOT NULL CHECK (strength BETWEEN 1 AND 10),
    PRIMARY KEY (skill_id, related_id),
    CHECK (skill_id <> related_id)
);
CREATE INDEX relation_related ON skills.relation (related_id);

-- Who does what with a skill. `rate_amount` is per hour, minor units.
CREATE TABLE skills.member_skill (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.account (id),
    profile_id uuid REFERENCES profiles.profile (id),
    skill_id uuid NOT NULL REFERENCES skills.skill (id),
    purpose text NOT NULL CHECK (purpose IN ('teach', 'learn', 'work')),
    level text NOT NULL CHECK (level IN ('beginner', 'intermediate', 'advanced', 'expert')),
    target_level text CHECK (target_level IN ('beginner', 'intermediate', 'advanced', 'expert')),
    goal text,
    rate_amount bigint CHECK (rate_amount >= 0),
    rate_currency text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT member_skill_once UNIQUE (account_id, skill_id, purpose),
    CHECK ((rate_amount IS NULL) = (rate_currency IS NULL)),
    CHECK (purpose = 'learn' OR (target_level IS NULL AND goal IS NULL)),
    CHECK (purpose <> 'learn' OR rate_amount IS NULL)
);
CREATE INDEX member_skill_skill ON skills.member_skill (skill_id, purpose);

-- How many people teach, learn and work with each skill; apart from the skill, because these rows change often.
CREATE TABLE skills.tally (
    skill_id uuid PRIMARY KEY REFERENCES skills.skill (id),
    teachers int NOT NULL DEFAULT 0 CHECK (teachers >= 0),
    learners int NOT NULL DEFAULT 0 CHECK (learners >= 0),
    workers int NOT NULL DEFAULT 0 CHECK (workers >= 0),
    average_rating double precision CHECK (average_rating BETWEEN 1 AND 5)
) WITH (fillfactor = 50);

-- The digest of the shipped data that these tables hold.
CREATE TABLE skills.edition (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    digest text NOT NULL,
    loaded_at timestamptz NOT NULL
);

CREATE VIEW skills.public_skill AS
SELECT s.id, s.slug, s.name, s.category_slug, s.difficulty, s.state = 'active' AS is_visible FROM skills.skill s;
