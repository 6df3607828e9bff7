"""What people read of what they have set, and everything that is stored about them."""

from typing import Any
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.profiles.model import metadata, privacy
from skillhall.profiles.model.metadata import MetadataKeyView, MetadataNotFound, MetadataView
from skillhall.profiles.model.privacy import PrivacyView
from skillhall.profiles.model.profile import Profile
from skillhall.profiles.queries.shown import own_profile, profile_view
from skillhall.profiles.store import profiles as store

EVERYTHING = sql("""
SELECT id, kind, is_primary, display_name, username, bio, avatar_url, cover_image_url, location, website, phone, is_verified, rating,
    skills, badges, level, jobs_done, has_availability, metadata, privacy, withheld, is_listed, created_at, updated_at, deleted_at
FROM profiles.profile WHERE account_id = $1 ORDER BY created_at, id
""")
ALL_VERIFICATIONS = sql("""
SELECT id, profile_id, state, display_name, note, documents, requested_at, decided_at, reason
FROM profiles.verification WHERE account_id = $1 ORDER BY requested_at, id
""")
ALL_PICTURES = sql("""
SELECT i.id, i.profile_id, i.use, i.sizes, i.file_ids FROM profiles.picture i JOIN profiles.profile p ON p.id = i.profile_id
WHERE p.account_id = $1 ORDER BY i.id
""")
PREFERENCES = sql("SELECT chosen FROM profiles.preferences WHERE account_id = $1")


async def privacy_of(read: Read, profile_id: UUID, by: Actor) -> PrivacyView:
    """Return who sees the fields of one's profile."""
    return privacy_view(await own_profile(read, await store.live_profiles(read, by.account_id), profile_id))


async def metadata_of(read: Read, profile_id: UUID, by: Actor) -> MetadataView:
    """Return what a profile says beyond the fields of all kinds, as far as the caller sees it."""
    shown = await profile_view(read, profile_id, by)
    return MetadataView(profile_id=shown.id, profile_type=shown.profile_type, metadata=shown.metadata, version=shown.version)


async def metadata_key(read: Read, profile_id: UUID, key: str, by: Actor) -> MetadataKeyView:
    """Return one key that is set."""
    shown = await profile_view(read, profile_id, by)
    return key_view(shown.metadata, key, shown.version)


def key_view(told: metadata.ProfileMetadata, key: str, version: int) -> MetadataKeyView:
    """Return one key that is set."""
    value = metadata.value_of(told, key)
    if value is None:
        raise MetadataNotFound(key=key)
    return MetadataKeyView(key=key, value=value, version=version)


def metadata_view(profile: Profile) -> MetadataView:
    """Return the keys of one's own profile."""
    told = metadata.typed(profile.details)
    return MetadataView(profile_id=profile.id, profile_type=profile.kind, metadata=told, version=profile.version)


def privacy_view(profile: Profile) -> PrivacyView:
    """Return who sees the fields of this profile."""
    who: dict[str, Any] = {field: privacy.level(profile.privacy, field) for field in privacy.DEFAULTS}
    return PrivacyView(profile_id=profile.id, is_listed=profile.is_listed, version=profile.version, **who)


async def everything(read: Read, account_id: UUID) -> dict[str, object]:
    """Return all that is stored about a person's profiles."""
    return {
        "profiles": [_whole(dict(row)) for row in await read.rows(EVERYTHING, account_id)],
        "pictures": [dict(row) for row in await read.rows(ALL_PICTURES, account_id)],
        "verifications": [dict(row) for row in await read.rows(ALL_VERIFICATIONS, account_id)],
        "preferences": await read.value(PREFERENCES, account_id) or {},
    }


def _whole(row: dict[str, Any]) -> dict[str, object]:
    return row | row.pop("withheld")
