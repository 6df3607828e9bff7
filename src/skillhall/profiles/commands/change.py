"""Changing one's profile."""

from uuid import UUID

import msgspec
from msgspec import UNSET

from skillhall.identity.api import check_active
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.profiles.events import ProfileChanged
from skillhall.profiles.model.profile import ChangeProfile, Profile, check_pictures, is_same_name
from skillhall.profiles.model.usernames import check_username
from skillhall.profiles.model.views import ProfileView
from skillhall.profiles.queries.shown import own_profile
from skillhall.profiles.store import pictures
from skillhall.profiles.store import profiles as store


async def change_profile(tx: Tx, by: Actor, profile_id: UUID, command: ChangeProfile, match: Match) -> ProfileView:
    """Write the sent fields; refuses when the client has read another version, or the username is taken or reserved."""
    own = await store.lock_profiles(tx, by.account_id)
    profile = await own_profile(tx, own, profile_id)
    match.check(profile.version)
    check_pictures(command, profile.avatar_url, profile.cover_image_url)
    changed = changed_by(profile, command)
    if changed.username is not None and changed.username != profile.username:
        check_username(changed.username)
        await store.claim_username(tx, profile_id, changed.username)
    return ProfileView.of(await written(tx, profile, changed), "owner")


async def written(tx: Tx, profile: Profile, changed: Profile) -> Profile:
    """Write a changed profile and say so, if it is different; return it as it is then. Uploaded pictures it no longer shows go."""
    if changed == profile:
        return profile
    await check_active(tx, profile.account_id)
    changed = msgspec.structs.replace(changed, updated_at=tx.now, version=profile.version + 1)
    await store.update_profile(tx, changed)
    if changed.avatar_url != profile.avatar_url:
        await pictures.drop_picture(tx, profile.id, "avatar")
    if changed.cover_image_url != profile.cover_image_url:
        await pictures.drop_picture(tx, profile.id, "cover")
    tx.publish(ProfileChanged(profile_id=profile.id, account_id=profile.account_id))
    return changed


def changed_by(profile: Profile, command: ChangeProfile) -> Profile:
    """Return the profile with the sent fields; a display name loses the spaces around it, and with another one the verification ends."""
    sent = {name: value for name in command.__struct_fields__ if (value := getattr(command, name)) is not UNSET}
    if "profile_type" in sent:
        sent["kind"] = sent.pop("profile_type")
    if "display_name" in sent:
        sent["display_name"] = sent["display_name"].strip()
        sent["is_verified"] = profile.is_verified and is_same_name(profile.display_name, sent["display_name"])
    return msgspec.structs.replace(profile, **sent)
