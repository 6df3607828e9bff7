"""Acting as another of one's profiles."""

from uuid import UUID

from skillhall.identity.api import AccessView, use_profile
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.profiles.queries.shown import own_profile
from skillhall.profiles.store import profiles as store


async def activate_profile(tx: Tx, by: Actor, profile_id: UUID) -> AccessView:
    """Make this the profile of the caller's login; return an access token that says so. Older access tokens of the login end."""
    own = await store.lock_profiles(tx, by.account_id)
    profile = await own_profile(tx, own, profile_id)
    return await use_profile(tx, by, profile.id)
