"""Changing the fields of one's own profile."""

from uuid import UUID

import msgspec
from msgspec import UNSET

from skillhall.identity.api import check_active
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.profiles import store
from skillhall.profiles.events import ProfileChanged
from skillhall.profiles.model import ChangeProfile, Profile, ProfileView
from skillhall.profiles.queries import own_profile


async def change_profile(tx: Tx, by: Actor, profile_id: UUID, command: ChangeProfile, match: Match) -> ProfileView:
    """Write the sent fields; refuses when the client has read another version, or the username is taken."""
    own = await store.lock_profiles(tx, by.account_id)
    profile = await own_profile(tx, own, profile_id)
    match.check(profile.version)
    changed = changed_by(profile, command)
    if changed != profile:
        if changed.username is not None and changed.username != profile.username:
            await store.claim_username(tx, profile_id, changed.username)
        await check_active(tx, by.account_id)
        changed = msgspec.structs.replace(changed, updated_at=tx.now, version=profile.version + 1)
        await store.update_profile(tx, changed)
        tx.publish(ProfileChanged(profile_id=profile.id, account_id=profile.account_id))
    return ProfileView.of(changed, is_own=True)


def changed_by(profile: Profile, command: ChangeProfile) -> Profile:
    """Return the profile with the sent fields; a display name loses the spaces around it."""
    sent = {name: value for name in command.__struct_fields__ if (value := getattr(command, name)) is not UNSET}
    if "profile_type" in sent:
        sent["kind"] = sent.pop("profile_type")
    if "display_name" in sent:
        sent["display_name"] = sent["display_name"].strip()
    return msgspec.structs.replace(profile, **sent)
