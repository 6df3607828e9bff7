"""Setting what belongs to the profile's kind."""

from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted, Match
from skillhall.kernel.http.fields import collect
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.profiles.commands.change import written
from skillhall.profiles.model.metadata import (
    KEYS,
    MetadataKeyView,
    MetadataNotFound,
    MetadataView,
    ProfileMetadata,
    SetMetadataKey,
    changed,
)
from skillhall.profiles.model.profile import Profile
from skillhall.profiles.queries.own import key_view, metadata_view
from skillhall.profiles.queries.shown import own_profile
from skillhall.profiles.store import profiles as store


async def set_metadata(tx: Tx, by: Actor, profile_id: UUID, command: ProfileMetadata, match: Match) -> MetadataView:
    """Write the sent keys; null removes one. Keys of other kinds are refused."""
    profile = await own_profile(tx, await store.lock_profiles(tx, by.account_id), profile_id)
    match.check(profile.version)
    return metadata_view(await _written(tx, profile, command))


async def set_metadata_key(tx: Tx, by: Actor, profile_id: UUID, key: str, command: SetMetadataKey, match: Match) -> MetadataKeyView:
    """Write one key."""
    profile = await own_profile(tx, await store.lock_profiles(tx, by.account_id), profile_id)
    match.check(profile.version)
    if key not in KEYS[profile.kind]:
        raise MetadataNotFound(key=key)
    if command.value is None:
        raise Invalid(FieldError("value", "body", "null", "Give a value; DELETE removes the key."))
    wrong = [_below_value(fault, key) for fault in collect(ProfileMetadata, {key: command.value}, "body")]
    if wrong:
        raise Invalid(*wrong)
    try:
        after = await _written(tx, profile, msgspec.convert({key: command.value}, ProfileMetadata))
    except Invalid as refused:
        raise Invalid(*(_below_value(fault, key) for fault in refused.errors)) from refused
    return key_view(metadata_view(after).metadata, key, after.version)


async def remove_metadata_key(tx: Tx, by: Actor, profile_id: UUID, key: str) -> Deleted:
    """Remove one key that is set."""
    profile = await own_profile(tx, await store.lock_profiles(tx, by.account_id), profile_id)
    if key not in profile.details:
        raise MetadataNotFound(key=key)
    left = {name: value for name, value in profile.details.items() if name != key}
    await written(tx, profile, _with(profile, left))
    return Deleted(id=profile.id)


async def _written(tx: Tx, profile: Profile, command: ProfileMetadata) -> Profile:
    return await written(tx, profile, _with(profile, changed(profile.kind, profile.details, command)))


def _with(profile: Profile, details: dict[str, object]) -> Profile:
    metadata = {**profile.metadata, profile.kind: details}
    return msgspec.structs.replace(profile, metadata={kind: keys for kind, keys in metadata.items() if keys})


def _below_value(fault: FieldError, key: str) -> FieldError:
    return msgspec.structs.replace(fault, field="value" + fault.field.removeprefix(key))
