"""Choosing the primary profile."""

from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.profiles.events import ProfileChanged
from skillhall.profiles.model.views import ProfileView
from skillhall.profiles.queries.shown import own_profile
from skillhall.profiles.store import profiles as store


async def set_primary(tx: Tx, by: Actor, profile_id: UUID) -> ProfileView:
    """Make one's profile the primary one; the one that was, is not any more. Doing it again changes nothing."""
    own = await store.lock_profiles(tx, by.account_id)
    profile = await own_profile(tx, own, profile_id)
    if not profile.is_primary:
        await store.move_primary(tx, by.account_id, profile.id)
        for one in (own[0], profile):
            tx.publish(ProfileChanged(profile_id=one.id, account_id=one.account_id))
        profile = msgspec.structs.replace(profile, is_primary=True, version=profile.version + 1, updated_at=tx.now)
    return ProfileView.of(profile, "owner")
