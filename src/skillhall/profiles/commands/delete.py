"""Deleting a profile."""

from uuid import UUID

from skillhall.identity.api import replace_profile
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.profiles.events import ProfileChanged, ProfileDeleted
from skillhall.profiles.model.profile import DELETED_NAME
from skillhall.profiles.model.refusals import LastProfile
from skillhall.profiles.queries.shown import own_profile
from skillhall.profiles.store import pictures, verifications
from skillhall.profiles.store import profiles as store


async def delete_profile(tx: Tx, by: Actor, profile_id: UUID) -> Deleted:
    """Leave a tombstone in its place. The last profile stays; when the primary goes, the oldest left becomes it, and logins go on as it."""
    own = await store.lock_profiles(tx, by.account_id)
    profile = await own_profile(tx, own, profile_id)
    if len(own) == 1:
        raise LastProfile
    await verifications.withdraw(tx, profile.id)
    await pictures.drop_picture(tx, profile.id, "avatar")
    await pictures.drop_picture(tx, profile.id, "cover")
    await store.bury(tx, profile.id, DELETED_NAME)
    heir = next(other for other in own if other.id != profile.id)
    if profile.is_primary:
        await store.move_primary(tx, by.account_id, heir.id)
        tx.publish(ProfileChanged(profile_id=heir.id, account_id=heir.account_id))
    await replace_profile(tx, by.account_id, profile.id, heir.id)
    tx.publish(ProfileDeleted(profile_id=profile.id, account_id=profile.account_id))
    return Deleted(id=profile.id)
