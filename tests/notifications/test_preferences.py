"""How people like to be told: channels, quiet hours over a change of clocks, digests, one document."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from skillhall.notifications.commands.set_preferences import set_frequency, set_preferences, set_quiet_hours
from skillhall.notifications.model.choices import (
    SWITCHES,
    ChangeChannels,
    ChangeDigest,
    ChangeFrequency,
    ChangeQuiet,
    ChangeSettings,
    changed,
    settings_view,
)
from skillhall.notifications.model.preferences import Settings
from skillhall.notifications.model.quiet import due, due_by
from skillhall.notifications.model.refusals import AlwaysOn, NumberMissing, NumberUnproven
from skillhall.notifications.model.types import CATEGORIES, TYPES, find_type, type_of
from skillhall.notifications.queries import preferences as queries
from skillhall.notifications.store import preferences as store
from tests.notifications.builders import count, listed, told
from tests.profiles.builders import ANY, a_person, in_turn

NEWS, ALARM = type_of("hall.announcement"), type_of("hall.security_alert")
PLAIN = Settings(account_id=ids.NIL)
NIGHT = msgspec.structs.replace(PLAIN, is_quiet_on=True, zone="Europe/Berlin")


def choosing(command: ChangeSettings, before: Settings = PLAIN) -> Settings:
    return changed(before, command).after


def test_a_channel_wins_over_a_type_and_a_type_over_its_category() -> None:
    assert (PLAIN.wants(NEWS, "email"), PLAIN.wants(NEWS, "push"), PLAIN.wants(NEWS, "sms")) == ("now", None, None)
    some = choosing(ChangeSettings(categories={"announcements": ChangeChannels(push=True, email=False)}))
    assert (some.wants(NEWS, "email"), some.wants(NEWS, "push")) == (None, "now")
    some = choosing(ChangeSettings(types={"SYSTEM_ANNOUNCEMENT": ChangeChannels(email=True)}), some)
    assert some.wants(NEWS, "email") == "now"
    assert some.wants(type_of("hall.maintenance"), "email") is None
    none = choosing(ChangeSettings(email=False, push=False), some)
    assert (none.wants(NEWS, "email"), none.wants(NEWS, "push"), none.wants(ALARM, "email")) == (None, None, "now")
    assert settings_view(none).types["hall.announcement"].email is False


def test_switches_of_the_sources() -> None:
    off = choosing(ChangeSettings(reminders=False, project_updates=False, email_messages=False, bid_alerts=True))
    assert [off.is_on(type_of(code), "email") for code in ("hall.reminder", "gigs.bid_accepted", "gigs.bid_submitted")] == [
        False,
        False,
        True,
    ]
    assert all(name in TYPES or name in CATEGORIES for names, _ in SWITCHES.values() for name in names)


def test_what_may_wait_waits_for_the_digest() -> None:
    daily = choosing(ChangeSettings(frequency=ChangeFrequency(email="daily")))
    assert (daily.wants(NEWS, "email"), daily.wants(NEWS, "email", "urgent"), daily.wants(ALARM, "email")) == ("digest", "now", "now")
    assert daily.wants(type_of("hall.maintenance"), "email") == "now"
    assert daily.wants(NEWS, "in_app") == "now"


def test_wrong_preferences_are_refused_all_at_once() -> None:
    with pytest.raises(Invalid) as wrong:
        choosing(ChangeSettings(categories={"x": ChangeChannels()}, types={"y": ChangeChannels(email=False)}))
    assert [error.field for error in wrong.value.errors] == ["categories.x", "types.y"]
    for command in (
        ChangeSettings(types={"hall.security_alert": ChangeChannels(email=False)}),
        ChangeSettings(categories={"security": ChangeChannels(in_app=False)}),
    ):
        with pytest.raises(AlwaysOn):
            choosing(command)
    with pytest.raises(NumberMissing):
        choosing(ChangeSettings(types={"hall.reminder": ChangeChannels(sms=True)}))
    with_number = choosing(ChangeSettings(sms_number="+4917012345678", types={"hall.reminder": ChangeChannels(sms=True)}))
    assert with_number.wants(type_of("hall.reminder"), "sms") == "now"
    assert choosing(ChangeSettings(sms_number=None), with_number).wants(type_of("hall.reminder"), "sms") is None


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-21T12:00+01:00", "2026-11-21T12:00+01:00"),
        ("2026-11-21T23:30+01:00", "2026-11-22T08:00+01:00"),
        ("2026-11-22T07:59+01:00", "2026-11-22T08:00+01:00"),
        ("2026-11-22T08:00+01:00", "2026-11-22T08:00+01:00"),
        ("2026-03-28T22:00+01:00", "2026-03-29T08:00+02:00"),  # the night clocks go forward
        ("2026-10-25T02:30+01:00", "2026-10-25T08:00+01:00"),  # the second 02:30 of the night they go back
    ],
)
def test_quiet_hours_end_by_the_readers_clock(now: str, then: str) -> None:
    assert due(datetime.fromisoformat(now), NIGHT, "Europe/Berlin") == datetime.fromisoformat(then)


def test_quiet_hours_hold_what_leaves_the_house_but_not_alarms() -> None:
    night, morning = datetime(2026, 11, 21, 23, tzinfo=UTC), datetime(2026, 11, 22, 7, tzinfo=UTC)
    assert due_by(night, NIGHT, "push", NEWS, "normal") == due_by(night, NIGHT, "email", NEWS, "high") == morning
    assert due_by(night, NIGHT, "in_app", NEWS, "normal") == due_by(night, NIGHT, "push", NEWS, "urgent") == night
    assert due_by(night, NIGHT, "email", ALARM, "low") == due_by(night, PLAIN, "email", NEWS, "normal") == night
    never = msgspec.structs.replace(NIGHT, quiet_from=time(8), quiet_until=time(8))
    assert due(night, never, "Europe/Berlin") == night


@settings(max_examples=30, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants them naive
    st.times(),
    st.times(),
    st.sampled_from(["Europe/Berlin", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"]),
)
def test_what_is_due_is_never_earlier_never_in_quiet_hours_and_stays_due(now: datetime, since: time, until: time, zone: str) -> None:
    quiet = msgspec.structs.replace(NIGHT, quiet_from=since, quiet_until=until)
    at = due(now, quiet, zone)
    assert now <= at < now.replace(microsecond=0) + (datetime(2026, 1, 3, tzinfo=UTC) - datetime(2026, 1, 1, tzinfo=UTC))
    if at > now:
        assert at.astimezone(ZoneInfo(zone)).date() >= now.astimezone(ZoneInfo(zone)).date()


def test_what_goes_to_anybody_is_of_security_and_the_account_alone() -> None:
    anybody = {code for code, kind in TYPES.items() if kind.is_for_anybody}
    assert {code for code in anybody if code.startswith("hall.")} == {"hall.security_alert"}
    assert anybody == {code for code, kind in TYPES.items() if kind.is_security or code.startswith("identity.")}


def test_the_sources_words_are_found() -> None:
    assert find_type("System Announcement") == find_type("system_announcement") == NEWS
    assert find_type("hall.announcement") == NEWS
    assert find_type("nonsense") is None
    assert all(find_type(code) is kind for code, kind in TYPES.items())
    words = [alias for kind in TYPES.values() for alias in kind.aliases]
    assert len(words) == len(set(words))


async def test_one_document(tx: Tx) -> None:
    mira = await a_person(tx)
    plain = await queries.preferences(tx, mira)
    assert (plain.email, plain.sms, plain.quiet_hours.is_enabled, plain.frequency.email, plain.version) == (
        True,
        False,
        False,
        "immediate",
        0,
    )
    everything = ChangeSettings(
        push=False,
        categories={"announcements": ChangeChannels(in_app=False)},
        types={"hall.reminder": ChangeChannels(email=False)},
        quiet_hours=ChangeQuiet(is_enabled=True, since="21:30"),
        frequency=ChangeFrequency(push="hourly"),
        digest=ChangeDigest(at="07:15", weekday="friday"),
        sms_number="+4917012345678",
    )
    after = await set_preferences(in_turn(tx), mira, everything, ANY)
    assert after == await set_preferences(in_turn(tx), mira, everything, ANY) == await queries.preferences(tx, mira)
    assert (after.push, after.sms, after.version, after.digest.at, after.digest.weekday) == (False, True, 1, "07:15", "friday")
    assert (await set_quiet_hours(in_turn(tx), mira, ChangeQuiet(enabled=False, end="06:00"))).until == "06:00"
    assert (await set_frequency(in_turn(tx), mira, ChangeFrequency(email="weekly"))).push == "hourly"
    assert (await queries.quiet_hours(tx, mira)).since == "21:30"
    assert (await queries.frequency(tx, mira)).email == "weekly"
    assert len((await queries.types(tx, mira)).items) == len(TYPES)
    assert (await store.find_settings(tx, [mira.account_id]))[mira.account_id].digest_weekday == 4
    assert (await store.find_settings(tx, [ids.new()])) == {}
    silent = await told(tx, mira)
    assert (silent.is_silent, await count(tx, mira), await listed(tx, mira)) == (True, 0, [])
    await store.turn_off(tx, mira.account_id, ["hall.message"], "email")
    assert not (await store.settings(tx, mira.account_id)).is_on(type_of("hall.message"), "email")


async def test_a_live_community_takes_no_number_that_nobody_has_proven(tx: Tx) -> None:
    mira = await a_person(tx)
    live = msgspec.structs.replace(tx.house.config, mode="production")
    tx.house = msgspec.structs.replace(tx.house, config=live)
    with pytest.raises(NumberUnproven):
        await set_preferences(in_turn(tx), mira, ChangeSettings(sms_number="+4917012345678"), ANY)
    assert not (await set_preferences(in_turn(tx), mira, ChangeSettings(sms_number=None, push=False), ANY)).push
