"""One profile, those of an account, cards."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.identity.api import Face
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import Page
from skillhall.profiles.model.privacy import Audience, level
from skillhall.profiles.model.profile import Profile
from skillhall.profiles.model.refusals import NotYourProfile, ProfileNotFound, UsernameNotFound
from skillhall.profiles.model.usernames import UsernameView, is_reserved
from skillhall.profiles.model.views import PersonCard, ProfileView
from skillhall.profiles.ports import Relations
from skillhall.profiles.store import profiles as store

SEEN = sql("""
SELECT p.id, p.account_id, p.kind, p.is_primary, p.display_name, p.username, p.bio, p.avatar_url, p.cover_image_url, p.location, p.website,
    p.phone, p.is_verified, p.rating, p.skills, p.badges, p.level, p.jobs_done, p.has_availability, p.metadata, p.privacy, p.withheld,
    p.is_listed, p.origin, p.version, p.created_at, p.updated_at
FROM profiles.profile p JOIN profiles.public_profile v ON v.id = p.id
WHERE p.id = $1 AND (p.account_id = $2 AND p.deleted_at IS NULL OR v.is_visible AND NOT EXISTS (
    SELECT FROM identity.public_block b
    WHERE (b.account_id = p.account_id AND b.blocked_id = $2) OR (b.account_id = $2 AND b.blocked_id = p.account_id)))
""")
SEEN_OF_ACCOUNT = sql("""
SELECT p.id, p.account_id, p.kind, p.is_primary, p.display_name, p.username, p.bio, p.avatar_url, p.cover_image_url, p.location, p.website,
    p.phone, p.is_verified, p.rating, p.skills, p.badges, p.level, p.jobs_done, p.has_availability, p.metadata, p.privacy, p.withheld,
    p.is_listed, p.origin, p.version, p.created_at, p.updated_at
FROM profiles.profile p JOIN profiles.public_profile v ON v.id = p.id
WHERE p.account_id = $1 AND v.is_visible AND NOT EXISTS (
    SELECT FROM identity.public_block b
    WHERE (b.account_id = p.account_id AND b.blocked_id = $2) OR (b.account_id = $2 AND b.blocked_id = p.account_id))
ORDER BY NOT p.is_primary, p.created_at, p.id
""")
NAMED = sql("SELECT id FROM profiles.profile WHERE lower(username) = lower($1)")
CARDS = sql("SELECT id, display_name, username, avatar_url, rating FROM profiles.profile WHERE id = ANY($1)")
PRIMARY_CARDS = sql("""
SELECT id, account_id, display_name, username, avatar_url, rating FROM profiles.profile WHERE account_id = ANY($1) AND is_primary
""")


async def profile_view(read: Read, profile_id: UUID, by: Actor) -> ProfileView:
    """Return a profile as the caller may see it; not there when hidden, deleted, or one has blocked the other.

    A stranger sees it when its owner has opened it to everyone.
    """
    profile = await _seen(read, profile_id, by)
    if by.is_stranger:
        return _public(profile)
    return ProfileView.of(profile, (await audiences(read, by, [profile]))[profile.id])


async def public_view(read: Read, profile_id: UUID, by: Actor) -> ProfileView:
    """Return a profile as strangers see it, whoever asks."""
    return _public(await _seen(read, profile_id, by))


async def named_view(read: Read, username: str, by: Actor) -> ProfileView:
    """Return the profile of this username, in whatever case, as the caller may see it."""
    profile_id = await read.value(NAMED, username)
    try:
        if profile_id is not None:
            return await profile_view(read, profile_id, by)
    except ProfileNotFound:
        pass  # its id is not for the caller to know
    raise UsernameNotFound(username=username)


async def profiles_of(read: Read, account_id: UUID, by: Actor) -> Page[ProfileView]:
    """Return the live profiles of an account, primary first; of somebody the caller may not see, none."""
    if account_id == by.account_id:
        found = await store.live_profiles(read, account_id)
    else:
        found = [store.profile_of(row) for row in await read.rows(SEEN_OF_ACCOUNT, account_id, by.account_id)]
    audience = await audiences(read, by, found)
    items = [ProfileView.of(profile, audience[profile.id]) for profile in found]
    count = len(items)
    return Page(items=items, page=1, limit=max(count, 1), total=count, is_capped=False, has_next=False, next_cursor=None)


async def username_view(read: Read, username: str, by: Actor) -> UsernameView:
    """Return whether the profile in use could have this username."""
    reason = "reserved" if is_reserved(username) else None
    if reason is None and await store.is_taken(read, by.profile_id or by.account_id, username):
        reason = "taken"
    return UsernameView(username=username, is_available=reason is None, reason=reason)


async def audiences(read: Read, by: Actor, found: Sequence[Profile]) -> dict[UUID, Audience]:
    """Return as whom the caller, who is a member, sees each of these profiles."""
    others = [profile.id for profile in found if profile.account_id != by.account_id and "connections" in profile.privacy.values()]
    connected: set[UUID] = set()
    if others and by.profile_id is not None:
        for port in read.ports(Relations):
            connected |= await port.connected(read, by.profile_id, others)
    return {profile.id: _audience(profile, by, profile.id in connected) for profile in found}


def _audience(profile: Profile, by: Actor, is_connected: bool) -> Audience:  # noqa: FBT001 - one of three facts
    if profile.account_id == by.account_id:
        return "owner"
    return "connection" if is_connected else "member"


async def own_profile(read: Read, own: Sequence[Profile], profile_id: UUID) -> Profile:
    """Return this one of the caller's profiles; refuse somebody else's, and what there is not."""
    found = next((profile for profile in own if profile.id == profile_id), None)
    if found is None:
        await store.owner(read, profile_id)
        raise NotYourProfile
    return found


async def cards(read: Read, profile_ids: Sequence[UUID]) -> dict[UUID, PersonCard]:
    """Return the cards of these profiles by profile id, also of deleted ones; unknown ids are left out."""
    return {row["id"]: PersonCard(**row) for row in await read.rows(CARDS, list(profile_ids))}


async def primary_cards(read: Read, account_ids: Sequence[UUID]) -> dict[UUID, PersonCard]:
    """Return the cards of the primary profiles of these accounts by account id; unknown ids are left out."""
    rows = [dict(row) for row in await read.rows(PRIMARY_CARDS, list(account_ids))]
    return {row.pop("account_id"): PersonCard(**row) for row in rows}


def face_of(profile: Profile) -> Face:
    """Return the profile as the answers of sign-in show it."""
    return Face(
        id=profile.id,
        kind=profile.kind,
        display_name=profile.display_name,
        username=profile.username,
        avatar_url=profile.avatar_url,
        is_primary=profile.is_primary,
        completion_percentage=profile.completion,
    )


def _public(profile: Profile) -> ProfileView:
    if level(profile.privacy, "profile") != "everyone":
        raise ProfileNotFound(profile_id=profile.id)
    return ProfileView.of(profile, "stranger")


async def _seen(read: Read, profile_id: UUID, by: Actor) -> Profile:
    row = await read.row(SEEN, profile_id, by.account_id)
    if row is None:
        raise ProfileNotFound(profile_id=profile_id)
    return store.profile_of(row)
