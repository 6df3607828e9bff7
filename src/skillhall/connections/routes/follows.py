"""HTTP of follows: of profiles, and of accounts as older clients name them (`/users/{id}/follow`)."""

from uuid import UUID

from skillhall.connections.commands.follow import follow_account, follow_profile
from skillhall.connections.commands.unfollow import unfollow_account, unfollow_profile
from skillhall.connections.model.follow import FollowingView, FollowView
from skillhall.connections.model.refusals import OneselfMeant, ProfileNotShown
from skillhall.connections.queries.follows import follows_page
from skillhall.connections.queries.parties import reached, reached_account
from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, post
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.profiles.api import ProfileNotFound

FOLLOWING = (OneselfMeant, ProfileNotShown, AccountNotActive)


@post("/profiles/{profile_id:uuid}/follow", key=Key.NATURAL, limit="follow", refuses=(ProfileNotFound, *FOLLOWING))
async def start_following(call: Call, profile_id: UUID) -> Answer[FollowingView]:
    """Follow a profile."""
    return await call.run(follow_profile, profile_id)


@delete("/profiles/{profile_id:uuid}/follow")
async def stop_following(call: Call, profile_id: UUID) -> Answer[Deleted]:
    """Follow a profile no more."""
    return await call.run(unfollow_profile, profile_id)


@get("/profiles/{profile_id:uuid}/followers", refuses=(ProfileNotFound,))
async def list_profile_followers(call: Call, profile_id: UUID, query: ListQuery) -> Page[FollowView]:
    """List who follows a profile."""
    return await follows_page(call.read, await reached(call.read, profile_id, call.by), query, call.by, which="followers")


@get("/profiles/{profile_id:uuid}/following", refuses=(ProfileNotFound,))
async def list_profile_following(call: Call, profile_id: UUID, query: ListQuery) -> Page[FollowView]:
    """List whom a profile follows."""
    return await follows_page(call.read, await reached(call.read, profile_id, call.by), query, call.by, which="following")


@post("/users/{account_id:uuid}/follow", key=Key.NATURAL, limit="follow", refuses=(AccountNotFound, *FOLLOWING))
async def start_following_user(call: Call, account_id: UUID) -> Answer[FollowingView]:
    """Follow somebody's primary profile."""
    return await call.run(follow_account, account_id)


@delete("/users/{account_id:uuid}/follow")
async def stop_following_user(call: Call, account_id: UUID) -> Answer[Deleted]:
    """Follow none of somebody's profiles any more."""
    return await call.run(unfollow_account, account_id)


@get("/users/{account_id:uuid}/followers", me="account_id", refuses=(AccountNotFound,))
async def list_followers(call: Call, account_id: UUID, query: ListQuery) -> Page[FollowView]:
    """List who follows somebody's primary profile; as `me`, the profile you act as."""
    return await follows_page(call.read, await reached_account(call.read, account_id, call.by), query, call.by, which="followers")


@get("/users/{account_id:uuid}/following", me="account_id", refuses=(AccountNotFound,))
async def list_following(call: Call, account_id: UUID, query: ListQuery) -> Page[FollowView]:
    """List whom somebody's primary profile follows; as `me`, the profile you act as."""
    return await follows_page(call.read, await reached_account(call.read, account_id, call.by), query, call.by, which="following")
