"""Weekly hours, zone and overrides: set, merged, refused."""

from datetime import timedelta

import pytest

from skillhall.calendar.commands.availability import SetAvailability, SetOverride, remove_override, set_availability, set_override
from skillhall.calendar.model.entry import OverrideNotFound
from skillhall.calendar.model.hours import WeekWindow, Window
from skillhall.calendar.queries.shown import AvailabilityView, availability
from skillhall.identity.api import AccountNotFound
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.kernel.http.envelope import etag_of
from skillhall.kernel.http.problem import PreconditionFailed
from skillhall.kernel.refusals import Invalid
from tests.calendar.builders import an_account, at
from tests.profiles.builders import a_person, profiles_of

MORNING = WeekWindow(weekday="monday", start="09:00", end="12:00")
EVENING = WeekWindow(weekday="monday", start="18:00", end="24:00")
SUNDAY = WeekWindow(weekday="sunday", start="00:00", end="24:00")


def anything(_version: object) -> None:
    """Match whatever version there is."""


async def a_member(tx: Tx) -> Actor:
    return Actor(account_id=await an_account(tx, timezone="Europe/Berlin"))


async def set_(tx: Tx, by: Actor, **fields: object) -> AvailabilityView:
    return await set_availability(at(tx), by, SetAvailability(**fields), anything)  # pyright: ignore[reportArgumentType]


async def test_somebody_new_has_no_hours_and_the_accounts_zone(tx: Tx) -> None:
    by = await a_member(tx)
    view = await availability(tx, by.account_id)
    assert (view.timezone, view.weekly_hours, view.overrides, view.version) == ("Europe/Berlin", [], [], 0)


async def test_what_is_absent_stays_and_a_list_replaces(tx: Tx) -> None:
    by = await a_member(tx)
    first = await set_(tx, by, weekly_hours=[SUNDAY, EVENING, MORNING])
    assert first.weekly_hours == [MORNING, EVENING, SUNDAY]
    second = await set_(tx, by, timezone="Asia/Kolkata")
    assert (second.timezone, second.weekly_hours) == ("Asia/Kolkata", first.weekly_hours)
    third = await set_(tx, by, weekly_hours=[MORNING])
    assert (third.timezone, third.weekly_hours) == ("Asia/Kolkata", [MORNING])
    assert (await set_(tx, by, weekly_hours=[])).weekly_hours == []
    assert first.version < second.version < third.version


async def test_profiles_show_whether_there_are_weekly_hours(tx: Tx) -> None:
    mira = await a_person(tx)
    for hours, expected in (([MORNING], True), ([MORNING, SUNDAY], True), ([], False)):
        await set_(tx, mira, weekly_hours=hours)
        at(tx)
        (profile,) = await profiles_of(tx, mira)
        assert profile.has_availability is expected


async def test_touching_windows_are_joined(tx: Tx) -> None:
    by = await a_member(tx)
    noon = WeekWindow(weekday="monday", start="12:00", end="13:00")
    view = await set_(tx, by, weekly_hours=[MORNING, noon])
    assert view.weekly_hours == [WeekWindow(weekday="monday", start="09:00", end="13:00")]


@pytest.mark.parametrize("fields", [{"timezone": "Mars/Olympus"}, {"weekly_hours": [MORNING, MORNING]}])
async def test_a_refused_change_changes_nothing(tx: Tx, fields: dict[str, object]) -> None:
    by = await a_member(tx)
    before = await set_(tx, by, weekly_hours=[SUNDAY])
    with pytest.raises(Invalid):
        await set_(tx, by, **{"weekly_hours": [], **fields})
    assert await availability(tx, by.account_id) == before


async def test_a_lost_update_is_refused(tx: Tx) -> None:
    by = await a_member(tx)
    seen = await set_(tx, by, weekly_hours=[SUNDAY])
    match = Match(etag_of(seen.version)).check
    now = await set_availability(at(tx), by, SetAvailability(weekly_hours=[MORNING]), match)
    with pytest.raises(PreconditionFailed):
        await set_availability(at(tx), by, SetAvailability(weekly_hours=[]), match)
    assert await availability(tx, by.account_id) == now


async def test_an_override_is_set_changed_and_removed(tx: Tx) -> None:
    by = await a_member(tx)
    on = (tx.now + timedelta(days=10)).date()
    made = await set_override(tx, by, on, SetOverride(windows=[Window(start="14:00", end="15:00"), Window(start="09:00", end="10:00")]))
    assert made.windows == [Window(start="09:00", end="10:00"), Window(start="14:00", end="15:00")]
    assert (await availability(tx, by.account_id)).overrides == [made]
    closed = await set_override(tx, by, on, SetOverride(windows=[]))
    assert (await availability(tx, by.account_id)).overrides == [closed]
    assert await remove_override(tx, by, on) == made.id == closed.id
    assert (await availability(tx, by.account_id)).overrides == []
    with pytest.raises(OverrideNotFound):
        await remove_override(tx, by, on)


@pytest.mark.parametrize("days", [-2, 800])
async def test_an_override_is_for_days_to_come(tx: Tx, days: int) -> None:
    by = await a_member(tx)
    with pytest.raises(Invalid):
        await set_override(tx, by, (tx.now + timedelta(days=days)).date(), SetOverride(windows=[]))
    assert (await availability(tx, by.account_id)).overrides == []


async def test_nobody_and_the_suspended_are_not_found(tx: Tx) -> None:
    for account_id in (ids.new(), await an_account(tx, state="suspended")):
        with pytest.raises(AccountNotFound):
            await availability(tx, account_id)
