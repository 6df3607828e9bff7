"""HTTP of profiles: the directory, one profile, one's own."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.identity.api import AccessView, AccountNotActive, LoginRequired
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, patch, post, put
from skillhall.kernel.shapes import Page
from skillhall.profiles.commands.activate import activate_profile
from skillhall.profiles.commands.change import change_profile
from skillhall.profiles.commands.delete import delete_profile
from skillhall.profiles.commands.open import open_profile
from skillhall.profiles.commands.set_primary import set_primary
from skillhall.profiles.model.fields import Username
from skillhall.profiles.model.profile import ChangeProfile, OpenProfile
from skillhall.profiles.model.refusals import (
    LastProfile,
    NotYourProfile,
    ProfileNotFound,
    TooManyProfiles,
    UsernameNotFound,
    UsernameReserved,
    UsernameTaken,
)
from skillhall.profiles.model.usernames import UsernameView
from skillhall.profiles.model.views import ProfileView
from skillhall.profiles.queries import directory, shown
from skillhall.profiles.queries.directory import DirectoryQuery, SearchQuery

NEW = {"profileType": "mentor", "displayName": "Mira Sommer", "username": "mira.sommer", "bio": "I teach cello.", "location": "Leipzig"}
CHANGE = {"bio": "I teach cello and chamber music.", "website": "https://example.org", "phone": None}
EDITING = (ProfileNotFound, NotYourProfile, UsernameTaken, UsernameReserved, AccountNotActive)


class UsernameQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The username one would like."""

    username: Annotated[Username, Meta(examples=["mira.sommer"])]


@get("/profiles")
async def list_profiles(call: Call, query: DirectoryQuery) -> Page[ProfileView]:
    """List the directory: everybody's visible profiles."""
    return await directory.directory(call.read, query, call.by)


@get("/profiles/search", limit="people_search")
async def search_profiles(call: Call, query: SearchQuery) -> Page[ProfileView]:
    """Search the directory: beginnings of words in names, usernames, bios and places; misspelled names too."""
    return await directory.directory(call.read, query, call.by)


@get("/profiles/user/{account_id:uuid}", me="account_id")
async def list_account_profiles(call: Call, account_id: UUID) -> Page[ProfileView]:
    """List the profiles of an account, the primary one first."""
    return await shown.profiles_of(call.read, account_id, call.by)


@get("/profiles/username-available", limit="people_search")
async def check_username_available(call: Call, query: UsernameQuery) -> UsernameView:
    """Ask whether a username can be had. It is yours only when you have set it."""
    return await shown.username_view(call.read, query.username, call.by)


@get("/profiles/by-username/{username:str}", public=True, etag=True, refuses=(UsernameNotFound,))
async def read_profile_by_username(call: Call, username: str) -> ProfileView:
    """Read the profile with a username, in whatever case. Strangers read those that are open to everyone."""
    return await shown.named_view(call.read, username, call.by)


@post("/profiles", created="/profiles/{id}", etag=True, refuses=(TooManyProfiles, UsernameTaken, UsernameReserved, AccountNotActive),
      example=NEW)  # fmt: skip
async def create_profile(call: Call, data: OpenProfile) -> Answer[ProfileView]:
    """Open one more profile of your account."""
    return await call.run(open_profile, data)


@get("/profiles/{profile_id:uuid}", etag=True, refuses=(ProfileNotFound,), me="profile_id")
async def read_profile(call: Call, profile_id: UUID) -> ProfileView:
    """Read a profile, as far as its owner shows it to you."""
    return await shown.profile_view(call.read, profile_id, call.by)


@get("/profiles/{profile_id:uuid}/public", public=True, etag=True, refuses=(ProfileNotFound,))
async def read_public_profile(call: Call, profile_id: UUID) -> ProfileView:
    """Read what strangers see of a profile that its owner has opened to everyone."""
    return await shown.public_view(call.read, profile_id, call.by)


@put("/profiles/{profile_id:uuid}", etag=True, limit="profile_update", refuses=EDITING, example=CHANGE)
async def update_profile(call: Call, profile_id: UUID, data: ChangeProfile) -> Answer[ProfileView]:
    """Change your profile: absent fields stay, null empties."""
    return await call.run(change_profile, profile_id, data, call.match)


@patch("/profiles/{profile_id:uuid}", etag=True, limit="profile_update", refuses=EDITING, example=CHANGE)
async def edit_profile(call: Call, profile_id: UUID, data: ChangeProfile) -> Answer[ProfileView]:
    """Change some fields of your profile, as PUT does."""
    return await call.run(change_profile, profile_id, data, call.match)


@delete("/profiles/{profile_id:uuid}", refuses=(ProfileNotFound, NotYourProfile, LastProfile))
async def remove_profile(call: Call, profile_id: UUID) -> Answer[Deleted]:
    """Delete your profile. The last one stays; when the primary one goes, your oldest takes its place."""
    return await call.run(delete_profile, profile_id)


@patch("/profiles/{profile_id:uuid}/set-primary", etag=True, refuses=(ProfileNotFound, NotYourProfile))
async def set_primary_profile(call: Call, profile_id: UUID) -> Answer[ProfileView]:
    """Make this your primary profile."""
    return await call.run(set_primary, profile_id)


@post("/profiles/{profile_id:uuid}/activate", key=Key.NEVER, refuses=(ProfileNotFound, NotYourProfile, LoginRequired))
async def switch_to_profile(call: Call, profile_id: UUID) -> Answer[AccessView]:
    """Act as this profile from now on: answers a new access token of your login."""
    return await call.run(activate_profile, profile_id)
