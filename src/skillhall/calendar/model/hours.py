"""Hours of a week and overrides of dates, on the person's own wall clock.

What a window means when clocks change: an instant is within the hours exactly if the wall clock shows, at that instant, a
time within a window of that local date. So a window in the skipped hour gives nothing, one in the repeated hour is open
twice, and one around either is an hour shorter or longer on that day.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Final, Literal, Self, get_args

from msgspec import Meta, Struct

from skillhall.calendar.model.zone import Segment, zone_names
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body

DAY: Final = 1440
_MONDAY: Final = 3  # the epoch began on a Thursday
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)
LocalTime = Annotated[
    str, Meta(pattern=r"^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)(?!\n)$", description="A local time", examples=["09:00"])
]
Range = tuple[int, int]
"""Start and end in minutes, end excluded."""
Week = tuple[tuple[Range, ...], ...]
"""Windows of the seven weekdays, Monday first; minutes after local midnight, ascending."""


class Schedule(Struct, frozen=True, kw_only=True):
    """A person's hours. `overrides` are by epoch day; no windows there means closed."""

    timezone: str
    week: Week
    overrides: Mapping[int, tuple[Range, ...]]


def epoch_day(on: date) -> int:
    """Return the days since 1970-01-01."""
    return on.toordinal() - _EPOCH_ORDINAL


def date_of(day: int) -> date:
    """Return the date that many days after 1970-01-01."""
    return date.fromordinal(_EPOCH_ORDINAL + day)


def open_hours(schedule: Schedule, horizon: Sequence[Segment]) -> list[Range]:
    """Return when the person is open within the horizon: epoch minutes, ascending, disjoint, touching ones joined.

    This runs for each of thirty hosts and each of thirty days of one request, so it calls nothing.
    """
    week, overrides = schedule.week, schedule.overrides
    found: list[Range] = []
    reached = -1
    for starts, ends, offset in horizon:
        for day in range((starts + offset) // DAY, (ends + offset - 1) // DAY + 1):
            windows = overrides.get(day)
            midnight = day * DAY - offset
            for opens, closes in week[(day + _MONDAY) % 7] if windows is None else windows:
                start, end = midnight + opens, midnight + closes
                if start < starts or end > ends:
                    start, end = max(start, starts), min(end, ends)
                    if start >= end:
                        continue
                found.append((start, end) if start != reached else (found.pop()[0], end))
                reached = end
    return found


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Return the same minutes as ascending, disjoint ranges; touching ones are joined, empty ones dropped."""
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            if end > joined[-1][1]:
                joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


class Window(Body, frozen=True):
    """Local times of one day, `HH:MM`; the end may be 24:00 and is excluded."""

    start: LocalTime
    end: LocalTime

    @property
    def range(self) -> Range:
        """The same as minutes after midnight."""
        return minute_of(self.start), minute_of(self.end)

    @classmethod
    def of(cls, minutes: Range) -> Self:
        """Return the window of these minutes after midnight."""
        return cls(start=_time_of(minutes[0]), end=_time_of(minutes[1]))


class WeekWindow(Window, frozen=True):
    """A window of every week."""

    weekday: Weekday

    @classmethod
    def on(cls, weekday: Weekday, minutes: Range) -> Self:
        """Return the window of these minutes after every such midnight."""
        return cls(weekday=weekday, start=_time_of(minutes[0]), end=_time_of(minutes[1]))


def week_of(windows: Sequence[WeekWindow]) -> dict[int, list[Range]]:
    """Return windows by weekday, Monday 0; refuse what is empty or overlaps, all at once."""
    errors: list[FieldError] = []
    week: dict[int, list[Range]] = {}
    for index, window in enumerate(windows):
        day = week.setdefault(WEEKDAYS.index(window.weekday), [])
        errors += _window_errors(window.range, day, f"weeklyHours.{index}")
        day.append(window.range)
    if errors:
        raise Invalid(*errors)
    return week


def day_of(windows: Sequence[Window]) -> list[Range]:
    """Return the windows of one date; refuse what is empty or overlaps, all at once."""
    errors: list[FieldError] = []
    day: list[Range] = []
    for index, window in enumerate(windows):
        errors += _window_errors(window.range, day, f"windows.{index}")
        day.append(window.range)
    if errors:
        raise Invalid(*errors)
    return day


def check_timezone(timezone: str, location: str) -> None:
    """Refuse what is no IANA zone we know."""
    if timezone not in zone_names():
        raise Invalid(FieldError("timezone", location, "unknown_timezone", "Not an IANA time zone such as Europe/Berlin."))


def _window_errors(window: Range, earlier: Sequence[Range], field: str) -> list[FieldError]:
    if window[0] >= window[1]:
        return [FieldError(f"{field}.end", "body", "window_empty", "The end must be after the start.")]
    if any(window[0] < end and start < window[1] for start, end in earlier):
        return [FieldError(field, "body", "windows_overlap", "This overlaps another window of the same day.")]
    return []


def minute_of(time: LocalTime) -> int:
    """Return a local time as minutes after midnight."""
    return int(time[:2]) * 60 + int(time[3:])


def _time_of(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
