"""Days of the community's calendar as moments. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from skillhall.kernel.refusals import FieldError, Invalid

USUAL: Final = timedelta(days=29)
LONGEST: Final = timedelta(days=366)
EARLIEST, LATEST = date(2000, 1, 1), date(9000, 1, 1)


def days(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """Return the first and last day asked for; without them the 30 days up to today. At most 367."""
    last = until or today
    first = since or last - USUAL
    if not EARLIEST <= first <= last <= LATEST or last - first > LONGEST:
        raise Invalid(FieldError("from", "query", "billing.range", "Ask for 1 to 367 days, the first one first."))
    return first, last


def midnight(day: date, zone: str) -> datetime:
    """Return when a day begins."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
