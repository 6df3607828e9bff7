CREATE SCHEMA profiles;

-- Lower case without accents, so that people are found however their name is typed.
CREATE FUNCTION profiles.plain(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1))
$$;
-- Every word of a search as the beginning of a word.
CREATE FUNCTION profiles.beginnings(text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsquery('simple', string_agg(word || ':*', ' & '))
    FROM regexp_split_to_table(profiles.plain($1), '[\s&|!:*<>()''\\]+') word WHERE word <> ''
$$;

-- One face of an account. A deleted one stays as a tombstone: rows of other contexts point at it.
CREATE TABLE profiles.profile (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.account (id),
    kind text NOT NULL CHECK (kind IN
        ('innovator', 'mentor', 'investor', 'academic_student', 'academic_institution', 'organization', 'professional')),
    is_primary boolean NOT NULL,
    display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 255),
    username text CHECK (length(username) BETWEEN 3 AND 100),
    bio text,
    avatar_url text,
    cover_image_url text,
    location text,
    website text,
    phone text,
    is_verified boolean NOT NULL DEFAULT false,
    rating double precision CHECK (rating BETWEEN 1 AND 5),
    skills text[] NOT NULL DEFAULT '{}',
    jobs_done int NOT NULL DEFAULT 0 CHECK (jobs_done >= 0),
    has_availability boolean NOT NULL DEFAULT false,
    origin text NOT NULL,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    hidden_at timestamptz,
    deleted_at timestamptz,
    document tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', profiles.plain(display_name)), 'A')
        || setweight(to_tsvector('simple', coalesce(profiles.plain(username), '')), 'A')
        || setweight(to_tsvector('simple', coalesce(profiles.plain(bio), '')), 'C')
        || setweight(to_tsvector('simple', coalesce(profiles.plain(location), '')), 'C')
    ) STORED,
    names text NOT NULL GENERATED ALWAYS AS (profiles.plain(display_name) || ' ' || coalesce(profiles.plain(username), '')) STORED,
    CHECK (deleted_at IS NULL OR NOT is_primary)
);
CREATE UNIQUE INDEX profile_primary ON profiles.profile (account_id) WHERE is_primary;
CREATE UNIQUE INDEX profile_username ON profiles.profile (lower(username));
CREATE INDEX profile_account ON profiles.profile (account_id);
CREATE INDEX profile_newest ON profiles.profile (created_at DESC, id DESC) WHERE deleted_at IS NULL AND hidden_at IS NULL;
CREATE INDEX profile_kind ON profiles.profile (kind, created_at DESC, id DESC) WHERE deleted_at IS NULL AND hidden_at IS NULL;
CREATE INDEX profile_document ON profiles.profile USING gin (document);
CREATE INDEX profile_names ON profiles.profile USING gin (names public.gin_trgm_ops);

CREATE VIEW profiles.public_profile AS
SELECT p.id, p.account_id, p.kind, p.is_primary, p.display_name, p.username, p.avatar_url, p.rating,
       p.deleted_at IS NULL AND p.hidden_at IS NULL AND a.is_visible AS is_visible
FROM profiles.profile p JOIN identity.public_account a ON a.id = p.account_id;
