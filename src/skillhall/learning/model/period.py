"""Days of a person's own calendar, cut into buckets. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from skillhall.kernel.refusals import FieldError, Invalid

Size = Literal["day", "week", "month"]
MOST_BUCKETS: Final = 370
EARLIEST, LATEST = date(1970, 1, 2), date(9998, 12, 31)
_USUAL: Final[dict[Size, int]] = {"day": 30, "week": 12, "month": 12}


class Bucket(Struct, frozen=True):
    """The days from `first` to `last`, both included."""

    first: date
    last: date


class Period(Struct, frozen=True, kw_only=True):
    """Buckets that follow each other without a gap, in a time zone."""

    zone: str
    buckets: tuple[Bucket, ...]

    @property
    def bounds(self) -> list[datetime]:
        """When each bucket begins, and when the last one has ended."""
        days = [*(bucket.first for bucket in self.buckets), self.buckets[-1].last + timedelta(days=1)]
        return [datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC) for day in days]


def period(since: date | None, until: date | None, size: Size, zone: str, now: datetime) -> Period:
    """Return the days from `since` to `until`; without them the last 30 days, 12 weeks or 12 months up to today.

    Weeks begin on Monday, months on the first; the outer buckets hold only the days asked for.
    """
    last = until or now.astimezone(ZoneInfo(zone)).date()
    _check(last, "to")
    first = since or _usual_first(last, size)
    _check(first, "from")
    if first > last:
        raise _wrong("to", "Must not be before `from`.")
    buckets: list[Bucket] = []
    while first <= last:
        if len(buckets) == MOST_BUCKETS:
            raise _wrong("to", f"Ask for at most {MOST_BUCKETS} buckets at once.")
        after = _next(first, size)
        buckets.append(Bucket(first, min(after - timedelta(days=1), last)))
        first = after
    return Period(zone=zone, buckets=tuple(buckets))


def _usual_first(last: date, size: Size) -> date:
    if size == "month":
        months = last.year * 12 + last.month - _USUAL[size]
        return max(EARLIEST, date(max(months // 12, 1), months % 12 + 1, 1))
    days = _USUAL[size] - 1 if size == "day" else (_USUAL[size] - 1) * 7 + last.weekday()
    return max(EARLIEST, last - timedelta(days=days))


def _next(day: date, size: Size) -> date:
    if size == "month":
        return date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day + timedelta(days=1 if size == "day" else 7 - day.weekday())


def _check(day: date, name: str) -> None:
    if not EARLIEST <= day <= LATEST:
        raise _wrong(name, f"Must be a day from {EARLIEST} to {LATEST}.")


def _wrong(name: str, message: str) -> Invalid:
    return Invalid(FieldError(name, "query", "learning.period", message))
