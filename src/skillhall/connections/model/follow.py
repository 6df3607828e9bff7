"""Following: one-way, between profiles, asked of nobody."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.shapes import Instant, View
from skillhall.profiles.api import PersonCard


class Follow(Struct, frozen=True, kw_only=True):
    """One profile follows another."""

    follower_id: UUID
    follower_account_id: UUID
    followed_id: UUID
    followed_account_id: UUID
    followed_at: datetime


class FollowingView(View, frozen=True, kw_only=True):
    """Whether the caller follows a profile, and how many do."""

    profile: PersonCard
    is_following: bool
    followed_at: Instant | None
    followers: int


class FollowView(View, frozen=True, kw_only=True):
    """One entry of a list of followers or followed; `isFollowing`: the caller follows them too."""

    profile: PersonCard
    followed_at: Instant
    is_following: bool
