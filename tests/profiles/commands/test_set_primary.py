"""Choosing the primary profile."""

import pytest

from skillhall.kernel.db.tx import Tx
from skillhall.profiles.commands.set_primary import set_primary
from skillhall.profiles.events import ProfileChanged
from skillhall.profiles.model.refusals import NotYourProfile
from tests.profiles.builders import a_person, another, in_turn, people, primary_of, profiles_of
from tests.support.hall import TestHall


async def test_the_old_one_is_none_any_more(tx: Tx) -> None:
    mira = await a_person(tx)
    second = await another(tx, mira)
    view = await set_primary(in_turn(tx), mira, second.id)
    own = await profiles_of(tx, mira)
    assert (view.is_primary, primary_of(own), own[0].version) == (True, second.id, view.version)
    assert {event.profile_id for event in tx.events if isinstance(event, ProfileChanged)} == {mira.profile_id, second.id}


async def test_again_changes_nothing(tx: Tx) -> None:
    mira = await a_person(tx)
    second = await another(tx, mira)
    first = await set_primary(in_turn(tx), mira, second.id)
    tx.events.clear()
    assert await set_primary(in_turn(tx), mira, second.id) == first
    assert not tx.events


async def test_somebody_elses_is_refused(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    second = await another(tx, mira)
    with pytest.raises(NotYourProfile):
        await set_primary(in_turn(tx), taro, second.id)
    assert primary_of(await profiles_of(tx, mira)) == mira.profile_id


async def test_sixteen_at_once_leave_exactly_one(hall: TestHall) -> None:
    (mira,) = await people(hall, 1)
    faces = [await hall.work(another, mira) for _ in range(4)]
    answers = await hall.race(*(lambda face=faces[number % 4]: hall.run(set_primary, mira, face.id) for number in range(16)))
    assert all(getattr(answer, "is_primary", False) for answer in answers), answers
    rows = await hall.pool.fetch("SELECT id FROM profiles.profile WHERE account_id = $1 AND is_primary", mira.account_id)
    assert len(rows) == 1
    assert rows[0]["id"] in {face.id for face in faces}
    await hall.verify()
