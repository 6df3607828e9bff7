"""Following somebody."""

from uuid import UUID

from skillhall.connections import events
from skillhall.connections.commands.telling import tell_follow
from skillhall.connections.model.connection import Party
from skillhall.connections.model.follow import Follow, FollowingView
from skillhall.connections.model.refusals import OneselfMeant
from skillhall.connections.queries.follows import following_view
from skillhall.connections.queries.parties import reached, reached_account, shown
from skillhall.connections.store import follows as store
from skillhall.connections.store import tallies
from skillhall.identity.api import check_active
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def follow_profile(tx: Tx, by: Actor, profile_id: UUID) -> FollowingView:
    """Follow a profile; twice is once."""
    return await _follow(tx, by, await reached(tx, profile_id, by))


async def follow_account(tx: Tx, by: Actor, account_id: UUID) -> FollowingView:
    """Follow the primary profile of an account; twice is once."""
    return await _follow(tx, by, await reached_account(tx, account_id, by))


async def _follow(tx: Tx, by: Actor, followed: Party) -> FollowingView:
    if followed.account_id == by.account_id:
        raise OneselfMeant
    own = await shown(tx, by)
    new = Follow(
        follower_id=own.id,
        follower_account_id=own.account_id,
        followed_id=followed.id,
        followed_account_id=followed.account_id,
        followed_at=tx.now,
    )
    if await store.insert_follow(tx, new):
        await tallies.lock_and_raise(tx, follows=[new])
        tell_follow(tx, events.Followed, new)
        await check_active(tx, own.account_id, followed.account_id)
    return await following_view(tx, own, followed)
