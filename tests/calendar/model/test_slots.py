"""Free time against an oracle that asks the wall clock about every single minute."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillhall.calendar.model.hours import Range, Schedule, epoch_day, merged, open_hours
from skillhall.calendar.model.slots import Want, minute_after, minute_before, slot_starts, slots_at, without
from skillhall.calendar.model.zone import segments
from skillhall.kernel.ids import NIL

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC", "Pacific/Apia", "Africa/Casablanca")
# Around every change of these zones in two years, and the night Samoa had no 30 December.
CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
    datetime(2026, 12, 31, 23, tzinfo=UTC),
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def minutes(at: datetime) -> int:
    return int((at - EPOCH).total_seconds() // 60)


def clock(timezone: ZoneInfo, minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, timezone)


def oracle(schedule: Schedule, busy: list[Range], want: Want, since: int, until: int) -> list[int]:
    """Return the starts, by looking at each minute of each candidate on the wall clock."""
    zone = ZoneInfo(schedule.timezone)
    reach = want.buffer_before_minutes + want.duration_minutes + want.buffer_after_minutes
    taken = {minute for start, end in busy for minute in range(max(start, since - reach), min(end, until + reach))}
    is_open: dict[int, bool] = {}
    for minute in range(since, until + want.duration_minutes):
        local = clock(zone, minute)
        day = (local.date() - date(1970, 1, 1)).days
        windows = schedule.overrides.get(day, schedule.week[local.weekday()])
        is_open[minute] = any(opens <= local.hour * 60 + local.minute < closes for opens, closes in windows)
    found: list[int] = []
    for start in range(since, until):
        local = clock(zone, start)
        end = start + want.duration_minutes
        if (
            (local.hour * 60 + local.minute) % want.step_minutes == 0
            and all(is_open[minute] for minute in range(start, end))
            and not any(minute in taken for minute in range(start - want.buffer_before_minutes, end + want.buffer_after_minutes))
        ):
            found.append(start)
    return found


@st.composite
def windows(draw: st.DrawFn) -> tuple[Range, ...]:
    quarters = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    pairs = zip(quarters[::2], quarters[1::2], strict=False)
    shift = draw(st.integers(0, 14))
    return tuple((opens * 15 + (shift if opens else 0), closes * 15) for opens, closes in pairs)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Schedule, list[Range], Want, int, int]:
    change = minutes(draw(st.sampled_from(CHANGES)))
    since = change + draw(st.integers(-2000, 600))
    until = since + draw(st.integers(0, 2400))
    first = epoch_day(clock(ZoneInfo("UTC"), since).date()) - 1
    schedule = Schedule(
        timezone=draw(st.sampled_from(ZONES)),
        week=tuple(draw(st.lists(windows(), min_size=7, max_size=7))),
        overrides=draw(st.dictionaries(st.integers(first, first + 4), windows(), max_size=3)),
    )
    spans = draw(st.lists(st.tuples(st.integers(since - 400, until + 400), st.integers(1, 300)), max_size=8))
    want = Want(
        key=NIL,
        account_id=NIL,
        duration_minutes=draw(st.integers(15, 180)),
        buffer_before_minutes=draw(st.integers(0, 60)),
        buffer_after_minutes=draw(st.integers(0, 60)),
        step_minutes=draw(st.sampled_from((5, 15, 20, 30, 45, 60))),
    )
    return schedule, [(start, start + length) for start, length in spans], want, since, until


@settings(max_examples=250, deadline=None)
@given(cases())
def test_slots_equal_the_wall_clock_minute_by_minute(case: tuple[Schedule, list[Range], Want, int, int]) -> None:
    schedule, busy, want, since, until = case
    assert slot_starts(schedule, busy, want, since, until) == oracle(schedule, busy, want, since, until)


@pytest.mark.parametrize("timezone", ZONES)
def test_stretches_of_constant_offset_cover_two_years_without_a_gap(timezone: str) -> None:
    since, until = minutes(datetime(2025, 12, 1, tzinfo=UTC)), minutes(datetime(2027, 2, 1, tzinfo=UTC))
    found = segments(timezone, since, until)
    assert found[0][0] == since
    assert found[-1][1] == until
    assert all(before[1] == after[0] for before, after in pairwise(found))
    for minute in range(since, until, 30):
        offset = next(offset for start, end, offset in found if start <= minute < end)
        local = clock(ZoneInfo(timezone), minute).utcoffset()
        assert local is not None
        assert offset * 60 == local.total_seconds()


def test_a_change_is_found_to_the_minute() -> None:
    change = minutes(datetime(2026, 3, 29, 1, tzinfo=UTC))
    assert segments("Europe/Berlin", change - 60, change + 60) == ((change - 60, change, 60), (change, change + 60, 120))
    half = minutes(datetime(2026, 4, 4, 15, tzinfo=UTC))
    assert segments("Australia/Lord_Howe", half - 1, half + 1) == ((half - 1, half, 660), (half, half + 1, 630))


def open_on(day: date, window: Range, timezone: str) -> list[Range]:
    """Return when one window of one date is open, as UTC minutes after that date's midnight UTC."""
    schedule = Schedule(timezone=timezone, week=((),) * 7, overrides={epoch_day(day): (window,)})
    midnight = epoch_day(day) * 1440
    return [(start - midnight, end - midnight) for start, end in open_hours(schedule, segments(timezone, midnight - 1440, midnight + 2880))]


def test_a_window_in_the_skipped_hour_gives_nothing_and_one_around_it_is_shorter() -> None:
    spring = date(2026, 3, 29)
    assert open_on(spring, (2 * 60 + 15, 2 * 60 + 45), "Europe/Berlin") == []
    assert open_on(spring, (1 * 60, 4 * 60), "Europe/Berlin") == [(0, 120)]


def test_a_window_in_the_repeated_hour_is_open_twice_and_one_around_it_is_longer() -> None:
    autumn = date(2026, 10, 25)
    assert open_on(autumn, (2 * 60 + 15, 2 * 60 + 45), "Europe/Berlin") == [(15, 45), (75, 105)]
    assert open_on(autumn, (1 * 60, 4 * 60), "Europe/Berlin") == [(-60, 180)]


def test_half_an_hour_of_daylight_saving_on_lord_howe() -> None:
    assert open_on(date(2026, 4, 5), (0, 1440), "Australia/Lord_Howe") == [(-660, 810)]
    assert open_on(date(2026, 10, 4), (0, 1440), "Australia/Lord_Howe") == [(-630, 780)]


def test_nine_in_berlin_stays_nine_when_the_clocks_change() -> None:
    """What a booker in New York sees are the host's nine o'clock lessons: 8:00 UTC in winter, 7:00 UTC in summer."""
    schedule = Schedule(timezone="Europe/Berlin", week=(((9 * 60, 10 * 60),),) * 7, overrides={})
    want = Want(key=NIL, account_id=NIL, duration_minutes=60, step_minutes=60)
    since = minutes(datetime(2026, 3, 27, tzinfo=UTC))
    texts = [slot.starts_at for slot in slots_at(slot_starts(schedule, [], want, since, since + 4 * 1440), 60)]
    assert texts == ["2026-03-27T08:00:00.000Z", "2026-03-28T08:00:00.000Z", "2026-03-29T07:00:00.000Z", "2026-03-30T07:00:00.000Z"]
    local = [datetime.fromisoformat(text).astimezone(ZoneInfo("America/New_York")).strftime("%H:%M") for text in texts]
    assert local == ["04:00", "04:00", "03:00", "03:00"]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
def test_subtracting_ranges_is_subtracting_sets(left: list[Range], right: list[Range]) -> None:
    def points(ranges: list[Range]) -> set[int]:
        return {point for start, end in ranges for point in range(start, end)}

    rest = without(merged(left), merged(right))
    assert points(rest) == points(left) - points(right)
    assert rest == merged(rest)


@given(st.datetimes(timezones=st.just(UTC)))
def test_minutes_round_away_from_each_other(at: datetime) -> None:
    assert EPOCH + timedelta(minutes=minute_before(at)) <= at <= EPOCH + timedelta(minutes=minute_after(at))
    assert minute_after(at) - minute_before(at) == (at.second + at.microsecond > 0)
