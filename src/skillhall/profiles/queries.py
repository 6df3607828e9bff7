"""What screens show of profiles: one, those of an account, the directory, cards."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from skillhall.identity.api import Face
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.module import Check
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.profiles import store
from skillhall.profiles.model import Kind, NotYourProfile, PersonCard, Profile, ProfileNotFound, ProfileView

SEEN = sql("""
SELECT p.id, p.account_id, p.kind, p.is_primary, p.display_name, p.username, p.bio, p.avatar_url, p.cover_image_url, p.location, p.website,
    p.phone, p.is_verified, p.rating, p.skills, p.jobs_done, p.has_availability, p.origin, p.version, p.created_at, p.updated_at
FROM profiles.profile p JOIN profiles.public_profile v ON v.id = p.id
WHERE p.id = $1 AND (p.account_id = $2 AND p.deleted_at IS NULL OR v.is_visible AND NOT EXISTS (
    SELECT FROM identity.public_block b
    WHERE (b.account_id = p.account_id AND b.blocked_id = $2) OR (b.account_id = $2 AND b.blocked_id = p.account_id)))
""")
SEEN_OF_ACCOUNT = sql("""
SELECT p.id, p.account_id, p.kind, p.is_primary, p.display_name, p.username, p.bio, p.avatar_url, p.cover_image_url, p.location, p.website,
    p.phone, p.is_verified, p.rating, p.skills, p.jobs_done, p.has_availability, p.origin, p.version, p.created_at, p.updated_at
FROM profiles.profile p JOIN profiles.public_profile v ON v.id = p.id
WHERE p.account_id = $1 AND v.is_visible AND NOT EXISTS (
    SELECT FROM identity.public_block b
    WHERE (b.account_id = p.account_id AND b.blocked_id = $2) OR (b.account_id = $2 AND b.blocked_id = p.account_id))
ORDER BY NOT p.is_primary, p.created_at, p.id
""")
DIRECTORY = Listing(
    columns=sql("""p.id, p.account_id, p.kind, p.is_primary, p.display_name, p.username, p.bio, p.avatar_url, p.cover_image_url, p.location,
        p.website, p.phone, p.is_verified, p.rating, p.skills, p.jobs_done, p.has_availability, p.origin, p.version, p.created_at,
            p.updated_at"""),
    source=sql("""profiles.profile p JOIN identity.public_account a ON a.id = p.account_id AND a.is_visible
        AND p.deleted_at IS NULL AND p.hidden_at IS NULL"""),
    sorts={"createdAt": sql("p.created_at"), "displayName": sql("p.names"), "jobsDone": sql("p.jobs_done")},
    default_sort="-createdAt",
    key=sql("p.id"),
    filters={
        "kind": sql("p.kind = {}"),
        "viewer": sql("""NOT EXISTS (SELECT FROM identity.public_block b
            WHERE (b.account_id = p.account_id AND b.blocked_id = {}) OR (b.account_id = {} AND b.blocked_id = p.account_id))"""),
    },
    search=sql("(p.document @@ profiles.beginnings({}) OR profiles.plain({}) OPERATOR(public.<%) p.names)"),
)
CARDS = sql("SELECT id, display_name, username, avatar_url, rating FROM profiles.profile WHERE id = ANY($1)")
PRIMARY_CARDS = sql("""
SELECT id, account_id, display_name, username, avatar_url, rating FROM profiles.profile WHERE account_id = ANY($1) AND is_primary
""")
EVERYTHING = sql("""
SELECT id, kind, is_primary, display_name, username, bio, avatar_url, cover_image_url, location, website, phone, is_verified, rating,
    skills,
    jobs_done, created_at, updated_at, deleted_at
FROM profiles.profile WHERE account_id = $1 ORDER BY created_at, id
""")

NO_PRIMARY = sql("""
SELECT a.id AS account_id, count(p.id) AS profiles, count(p.id) FILTER (WHERE p.is_primary) AS primaries
FROM identity.public_account a LEFT JOIN profiles.profile p ON p.account_id = a.id AND p.deleted_at IS NULL
GROUP BY a.id HAVING count(p.id) FILTER (WHERE p.is_primary) <> 1
""")
CHECKS = (Check(name="profiles.one_primary_each", violations=NO_PRIMARY),)


class DirectoryQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of the directory. `search` looks for beginnings of words in name, username, bio and place, and for misspelled names."""

    profile_type: Kind | None = None


class SearchQuery(ListQuery, frozen=True, kw_only=True):
    """The directory with something to look for."""

    search: Annotated[str, Meta(min_length=1, max_length=200, examples=["mira"])]  # pyright: ignore[reportGeneralTypeIssues]
    profile_type: Kind | None = None


async def profile_view(read: Read, profile_id: UUID, by: Actor) -> ProfileView:
    """Return a profile as the caller may see it; not there when hidden, deleted, or one has blocked the other."""
    row = await read.row(SEEN, profile_id, by.account_id)
    if row is None:
        raise ProfileNotFound(profile_id=profile_id)
    return _view(row, by)


async def profiles_of(read: Read, account_id: UUID, by: Actor) -> Page[ProfileView]:
    """Return the live profiles of an account, primary first; of somebody the caller may not see, none."""
    if account_id == by.account_id:
        items = [ProfileView.of(profile, is_own=True) for profile in await store.live_profiles(read, account_id)]
    else:
        items = [_view(row, by) for row in await read.rows(SEEN_OF_ACCOUNT, account_id, by.account_id)]
    count = len(items)
    return Page(items=items, page=1, limit=max(count, 1), total=count, is_capped=False, has_next=False, next_cursor=None)


async def directory(read: Read, query: DirectoryQuery | SearchQuery, by: Actor) -> Page[ProfileView]:
    """Return everybody's visible profiles that the filters leave."""
    if query.search is not None and not query.search.strip():
        raise Invalid(FieldError("search", "query", "too_short", "Give a name, or a part of one."))
    where = {"kind": query.profile_type, "viewer": by.account_id}
    return await DIRECTORY.page(read, query, decode=lambda row: _view(row, by), where=where)


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


async def everything(read: Read, account_id: UUID) -> list[dict[str, object]]:
    """Return all that is stored about an account's profiles."""
    return [dict(row) for row in await read.rows(EVERYTHING, account_id)]


def _view(row: Row, by: Actor) -> ProfileView:
    profile = msgspec.convert(dict(row), Profile)
    return ProfileView.of(profile, is_own=profile.account_id == by.account_id)
