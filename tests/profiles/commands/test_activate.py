"""Acting as another profile."""

import pytest

from skillhall.identity.api import LoginRequired
from skillhall.identity.gate import Memory
from skillhall.kernel.actor import Actor
from skillhall.profiles.commands.activate import activate_profile
from skillhall.profiles.commands.delete import delete_profile
from skillhall.profiles.commands.open import open_profile
from skillhall.profiles.model.refusals import NotYourProfile
from tests.identity.builders import a_person, admitted
from tests.profiles.builders import a_profile
from tests.support.hall import TestHall


async def test_the_new_token_names_the_profile(hall: TestHall) -> None:
    mira = await a_person(hall)
    second = await hall.run(open_profile, mira, a_profile())
    answer = await hall.run(activate_profile, mira, second.id)
    now = await admitted(hall, answer.access_token)
    assert (now.profile_id, now.login_id, now.account_id) == (second.id, mira.login_id, mira.account_id)


async def test_somebody_elses_profile_and_a_caller_without_a_login(hall: TestHall) -> None:
    mira, taro = await a_person(hall), await a_person(hall)
    with pytest.raises(NotYourProfile):
        await hall.run(activate_profile, taro, mira.profile_id)
    with pytest.raises(LoginRequired):
        await hall.run(activate_profile, Actor(account_id=mira.account_id, profile_id=mira.profile_id), mira.profile_id)
    row = await hall.pool.fetchrow("SELECT profile_id, revision FROM identity.login WHERE id = $1", taro.login_id)
    assert row is not None
    assert tuple(row) == (taro.profile_id, 1)


async def test_a_login_whose_profile_is_deleted_goes_on_with_the_oldest(hall: TestHall) -> None:
    mira = await a_person(hall)
    second = await hall.run(open_profile, mira, a_profile())
    token = (await hall.run(activate_profile, mira, second.id)).access_token
    await hall.run(delete_profile, mira, second.id)
    hall.runner.house.settings[Memory].next_poll = 0.0
    assert (await admitted(hall, token)).profile_id == mira.profile_id
