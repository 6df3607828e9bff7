"""Noting facts."""

from skillhall.kernel.db.tx import Tx
from skillhall.profiles.api import note
from skillhall.profiles.events import ProfileChanged
from tests.profiles.builders import a_person, another, in_turn, people, profiles_of
from tests.support.hall import TestHall


async def test_every_profile_of_the_person_shows_them(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    second = await another(tx, mira)
    tx.events.clear()
    await note(in_turn(tx), mira.account_id, rating=4.5, skills=["Cello", "Viola", "Violin"], jobs_done=3, has_availability=True)
    assert [(p.rating, p.skills, p.jobs_done, p.completion) for p in await profiles_of(tx, mira)] == [
        (4.5, ["Cello", "Viola", "Violin"], 3, 45)
    ] * 2
    assert {event.profile_id for event in tx.events if isinstance(event, ProfileChanged)} == {mira.profile_id, second.id}
    assert [(p.rating, p.skills, p.jobs_done) for p in await profiles_of(tx, taro)] == [(None, [], 0)]


async def test_what_is_left_out_stays_and_the_same_is_no_news(tx: Tx) -> None:
    mira = await a_person(tx)
    await note(in_turn(tx), mira.account_id, rating=4.5, jobs_done=3)
    tx.events.clear()
    await note(in_turn(tx), mira.account_id, rating=4.5)
    await note(in_turn(tx), mira.account_id)
    assert not tx.events
    await note(in_turn(tx), mira.account_id, rating=None, skills=[])
    (profile,) = await profiles_of(tx, mira)
    assert (profile.rating, profile.jobs_done) == (None, 3)


async def test_badges_and_level_are_shown_too(tx: Tx) -> None:
    mira = await a_person(tx)
    await note(in_turn(tx), mira.account_id, badges=["top_performer"], level=3)
    tx.events.clear()
    await note(in_turn(tx), mira.account_id, badges=["top_performer"], level=3)
    assert not tx.events
    (profile,) = await profiles_of(tx, mira)
    assert (profile.badges, profile.level) == (["top_performer"], 3)
    assert (await another(tx, mira)).badges == ["top_performer"]


async def test_notes_of_several_contexts_at_once_all_stay(hall: TestHall) -> None:
    (mira,) = await people(hall, 1)

    async def rated(tx: Tx) -> None:
        await note(tx, mira.account_id, rating=4.5)

    async def skilled(tx: Tx) -> None:
        await note(tx, mira.account_id, skills=["Cello"])

    answers = await hall.race(*(lambda work=work: hall.work(work) for work in (rated, skilled) * 8))
    assert answers == [None] * 16
    row = await hall.pool.fetchrow("SELECT rating, skills FROM profiles.profile WHERE account_id = $1", mira.account_id)
    assert row is not None
    assert tuple(row) == (4.5, ["Cello"])
