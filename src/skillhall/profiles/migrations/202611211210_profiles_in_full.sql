-- `metadata` holds what belongs to a kind: kind -> key -> value. What `privacy` keeps from other members rests in `withheld` and not in
-- its own column, so that no list, filter or search can find it.
ALTER TABLE profiles.profile
    ADD metadata jsonb NOT NULL DEFAULT '{}',
    ADD privacy jsonb NOT NULL DEFAULT '{}',
    ADD withheld jsonb NOT NULL DEFAULT '{}',
    ADD is_listed boolean NOT NULL DEFAULT true,
    ADD badges text[] NOT NULL DEFAULT '{}',
    ADD level int,
    ADD place tsvector GENERATED ALWAYS AS (to_tsvector('simple', profiles.plain(location))) STORED;
ALTER TABLE profiles.profile ADD CONSTRAINT profile_level CHECK (level > 0) NOT VALID;

-- Skills are compared in lower case, whatever the catalogue writes.
CREATE FUNCTION profiles.lowered(text[]) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower($1::text)::text[]
$$;

CREATE INDEX profile_skills ON profiles.profile USING gin (profiles.lowered(skills)) WHERE cardinality(skills) > 0;
CREATE INDEX profile_place ON profiles.profile USING gin (place);
CREATE INDEX profile_verified ON profiles.profile (created_at DESC, id DESC) WHERE is_verified AND deleted_at IS NULL AND hidden_at IS NULL;
CREATE INDEX profile_rating ON profiles.profile ((coalesce(rating, 0)) DESC, id DESC) WHERE deleted_at IS NULL AND hidden_at IS NULL;
CREATE INDEX profile_jobs ON profiles.profile (jobs_done DESC, id DESC) WHERE deleted_at IS NULL AND hidden_at IS NULL;
CREATE INDEX profile_names_sorted ON profiles.profile (left(names, 120), id) WHERE deleted_at IS NULL AND hidden_at IS NULL;

-- An uploaded avatar or cover, in several sizes; each size is a file of the kernel.
CREATE TABLE profiles.picture (
    id uuid PRIMARY KEY,
    profile_id uuid NOT NULL REFERENCES profiles.profile (id),
    use text NOT NULL CHECK (use IN ('avatar', 'cover')),
    sizes int[] NOT NULL,
    file_ids uuid[] NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (profile_id, use),
    CHECK (cardinality(sizes) > 0 AND cardinality(sizes) = cardinality(file_ids))
);

-- Somebody asks to be known as who they are. Its files go when the question is withdrawn, or some time after it was decided.
CREATE TABLE profiles.verification (
    id uuid PRIMARY KEY,
    profile_id uuid NOT NULL REFERENCES profiles.profile (id),
    account_id uuid NOT NULL REFERENCES identity.account (id),
    state text NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'withdrawn')),
    display_name text NOT NULL,
    note text,
    documents uuid[] NOT NULL,
    requested_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by uuid,
    reason text,
    forget_at timestamptz,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((decided_at IS NULL) = (state = 'pending')),
    CHECK ((decided_by IS NOT NULL) = (state IN ('approved', 'rejected'))),
    CHECK (forget_at IS NULL OR state IN ('approved', 'rejected'))
);
CREATE UNIQUE INDEX verification_open ON profiles.verification (profile_id) WHERE state = 'pending';
CREATE INDEX verification_profile ON profiles.verification (profile_id, requested_at DESC, id DESC);
CREATE INDEX verification_account ON profiles.verification (account_id);
CREATE INDEX verification_state ON profiles.verification (state, requested_at, id);
CREATE INDEX verification_forget ON profiles.verification (forget_at) WHERE forget_at IS NOT NULL;

CREATE TABLE profiles.preferences (
    account_id uuid PRIMARY KEY REFERENCES identity.account (id),
    chosen jsonb NOT NULL DEFAULT '{}',
    version int NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL DEFAULT now()
);

-- Screens above filter by these; `names` is plain and has a trigram index: compare it with `profiles.plain` of what is looked for.
CREATE OR REPLACE VIEW profiles.public_profile AS
SELECT p.id, p.account_id, p.kind, p.is_primary, p.display_name, p.username, p.avatar_url, p.rating,
       p.deleted_at IS NULL AND p.hidden_at IS NULL AND a.is_visible AS is_visible, p.is_listed, p.skills, p.is_verified, p.names
FROM profiles.profile p JOIN identity.public_account a ON a.id = p.account_id;
