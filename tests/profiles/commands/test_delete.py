"""Deleting a profile."""

import asyncio

import pytest

from skillhall.identity.commands.sign_in import sign_in
from skillhall.identity.store.accounts import lock_account
from skillhall.kernel.actor import STRANGER
from skillhall.kernel.db.tx import Facts, Tx
from skillhall.profiles.api import cards
from skillhall.profiles.commands.delete import delete_profile
from skillhall.profiles.commands.open import open_profile
from skillhall.profiles.commands.set_primary import set_primary
from skillhall.profiles.events import ProfileChanged, ProfileDeleted
from skillhall.profiles.model.refusals import LastProfile, NotYourProfile, ProfileNotFound
from tests.profiles.builders import a_person, a_profile, another, in_turn, people, primary_of, profiles_of
from tests.support.hall import TestHall


async def test_a_tombstone_keeps_its_id_and_nothing_else(tx: Tx) -> None:
    mira = await a_person(tx)
    second = await another(tx, mira, username="mira", bio="I teach.", phone="+49 341 1234567")
    assert (await delete_profile(in_turn(tx), mira, second.id)).deleted
    card = (await cards(tx, [second.id]))[second.id]
    assert (card.display_name, card.username) == ("Deleted profile", None)
    assert [event.profile_id for event in tx.events if isinstance(event, ProfileDeleted)] == [second.id]
    assert primary_of(await profiles_of(tx, mira)) == mira.profile_id
    assert (await another(tx, mira, username="mira")).username == "mira"
    with pytest.raises(ProfileNotFound):
        await delete_profile(in_turn(tx), mira, second.id)


async def test_when_the_primary_goes_the_oldest_follows(tx: Tx) -> None:
    mira = await a_person(tx)
    second, third = await another(tx, mira), await another(tx, mira)
    assert mira.profile_id is not None
    await delete_profile(in_turn(tx), mira, mira.profile_id)
    own = await profiles_of(tx, mira)
    assert [profile.id for profile in own] == [second.id, third.id]
    assert primary_of(own) == second.id
    assert [event.profile_id for event in tx.events if isinstance(event, ProfileChanged)] == [second.id]


async def test_the_last_one_stays(tx: Tx) -> None:
    mira = await a_person(tx)
    assert mira.profile_id is not None
    with pytest.raises(LastProfile):
        await delete_profile(in_turn(tx), mira, mira.profile_id)
    assert primary_of(await profiles_of(tx, mira)) == mira.profile_id


async def test_somebody_elses_stays(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    second = await another(tx, mira)
    with pytest.raises(NotYourProfile):
        await delete_profile(in_turn(tx), taro, second.id)
    assert len(await profiles_of(tx, mira)) == 2


async def test_all_at_once_leave_one(hall: TestHall) -> None:
    (mira,) = await people(hall, 1)
    faces = [mira.profile_id, *[(await hall.work(another, mira)).id for _ in range(7)]]
    answers = await hall.race(*(lambda face=face: hall.run(delete_profile, mira, face) for face in [*faces, *faces]))
    kinds = [type(answer).__name__ for answer in answers]
    assert kinds.count("Deleted") == 7
    assert set(kinds) == {"Deleted", "LastProfile", "ProfileNotFound"}
    rows = await hall.pool.fetch("SELECT is_primary FROM profiles.profile WHERE account_id = $1 AND deleted_at IS NULL", mira.account_id)
    assert [row["is_primary"] for row in rows] == [True]
    await hall.verify()


async def test_opening_choosing_and_deleting_at_once_leave_one_primary(hall: TestHall) -> None:
    (mira,) = await people(hall, 1)
    second, third = [(await hall.work(another, mira)).id for _ in range(2)]
    steps = (
        lambda: hall.run(delete_profile, mira, mira.profile_id),
        lambda: hall.run(open_profile, mira, a_profile()),
        lambda: hall.run(set_primary, mira, second),
        lambda: hall.run(set_primary, mira, third),
        lambda: hall.run(delete_profile, mira, second),
    )
    answers = await hall.race(*(steps[number % len(steps)] for number in range(20)))
    kinds = [type(answer).__name__ for answer in answers]
    assert (kinds.count("Deleted"), set(kinds)) == (2, {"Deleted", "ProfileView", "ProfileNotFound"})
    rows = await hall.pool.fetch(
        "SELECT id, is_primary FROM profiles.profile WHERE account_id = $1 AND deleted_at IS NULL", mira.account_id
    )
    assert (len(rows), sum(row["is_primary"] for row in rows)) == (5, 1)
    await hall.verify()


async def test_a_login_that_begins_meanwhile_does_not_keep_the_deleted_profile(hall: TestHall) -> None:
    (mira,) = await people(hall, 1)
    other = await hall.work(another, mira)
    async with hall.pool.acquire() as connection, connection.transaction():
        tx = Tx(connection, hall.runner.house, STRANGER, Facts())
        opened = await sign_in(tx, await lock_account(tx, mira.account_id), "code", "a test")
        deleting = asyncio.create_task(hall.run(delete_profile, mira, mira.profile_id))
        await asyncio.wait({deleting}, timeout=0.5)
    assert (await deleting).deleted
    assert opened.profiles[0].id == mira.profile_id
    assert await hall.pool.fetchval("SELECT profile_id FROM identity.login WHERE account_id = $1", mira.account_id) == other.id
