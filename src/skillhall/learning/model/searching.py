"""When a lesson is looked for: days and local times as periods of UTC."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from skillhall.calendar.api import WEEKDAYS, minute_of, zone_names
from skillhall.kernel.refusals import FieldError

DAYS_AHEAD: Final = 14
"""How far ahead is looked when no day is named."""
FURTHEST: Final = timedelta(days=365)
MIDNIGHT: Final = 1440

Period = tuple[datetime, datetime]


class Looking(Struct, frozen=True):
    """Ascending periods in which a lesson may start; `whole`: it must end within its period too."""

    periods: Sequence[Period]
    whole: bool


def looking(
    free_on: str | None, free_from: str | None, free_to: str | None, timezone: str, now: datetime
) -> tuple[Looking, list[FieldError]]:
    """Return when to look, and everything wrong with it.

    `free_on` is a date, or a weekday, which is the next such day, today included; without it the fortnight from today on counts. The
    lesson lies between the two local times; with neither, it only starts on that day.
    """
    errors: list[FieldError] = []
    if timezone not in zone_names():
        errors.append(_wrong("timezone", "learning.timezone", "Not an IANA time zone such as Europe/Berlin."))
    zone = ZoneInfo("UTC" if errors else timezone)
    today = now.astimezone(zone).date()
    first, last = minute_of(free_from or "00:00"), minute_of(free_to or "24:00")
    if first >= last:
        errors.append(_wrong("freeTo", "learning.period", "Must be after `freeFrom`."))
    days = _days(free_on, today)
    if days is None:
        errors.append(_wrong("freeOn", "learning.day", "Write a date within a year from today, or a weekday: 2026-12-24, tuesday."))
    return Looking(
        [(_at(day, first, zone), _at(day, last, zone)) for day in days or ()], free_from is not None or free_to is not None
    ), errors


def _days(free_on: str | None, today: date) -> list[date] | None:
    if free_on is None:
        return [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    name = free_on.lower()
    if name in WEEKDAYS:
        return [today + timedelta(days=(WEEKDAYS.index(name) - today.weekday()) % 7)]
    try:
        day = date.fromisoformat(free_on)
    except ValueError:
        return None
    return [day] if today <= day <= today + FURTHEST else None


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return when the wall clock shows so many minutes after midnight; 1440 is the next midnight."""
    ahead, minute = divmod(minute, MIDNIGHT)
    return datetime.combine(day + timedelta(days=ahead), time(minute // 60, minute % 60), zone).astimezone(UTC)


def _wrong(field: str, code: str, message: str) -> FieldError:
    return FieldError(field, "query", code, message)
