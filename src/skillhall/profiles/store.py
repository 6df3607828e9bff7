"""Profiles: rows in and out. Every verb of a member locks all live profiles of the account first (rank 67, in id order)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.profiles.model import Profile, ProfileNotFound, UsernameTaken

LOCK = sql("SELECT id FROM profiles.profile WHERE account_id = $1 AND deleted_at IS NULL ORDER BY id FOR NO KEY UPDATE")
LIVE = sql("""
SELECT id, account_id, kind, is_primary, display_name, username, bio, avatar_url, cover_image_url, location, website, phone, is_verified,
    rating, skills, jobs_done, has_availability, origin, version, created_at, updated_at
FROM profiles.profile WHERE account_id = $1 AND deleted_at IS NULL ORDER BY NOT is_primary, created_at, id
""")
OWNER = sql("SELECT account_id FROM profiles.profile WHERE id = $1 AND deleted_at IS NULL")
LOCK_USERNAME = sql("SELECT pg_advisory_xact_lock(hashtextextended('profiles.username:' || lower($1), 0))")
IS_TAKEN = sql("SELECT EXISTS (SELECT FROM profiles.profile WHERE lower(username) = lower($1) AND id <> $2)")
INSERT = sql("""
INSERT INTO profiles.profile (id, account_id, kind, is_primary, display_name, username, bio, avatar_url, cover_image_url, location, website,
    phone, rating, skills, jobs_done, has_availability, origin, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18)
""")
INSERT_ALL = sql("""
INSERT INTO profiles.profile (id, account_id, kind, is_primary, display_name, username, bio, avatar_url, cover_image_url, location, website,
    phone, is_verified, rating, skills, jobs_done, has_availability, origin, created_at, updated_at)
SELECT id, account_id, kind, is_primary, display_name, username, bio, avatar_url, cover_image_url, location, website,
    phone, is_verified, rating, skills, jobs_done, has_availability, origin, created_at, updated_at
FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, account_id uuid, kind text, is_primary boolean, display_name text, username text,
    bio text, avatar_url text, cover_image_url text, location text, website text, phone text, is_verified boolean, rating double precision,
    skills text[], jobs_done int, has_availability boolean, origin text, created_at timestamptz, updated_at timestamptz)
""")
UPDATE = sql("""
UPDATE profiles.profile SET kind = $2, display_name = $3, username = $4, bio = $5, avatar_url = $6, cover_image_url = $7, location = $8,
    website = $9, phone = $10, updated_at = $11, version = version + 1
WHERE id = $1
""")
CLEAR_PRIMARY = sql("""
UPDATE profiles.profile SET is_primary = false, version = version + 1, updated_at = $2 WHERE account_id = $1 AND is_primary
""")
SET_PRIMARY = sql("UPDATE profiles.profile SET is_primary = true, version = version + 1, updated_at = $2 WHERE id = $1")
BURY = sql("""
UPDATE profiles.profile SET is_primary = false, deleted_at = $2, updated_at = $2, version = version + 1, display_name = $3, username = NULL,
    bio = NULL, avatar_url = NULL, cover_image_url = NULL, location = NULL, website = NULL, phone = NULL, skills = '{}'
WHERE id = $1
""")
NOTE = sql("""
UPDATE profiles.profile SET rating = CASE WHEN $2 THEN $3 ELSE rating END, skills = coalesce($4, skills), jobs_done = coalesce($5,
    jobs_done),
    has_availability = coalesce($6, has_availability), version = version + 1
WHERE account_id = $1 AND deleted_at IS NULL AND (rating, skills, jobs_done, has_availability) IS DISTINCT FROM
    (CASE WHEN $2 THEN $3::double precision ELSE rating END, coalesce($4, skills), coalesce($5, jobs_done), coalesce($6, has_availability))
RETURNING id
""")
HIDE = sql("UPDATE profiles.profile SET hidden_at = $2, version = version + 1 WHERE id = $1 AND hidden_at IS NULL")
SHOW = sql("UPDATE profiles.profile SET hidden_at = NULL, version = version + 1 WHERE id = $1 AND hidden_at IS NOT NULL")
SCRUB = sql("""
UPDATE profiles.profile SET display_name = $2, username = NULL, bio = NULL, avatar_url = NULL, cover_image_url = NULL, location = NULL,
    website = NULL, phone = NULL, skills = '{}', version = version + 1
WHERE account_id = $1 AND deleted_at IS NULL
""")


@locks(67)
async def lock_profiles(tx: Tx, account_id: UUID) -> list[Profile]:
    """Lock the live profiles of an account; return them as they then are, primary first, then the oldest."""
    await tx.rows(LOCK, account_id)
    return await live_profiles(tx, account_id)


async def live_profiles(read: Read, account_id: UUID) -> list[Profile]:
    """Return the account's profiles that are not deleted, primary first, then the oldest."""
    return [msgspec.convert(dict(row), Profile) for row in await read.rows(LIVE, account_id)]


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


async def insert_profile(tx: Tx, profile: Profile) -> None:
    """Write a new profile; its username is claimed."""
    p = profile
    await tx.run(
        INSERT, p.id, p.account_id, p.kind, p.is_primary, p.display_name, p.username, p.bio, p.avatar_url, p.cover_image_url, p.location,
        p.website, p.phone, p.rating, p.skills, p.jobs_done, p.has_availability, p.origin, p.created_at,
    )  # fmt: skip


async def insert_all(tx: Tx, profiles: Sequence[Profile]) -> None:
    """Write many new profiles; their usernames are free."""
    await tx.run(INSERT_ALL, profiles)


async def update_profile(tx: Tx, profile: Profile) -> None:
    """Write the fields its owner edits; a new username is claimed."""
    p = profile
    await tx.run(
        UPDATE, p.id, p.kind, p.display_name, p.username, p.bio, p.avatar_url, p.cover_image_url, p.location, p.website, p.phone,
        p.updated_at,
    )  # fmt: skip


async def move_primary(tx: Tx, account_id: UUID, profile_id: UUID) -> None:
    """Make this profile the account's primary one."""
    await tx.run(CLEAR_PRIMARY, account_id, tx.now)
    await tx.run(SET_PRIMARY, profile_id, tx.now)


async def bury(tx: Tx, profile_id: UUID, name: str) -> None:
    """Leave a tombstone: the id stays, the texts go, the username is free again."""
    await tx.run(BURY, profile_id, tx.now, name)


async def write_note(
    tx: Tx, account_id: UUID, *, sets_rating: bool, rating: float | None, skills: Sequence[str] | None, jobs_done: int | None,
    has_availability: bool | None,
) -> list[UUID]:  # fmt: skip
    """Write noted facts on all live profiles of the account; return those that changed. None leaves a fact as it is."""
    rows = await tx.rows(NOTE, account_id, sets_rating, rating, None if skills is None else list(skills), jobs_done, has_availability)
    return [row["id"] for row in rows]


async def set_hidden(tx: Tx, profile_id: UUID, at: datetime | None) -> bool:
    """Hide the profile from everybody but its owner, or show it again; False when it already is so."""
    return await (tx.run(HIDE, profile_id, at) if at is not None else tx.run(SHOW, profile_id)) > 0


async def scrub(tx: Tx, account_id: UUID, pseudonym: str) -> None:
    """Leave the pseudonym as the only text of the account's profiles. Takes no declared lock: nobody acts for an erased account."""
    await tx.run(SCRUB, account_id, pseudonym)
