"""Followers and followed on screens."""

from typing import Literal

import msgspec

from skillhall.connections.model.connection import Party
from skillhall.connections.model.follow import FollowingView, FollowView
from skillhall.connections.queries.connections import card
from skillhall.connections.queries.parties import acting
from skillhall.connections.queries.relations import followed_among, followers
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import ListQuery, Page, instant, maybe_instant
from skillhall.profiles.api import cards

BLOCKED_FOLLOWER = sql("""NOT EXISTS (SELECT FROM identity.public_block b
    WHERE (b.account_id, b.blocked_id) IN ((f.follower_account_id, {}), ({}, f.follower_account_id)))""")
BLOCKED_FOLLOWED = sql("""NOT EXISTS (SELECT FROM identity.public_block b
    WHERE (b.account_id, b.blocked_id) IN ((f.followed_account_id, {}), ({}, f.followed_account_id)))""")
SEARCH = sql("(p.display_name ILIKE '%' || {} || '%' OR p.username ILIKE '%' || {} || '%')")
COLUMNS = sql("p.id, p.display_name, p.username, p.avatar_url, p.rating, f.followed_at")
SORTS = {"followedAt": sql("f.followed_at"), "displayName": sql("lower(p.display_name)")}
FOLLOWERS = Listing(
    columns=COLUMNS,
    source=sql("connections.follow f JOIN profiles.public_profile p ON p.id = f.follower_id"),
    sorts=SORTS,
    default_sort="-followedAt",
    key=sql("f.follower_id"),
    filters={"profile": sql("f.followed_id = {}"), "viewer": BLOCKED_FOLLOWER},
    search=SEARCH,
    always=sql("p.is_visible"),
)
FOLLOWING = Listing(
    columns=COLUMNS,
    source=sql("connections.follow f JOIN profiles.public_profile p ON p.id = f.followed_id"),
    sorts=SORTS,
    default_sort="-followedAt",
    key=sql("f.followed_id"),
    filters={"profile": sql("f.follower_id = {}"), "viewer": BLOCKED_FOLLOWED},
    search=SEARCH,
    always=sql("p.is_visible"),
)
SINCE = sql("SELECT followed_at FROM connections.follow WHERE follower_id = $1 AND followed_id = $2")


async def follows_page(read: Read, of: Party, query: ListQuery, by: Actor, *, which: Literal["followers", "following"]) -> Page[FollowView]:
    """Return who follows the profile, or whom it follows, as far as the caller may see them."""
    listing = FOLLOWERS if which == "followers" else FOLLOWING
    page = await listing.page(read, query, decode=_view, where={"profile": of.id, "viewer": by.account_id})
    own = await acting(read, by)
    known = await followed_among(read, own.id, [view.profile.id for view in page.items])
    items = [msgspec.structs.replace(view, is_following=view.profile.id in known) for view in page.items]
    return msgspec.structs.replace(page, items=items)


async def following_view(read: Read, own: Party, followed: Party) -> FollowingView:
    """Return whether one profile follows another, and how many do."""
    since = await read.value(SINCE, own.id, followed.id)
    return FollowingView(
        profile=(await cards(read, [followed.id]))[followed.id],
        is_following=since is not None,
        followed_at=maybe_instant(since),
        followers=await followers(read, followed.id),
    )


def _view(row: Row) -> FollowView:
    return FollowView(profile=card(row), followed_at=instant(row["followed_at"]), is_following=False)
