"""Opening profiles: the first with its account, more by the member."""

from uuid import UUID

from skillhall.identity.api import Account, check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.profiles.events import ProfileOpened
from skillhall.profiles.model.profile import OpenProfile, Profile, ProfileRules, check_pictures
from skillhall.profiles.model.refusals import TooManyProfiles
from skillhall.profiles.model.usernames import check_username
from skillhall.profiles.model.views import ProfileView
from skillhall.profiles.store import profiles as store


async def open_first(tx: Tx, account: Account, origin: str) -> Profile:
    """Open the primary profile of a new account: `professional` for workers and hosts, else `innovator`. Locks nothing."""
    profile = Profile(
        id=ids.new(),
        account_id=account.id,
        kind="professional" if {"worker", "host"} & set(account.abilities) else "innovator",
        is_primary=True,
        display_name=account.display_name,
        origin=origin,
        created_at=tx.now,
        updated_at=tx.now,
    )
    await store.insert_all(tx, [profile])
    _say(tx, profile)
    return profile


async def open_profile(tx: Tx, by: Actor, command: OpenProfile) -> ProfileView:
    """Open one profile more; facts noted about the person show on it too."""
    own = await store.lock_profiles(tx, by.account_id)
    allowed = tx.setting(ProfileRules).profiles_per_account
    if len(own) >= allowed:
        raise TooManyProfiles(allowed=allowed)
    profile = _further(ids.new(), own[0], command, tx)
    check_pictures(command)
    if profile.username is not None:
        check_username(profile.username)
        await store.claim_username(tx, profile.id, profile.username)
    await check_active(tx, by.account_id)
    await store.insert_all(tx, [profile])
    _say(tx, profile)
    return ProfileView.of(profile, "owner")


def _further(profile_id: UUID, primary: Profile, command: OpenProfile, tx: Tx) -> Profile:
    return Profile(
        id=profile_id,
        account_id=primary.account_id,
        kind=command.profile_type,
        is_primary=False,
        display_name=command.display_name.strip(),
        username=command.username,
        bio=command.bio,
        avatar_url=command.avatar_url,
        cover_image_url=command.cover_image_url,
        location=command.location,
        website=command.website,
        phone=command.phone,
        rating=primary.rating,
        skills=primary.skills,
        badges=primary.badges,
        level=primary.level,
        jobs_done=primary.jobs_done,
        has_availability=primary.has_availability,
        origin="member",
        created_at=tx.now,
        updated_at=tx.now,
    )


def _say(tx: Tx, profile: Profile) -> None:
    tx.publish(ProfileOpened(profile_id=profile.id, account_id=profile.account_id, kind=profile.kind))
