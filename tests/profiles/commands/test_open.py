"""Opening profiles."""

import pytest

from skillhall.identity.api import AccountNotActive
from skillhall.kernel.db.tx import Tx
from skillhall.profiles.commands.note import note
from skillhall.profiles.commands.open import open_profile
from skillhall.profiles.events import ProfileOpened
from skillhall.profiles.model.profile import ProfileRules
from skillhall.profiles.model.refusals import TooManyProfiles, UsernameTaken
from tests.profiles.builders import SUSPEND, a_person, a_profile, another, in_turn, primary_of, profiles_of
from tests.support.hall import TestHall


@pytest.mark.parametrize(
    ("abilities", "kind"),
    [((), "innovator"), (("client",), "innovator"), (("worker",), "professional"), (("learner", "host"), "professional")],
)
async def test_the_first_profile_is_primary_and_20_complete(tx: Tx, abilities: tuple[str, ...], kind: str) -> None:
    mira = await a_person(tx, "Mira Sommer", *abilities)
    (first,) = await profiles_of(tx, mira)
    assert (first.kind, first.is_primary, first.display_name, first.completion) == (kind, True, "Mira Sommer", 20)
    assert [event.profile_id for event in tx.events if isinstance(event, ProfileOpened)] == [first.id]


async def test_a_further_one_is_not_primary_and_shows_what_is_noted(tx: Tx) -> None:
    mira = await a_person(tx)
    await note(in_turn(tx), mira.account_id, rating=4.5, skills=["Cello"], jobs_done=7, has_availability=True)
    view = await another(tx, mira, display_name="  Mira the mentor ", username="Mira.S")
    assert (view.is_primary, view.display_name, view.username) == (False, "Mira the mentor", "Mira.S")
    assert (view.rating, view.skills, view.jobs_done) == (4.5, ["Cello"], 7)
    assert primary_of(await profiles_of(tx, mira)) == mira.profile_id


async def test_a_username_is_taken_in_every_case(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    await another(tx, mira, username="mira")
    with pytest.raises(UsernameTaken):
        await another(tx, taro, username="MIRA")
    assert len(await profiles_of(tx, taro)) == 1


async def test_no_more_than_the_operator_allows(tx: Tx) -> None:
    mira = await a_person(tx)
    tx.house.settings[ProfileRules] = ProfileRules(profiles_per_account=2)
    await another(tx, mira)
    with pytest.raises(TooManyProfiles):
        await another(tx, mira)
    assert len(await profiles_of(tx, mira)) == 2


async def test_a_suspended_account_opens_none(tx: Tx) -> None:
    mira = await a_person(tx)
    await tx.run(SUSPEND, mira.account_id)
    with pytest.raises(AccountNotActive):
        async with tx.savepoint():
            await another(tx, mira)
    assert len(await profiles_of(tx, mira)) == 1


async def test_sixteen_take_one_username_and_one_gets_it(hall: TestHall) -> None:
    people = [await hall.work(a_person, f"Person {number}") for number in range(16)]
    spelled = ["mira", "MIRA", "Mira", "mIRA"]
    answers = await hall.race(
        *(lambda by=by, name=spelled[number % 4]: hall.run(open_profile, by, a_profile(username=name)) for number, by in enumerate(people))
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["ProfileView", *["UsernameTaken"] * 15]
    assert await hall.pool.fetchval("SELECT count(*) FROM profiles.profile WHERE lower(username) = 'mira'") == 1
    assert await hall.pool.fetchval("SELECT count(*) FROM profiles.profile WHERE NOT is_primary") == 1
    await hall.verify()


async def test_sixteen_at_once_stay_below_the_limit(hall: TestHall) -> None:
    mira = await hall.work(a_person)
    hall.runner.house.settings[ProfileRules] = ProfileRules(profiles_per_account=5)
    answers = await hall.race(*(lambda: hall.run(open_profile, mira, a_profile()) for _ in range(16)))
    assert sorted(type(answer).__name__ for answer in answers) == ["ProfileView"] * 4 + ["TooManyProfiles"] * 12
    assert await hall.pool.fetchval("SELECT count(*) FROM profiles.profile WHERE account_id = $1", mira.account_id) == 5
