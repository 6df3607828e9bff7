"""Hiding and showing."""

import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.profiles.api import ProfileNotFound, hide, show
from skillhall.profiles.events import ProfileChanged
from skillhall.profiles.queries.shown import profile_view
from tests.profiles.builders import a_person, in_turn

STAFF = Actor(account_id=ids.new(), permissions=frozenset({"content.moderate"}))


async def test_hidden_is_for_the_owner_alone_until_shown(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    assert mira.profile_id is not None
    tx.audits.clear()
    for _ in range(2):
        await hide(in_turn(tx), mira.profile_id, STAFF, "spam")
    with pytest.raises(ProfileNotFound):
        await profile_view(tx, mira.profile_id, taro)
    assert (await profile_view(tx, mira.profile_id, mira)).id == mira.profile_id
    assert [(entry.action, entry.reason) for entry in tx.audits] == [("profiles.hide", "spam")]
    await show(in_turn(tx), mira.profile_id, STAFF, "appeal")
    assert (await profile_view(tx, mira.profile_id, taro)).id == mira.profile_id
    assert len([event for event in tx.events if isinstance(event, ProfileChanged)]) == 2


async def test_there_is_nothing_to_hide(tx: Tx) -> None:
    with pytest.raises(ProfileNotFound):
        await hide(tx, ids.new(), STAFF, "spam")
