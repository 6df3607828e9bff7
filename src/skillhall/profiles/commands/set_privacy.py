"""Choosing who sees what of one's profile."""

from uuid import UUID

import msgspec
from msgspec import UNSET

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.profiles.commands.change import written
from skillhall.profiles.model.privacy import ChangePrivacy, PrivacyView, changed
from skillhall.profiles.queries.own import privacy_view
from skillhall.profiles.queries.shown import own_profile
from skillhall.profiles.store import profiles as store


async def set_privacy(tx: Tx, by: Actor, profile_id: UUID, command: ChangePrivacy, match: Match) -> PrivacyView:
    """Write the sent levels. What is hidden from members leaves lists, filters and search with this commit."""
    profile = await own_profile(tx, await store.lock_profiles(tx, by.account_id), profile_id)
    match.check(profile.version)
    is_listed = profile.is_listed if command.is_listed is UNSET else command.is_listed
    wanted = msgspec.structs.replace(profile, privacy=changed(profile.privacy, command), is_listed=is_listed)
    return privacy_view(await written(tx, profile, wanted))
