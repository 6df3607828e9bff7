"""How people like their screens."""

import msgspec
import pytest

from skillhall.identity.api import AccountNotActive
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.kernel.http.envelope import etag_of
from skillhall.kernel.http.problem import PreconditionFailed
from skillhall.profiles.commands.set_preferences import set_preferences
from skillhall.profiles.model.preferences import ChangePreferences, PreferencesView
from skillhall.profiles.store.preferences import preferences
from tests.profiles.builders import ANY, SUSPEND, a_person, in_turn
from tests.support.hall import TestHall


async def test_defaults_then_what_was_chosen(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    assert await preferences(tx, mira.account_id) == PreferencesView()
    chosen = await set_preferences(in_turn(tx), mira, ChangePreferences(theme="dark", interests=["Music", "Maths"]), ANY)
    assert (chosen.theme, chosen.week_starts_on, chosen.interests, chosen.version) == ("dark", "monday", ["Music", "Maths"], 1)
    again = await set_preferences(in_turn(tx), mira, ChangePreferences(theme="dark"), ANY)
    assert again == chosen
    replaced = await set_preferences(in_turn(tx), mira, ChangePreferences(interests=[], has_reduced_motion=True), Match(etag_of(1)))
    assert (replaced.theme, replaced.interests, replaced.has_reduced_motion, replaced.version) == ("dark", [], True, 2)
    with pytest.raises(PreconditionFailed):
        await set_preferences(in_turn(tx), mira, ChangePreferences(theme="light"), Match(etag_of(1)))
    assert await preferences(tx, mira.account_id) == replaced
    assert await preferences(tx, taro.account_id) == PreferencesView()


async def test_a_suspended_account_chooses_nothing(tx: Tx) -> None:
    mira = await a_person(tx)
    await tx.run(SUSPEND, mira.account_id)
    with pytest.raises(AccountNotActive):
        await set_preferences(in_turn(tx), mira, ChangePreferences(theme="dark"), ANY)
    assert await preferences(tx, mira.account_id) == PreferencesView()


@pytest.mark.parametrize("wrong", [{"theme": "pink"}, {"weekStartsOn": 1}, {"contentLanguages": ["xx xx"]}, {"timezone": "Europe/Berlin"}])
def test_what_nobody_can_choose(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, ChangePreferences)


async def test_two_tabs_at_once_lose_nothing(hall: TestHall) -> None:
    mira = await hall.work(a_person)
    changes = [ChangePreferences(theme="dark"), ChangePreferences(interests=["Music"])] * 8
    answers = await hall.race(*(lambda change=change: hall.run(set_preferences, mira, change, ANY) for change in changes))
    assert all(isinstance(answer, PreferencesView) for answer in answers)
    found = await preferences(await hall.read(), mira.account_id)
    assert (found.theme, found.interests, found.version) == ("dark", ["Music"], 2)
