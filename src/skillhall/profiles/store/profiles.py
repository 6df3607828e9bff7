"""Profiles: rows in and out. Every verb of a member locks all live profiles of the account first (rank 67, in id order)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks
from skillhall.profiles.model.privacy import hidden
from skillhall.profiles.model.profile import Profile
from skillhall.profiles.model.refusals import ProfileNotFound, UsernameTaken

LOCK = sql("SELECT id FROM profiles.profile WHERE account_id = $1 AND deleted_at IS NULL ORDER BY id FOR NO KEY UPDATE")
LIVE = sql("""
SELECT id, account_id, kind, is_primary, display_name, username, bio, avatar_url, cover_image_url, location, website, phone, is_verified,
    rating, skills, badges, level, jobs_done, has_availability, metadata, privacy, withheld, is_listed, origin, version, created_at,
    updated_at
FROM profiles.profile WHERE account_id = $1 AND deleted_at IS NULL ORDER BY NOT is_primary, created_at, id
""")
OWNER = sql("SELECT account_id FROM profiles.profile WHERE id = $1 AND deleted_at IS NULL")
LOCK_USERNAME = sql("SELECT pg_advisory_xact_lock(hashtextextended('profiles.username:' || lower($1), 0))")
IS_TAKEN = sql("SELECT EXISTS (SELECT FROM profiles.profile WHERE lower(username) = lower($1) AND id <> $2)")
INSERT_ALL = sql("""
INSERT INTO profiles.profile (id, account_id, kind, is_primary, display_name, username, bio, avatar_url, cover_image_url, location, website,
    phone, is_verified, rating, skills, badges, level, jobs_done, has_availability, metadata, privacy, withheld, is_listed, origin,
    created_at, updated_at)
SELECT id, account_id, kind, is_primary, display_name, username, bio, avatar_url, cover_image_url, location, website,
    phone, is_verified, rating, skills, badges, level, jobs_done, has_availability, metadata, privacy, withheld, is_listed, origin,
    created_at, updated_at
FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, account_id uuid, kind text, is_primary boolean, display_name text, username text,
    bio text, avatar_url text, cover_image_url text, location text, website text, phone text, is_verified boolean, rating double precision,
    skills text[], badges text[], level int, jobs_done int, has_availability boolean, metadata jsonb, privacy jsonb, withheld jsonb,
    is_listed boolean, origin text, created_at timestamptz, updated_at timestamptz)
""")
UPDATE = sql("""
UPDATE profiles.profile p SET kind = n.kind, display_name = n.display_name, username = n.username, bio = n.bio, avatar_url = n.avatar_url,
    cover_image_url = n.cover_image_url, location = n.location, website = n.website, phone = n.phone, is_verified = n.is_verified,
    metadata = n.metadata, privacy = n.privacy, withheld = n.withheld, is_listed = n.is_listed, updated_at = n.updated_at,
    version = p.version + 1
FROM jsonb_to_record($1::jsonb) AS n (id uuid, kind text, display_name text, username text, bio text, avatar_url text, cover_image_url text,
    location text, website text, phone text, is_verified boolean, metadata jsonb, privacy jsonb, withheld jsonb, is_listed boolean,
    updated_at timestamptz)
WHERE p.id = n.id
""")
CLEAR_PRIMARY = sql("""
UPDATE profiles.profile SET is_primary = false, version = version + 1, updated_at = $2 WHERE account_id = $1 AND is_primary
""")
SET_PRIMARY = sql("UPDATE profiles.profile SET is_primary = true, version = version + 1, updated_at = $2 WHERE id = $1")
BURY = sql("""
UPDATE profiles.profile SET is_primary = false, deleted_at = $2, updated_at = $2, version = version + 1, display_name = $3, username = NULL,
    bio = NULL, avatar_url = NULL, cover_image_url = NULL, location = NULL, website = NULL, phone = NULL, skills = '{}', badges = '{}',
    is_verified = false, metadata = '{}', privacy = '{}', withheld = '{}'
WHERE id = $1
""")
NOTE = sql("""
UPDATE profiles.profile SET rating = CASE WHEN $2 THEN $3 ELSE rating END, skills = coalesce($4, skills), jobs_done = coalesce($5,
    jobs_done), has_availability = coalesce($6, has_availability), badges = coalesce($7, badges), level = coalesce($8, level),
    version = version + 1
WHERE account_id = $1 AND deleted_at IS NULL AND (rating, skills, jobs_done, has_availability, badges, level) IS DISTINCT FROM
    (CASE WHEN $2 THEN $3::double precision ELSE rating END, coalesce($4, skills), coalesce($5, jobs_done), coalesce($6, has_availability),
        coalesce($7, badges), coalesce($8, level))
RETURNING id
""")
NOTE_RATINGS = sql("""
UPDATE profiles.profile p SET rating = n.rating FROM unnest($1::uuid[], $2::float8[]) AS n (account_id, rating)
WHERE p.account_id = n.account_id AND p.deleted_at IS NULL
""")
NOTE_JOBS = sql("""
UPDATE profiles.profile p SET jobs_done = n.jobs_done FROM unnest($1::uuid[], $2::int4[]) AS n (account_id, jobs_done)
WHERE p.account_id = n.account_id AND p.deleted_at IS NULL
""")
HIDE = sql("UPDATE profiles.profile SET hidden_at = $2, version = version + 1 WHERE id = $1 AND hidden_at IS NULL")
SHOW = sql("UPDATE profiles.profile SET hidden_at = NULL, version = version + 1 WHERE id = $1 AND hidden_at IS NOT NULL")
SCRUB = sql("""
UPDATE profiles.profile SET display_name = $2, username = NULL, bio = NULL, avatar_url = NULL, cover_image_url = NULL, location = NULL,
    website = NULL, phone = NULL, skills = '{}', badges = '{}', is_verified = false, metadata = '{}', privacy = '{}', withheld = '{}',
    version = version + 1
WHERE account_id = $1 AND deleted_at IS NULL
""")


def profile_of(row: Row) -> Profile:
    """Return a profile with all its fields, those that are kept from other members too."""
    fields = dict(row)
    return msgspec.convert(fields | fields.pop("withheld"), Profile)


@locks(67)
async def lock_profiles(tx: Tx, account_id: UUID) -> list[Profile]:
    """Lock the live profiles of an account; return them as they then are, primary first, then the oldest."""
    await tx.rows(LOCK, account_id)
    return await live_profiles(tx, account_id)


async def live_profiles(read: Read, account_id: UUID) -> list[Profile]:
    """Return the account's profiles that are not deleted, primary first, then the oldest."""
    return [profile_of(row) for row in await read.rows(LIVE, account_id)]


async def owner(read: Read, profile_id: UUID) -> UUID:
    """Return the account of a live profile."""
    account_id = await read.value(OWNER, profile_id)
    if account_id is None:
        raise ProfileNotFound(profile_id=profile_id)
    return account_id


@locks(67, 1)
async def claim_username(tx: Tx, profile_id: UUID, username: str) -> None:
    """Refuse a username that another profile has, in whatever case; nobody else can take it until this transaction ends."""
    await tx.value(LOCK_USERNAME, username)
    if await tx.value(IS_TAKEN, username, profile_id):
        raise UsernameTaken(username=username)


async def is_taken(read: Read, profile_id: UUID, username: str) -> bool:
    """Return whether a profile other than this one has the username, in whatever case."""
    return await read.value(IS_TAKEN, username, profile_id)


async def insert_all(tx: Tx, profiles: Sequence[Profile]) -> None:
    """Write new profiles; their usernames are free, or claimed."""
    await tx.run(INSERT_ALL, [_columns(profile) for profile in profiles])


async def update_profile(tx: Tx, profile: Profile) -> None:
    """Write the fields its owner edits; a new username is claimed."""
    await tx.run(UPDATE, _columns(profile))


async def move_primary(tx: Tx, account_id: UUID, profile_id: UUID) -> None:
    """Make this profile the account's primary one."""
    await tx.run(CLEAR_PRIMARY, account_id, tx.now)
    await tx.run(SET_PRIMARY, profile_id, tx.now)


async def bury(tx: Tx, profile_id: UUID, name: str) -> None:
    """Leave a tombstone: the id stays, the texts go, the username is free again."""
    await tx.run(BURY, profile_id, tx.now, name)


async def write_note(
    tx: Tx, account_id: UUID, *, sets_rating: bool, rating: float | None, skills: Sequence[str] | None, jobs_done: int | None,
    has_availability: bool | None, badges: Sequence[str] | None, level: int | None,
) -> list[UUID]:  # fmt: skip
    """Write noted facts on all live profiles of the account; return those that changed. None leaves a fact as it is."""
    known, won = None if skills is None else list(skills), None if badges is None else list(badges)
    rows = await tx.rows(NOTE, account_id, sets_rating, rating, known, jobs_done, has_availability, won, level)
    return [row["id"] for row in rows]


async def write_ratings(tx: Tx, ratings: Mapping[UUID, float]) -> None:
    """Write the noted rating of many accounts that nobody acts for yet."""
    await tx.run(NOTE_RATINGS, list(ratings), list(ratings.values()))


async def write_jobs(tx: Tx, jobs: Mapping[UUID, int]) -> None:
    """Write the noted number of jobs of many accounts that nobody acts for yet."""
    await tx.run(NOTE_JOBS, list(jobs), list(jobs.values()))


async def set_hidden(tx: Tx, profile_id: UUID, at: datetime | None) -> bool:
    """Hide the profile from everybody but its owner, or show it again; False when it already is so."""
    return await (tx.run(HIDE, profile_id, at) if at is not None else tx.run(SHOW, profile_id)) > 0


async def scrub(tx: Tx, account_id: UUID, pseudonym: str) -> None:
    """Leave the pseudonym as the only text of the account's profiles. Takes no declared lock: nobody acts for an erased account."""
    await tx.run(SCRUB, account_id, pseudonym)


def _columns(profile: Profile) -> dict[str, object]:
    """Return the row: what other members do not see lies in `withheld` alone."""
    row = {name: getattr(profile, name) for name in Profile.__struct_fields__}
    instead = hidden(profile.privacy, "member")
    return {**row, **instead, "withheld": {field: row[field] for field in instead if row[field]}}
