"""Following and unfollowing."""

import pytest

from skillhall.connections.commands.follow import follow_account, follow_profile
from skillhall.connections.commands.unfollow import unfollow_account, unfollow_profile
from skillhall.connections.model.refusals import OneselfMeant, ProfileNotShown
from skillhall.identity.api import AccountNotFound
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.profiles.api import ProfileNotFound, hide
from tests.connections.builders import follow, people, profile_of, said, tally
from tests.profiles.builders import BLOCK, SUSPEND, another, in_turn


async def test_following_twice_is_following_once(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    first = await follow_profile(in_turn(tx), ada, profile_of(ben))
    assert (first.is_following, first.followers, first.profile.display_name) == (True, 1, "Ben")
    assert await follow_account(in_turn(tx), ada, ben.account_id) == first
    assert (await tally(tx, ada), await tally(tx, ben), said(tx)) == ((0, 0, 1), (0, 1, 0), ["followed"])
    for _ in range(2):
        assert (await unfollow_profile(in_turn(tx), ada, profile_of(ben))).id == ben.profile_id
    assert (await tally(tx, ada), await tally(tx, ben), said(tx)) == ((0, 0, 0), (0, 0, 0), ["followed", "unfollowed"])


async def test_unfollowing_an_account_means_all_its_profiles(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    other = await another(tx, ben)
    await follow(tx, ada, ben)
    await follow_profile(in_turn(tx), ada, other.id)
    assert await tally(tx, ada) == (0, 0, 2)
    assert (await unfollow_account(in_turn(tx), ada, ben.account_id)).id == ben.account_id
    assert await tally(tx, ada) == (0, 0, 0)
    assert (await unfollow_account(in_turn(tx), ada, ids.new())).deleted


async def test_whom_nobody_follows(tx: Tx) -> None:
    ada, ben, cleo, dora = await people(tx, "Ada", "Ben", "Cleo", "Dora")
    other = await another(tx, ada)
    for profile_id in (profile_of(ada), other.id):
        with pytest.raises(OneselfMeant):
            await follow_profile(in_turn(tx), ada, profile_id)
    with pytest.raises(OneselfMeant):
        await follow_account(in_turn(tx), ada, ada.account_id)
    await tx.run(BLOCK, ben.account_id, ada.account_id)
    await tx.run(SUSPEND, cleo.account_id)
    await hide(in_turn(tx), profile_of(dora), Actor.of("moderation", "Spam."), "Spam.")
    for who in (ben, cleo, dora):
        with pytest.raises(ProfileNotFound):
            await follow_profile(in_turn(tx), ada, profile_of(who))
        with pytest.raises(AccountNotFound):
            await follow_account(in_turn(tx), ada, who.account_id)
    with pytest.raises(ProfileNotShown):
        await follow_profile(in_turn(tx), dora, profile_of(ada))
    assert (await tally(tx, ada), said(tx)) == ((0, 0, 0), [])
