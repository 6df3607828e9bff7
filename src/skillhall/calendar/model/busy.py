"""Busy times out of an iCalendar file (RFC 5545): recurrences worked out, what does not take time left out.

Only processes of `outside.reading` import this: what it reads may be anything, and what it needs is large.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, ClassVar, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar
from recurring_ical_events import CalendarQuery, of  # pyright: ignore[reportMissingTypeStubs] - typed, without the marker

from skillhall.calendar.model.feed import uid_of
from skillhall.calendar.model.hours import Range, merged
from skillhall.calendar.model.slots import minute_after, minute_before
from skillhall.calendar.model.zone import zone_names

DAY: Final = timedelta(days=1)
OURS: Final = "@skillhall"


class NotACalendarError(ValueError):
    """The bytes are no iCalendar file."""


class Lenient(CalendarQuery):
    """Passes over an event that cannot be understood, whatever is wrong with it."""

    suppressed_errors: ClassVar[list[type[Exception]]] = [Exception]  # pyright: ignore[reportIncompatibleVariableOverride] - as its docs say


def busy_times(file: bytes, account_id: UUID, timezone: str, since: datetime, until: datetime) -> list[Range]:
    """Return when the file's person is busy within [since, until): epoch minutes, ascending, disjoint, touching ones joined.

    Whole days are those of `timezone`; times without a zone are of the zone the file names for them, or else of `timezone` too.
    Transparent and cancelled events take no time. Events of ours that come back through another calendar do not either: they
    would block for ever what was cancelled here. The feed of another community is read like any calendar.
    """
    try:
        calendars = [one for one in Calendar.from_ical(file, multiple=True) if one.name == "VCALENDAR"]
    except (ValueError, IndexError, KeyError) as error:
        raise NotACalendarError from error
    if not calendars:
        raise NotACalendarError
    first, last = minute_before(since), minute_after(until)
    spans = (span for calendar in calendars for span in _spans(calendar, account_id, timezone, since, until))
    clipped = ((max(minute_before(start), first), min(minute_after(end), last)) for start, end in spans)
    return merged(clipped)


def _spans(calendar: Calendar, account_id: UUID, timezone: str, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    own, named = _text(calendar, "UID"), _text(calendar, "X-WR-TIMEZONE")
    is_elsewhere = own.endswith(OURS) and own != uid_of(account_id)  # another community's feed, or another person's
    whole, floating = ZoneInfo(timezone), ZoneInfo(named if named in zone_names() else timezone)
    query = of(calendar, components=("VEVENT",), skip_bad_series=True, calendar_query=Lenient)
    for event in cast("list[Any]", query.between(since - DAY, until + DAY)):
        if _takes_time(event) and (is_elsewhere or not _text(event, "UID").endswith(OURS)):
            yield _instant(event["DTSTART"].dt, whole, floating), _instant(event["DTEND"].dt, whole, floating)
    for component in calendar.subcomponents:
        if component.name == "VFREEBUSY":
            for start, end in _periods(component.get("FREEBUSY", [])):
                yield _instant(start, whole, floating), _instant(start + end if isinstance(end, timedelta) else end, whole, floating)


def _takes_time(event: Mapping[str, object]) -> bool:
    return _text(event, "TRANSP").upper() != "TRANSPARENT" and _text(event, "STATUS").upper() != "CANCELLED"


def _text(component: Mapping[str, object], name: str) -> str:
    return str(component.get(name, ""))


def _periods(found: Any) -> Iterator[tuple[datetime, datetime | timedelta]]:  # noqa: ANN401 - one value of the library's, or several
    """Yield what a free/busy component says is taken."""
    for one in cast("list[Any]", found) if isinstance(found, list) else [found]:
        if str(one.params.get("FBTYPE", "BUSY")).upper() != "FREE":
            yield from (period.dt for period in getattr(one, "dts", [one]))


def _instant(at: date | datetime, whole: tzinfo, floating: tzinfo) -> datetime:
    """Return when a date begins, or a time is, in UTC."""
    if not isinstance(at, datetime):
        return datetime.combine(at, time(), whole).astimezone(UTC)
    return (at.replace(tzinfo=floating) if at.tzinfo is None else at).astimezone(UTC)
