"""Following somebody no more."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.connections import events
from skillhall.connections.commands.telling import tell_follow
from skillhall.connections.queries.parties import acting, profiles_of
from skillhall.connections.store import follows as store
from skillhall.connections.store import tallies
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted


async def unfollow_profile(tx: Tx, by: Actor, profile_id: UUID) -> Deleted:
    """Follow a profile no more; who does not follow it, does not afterwards."""
    await _unfollow(tx, by, [profile_id])
    return Deleted(id=profile_id)


async def unfollow_account(tx: Tx, by: Actor, account_id: UUID) -> Deleted:
    """Follow no profile of an account any more."""
    await _unfollow(tx, by, await profiles_of(tx, account_id))
    return Deleted(id=account_id)


async def _unfollow(tx: Tx, by: Actor, profile_ids: Sequence[UUID]) -> None:
    own = await acting(tx, by)
    gone = await store.lock_and_forget_follows(tx, [own.id], profile_ids, len(profile_ids), both_ways=False)
    await tallies.lock_and_lower(tx, follows=gone)
    for one in gone:
        tell_follow(tx, events.Unfollowed, one)
