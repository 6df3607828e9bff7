"""When a digest goes out: at a fixed local time, whatever the clocks do that night. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Period = Literal["hourly", "daily", "weekly"]
DAYS_OF_A_WEEK = 7


def next_digest(after: datetime, period: Period, at: time, weekday: int, zone: str) -> datetime:
    """Return the first time later than `after` at which a digest goes out, UTC.

    hourly: at the full hour of the local clock. daily: at `at`. weekly: at `at` on `weekday` (0 is Monday). A local time that does not
    exist (clocks go forward) is that much later, one that exists twice is the first.
    """
    local = after.astimezone(ZoneInfo(zone))
    if period == "hourly":
        return (after + timedelta(minutes=60 - local.minute)).replace(second=0, microsecond=0).astimezone(UTC)
    step = DAYS_OF_A_WEEK if period == "weekly" else 1
    day = local.date() - timedelta(days=1)
    if period == "weekly":
        day += timedelta(days=(weekday - day.weekday()) % DAYS_OF_A_WEEK)
    while (found := _instant(day, at, zone)) <= after:
        day += timedelta(days=step)
    return found


def _instant(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at.replace(tzinfo=None, fold=0), ZoneInfo(zone)).astimezone(UTC)
