"""IANA zones as stretches of constant offset, so that free time is integer arithmetic."""

from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

Segment = tuple[int, int, int]
"""First epoch minute, epoch minute after the last, minutes east of UTC."""

_DAY: Final = 1440


@cache
def zone_names() -> frozenset[str]:
    """Return every zone this installation knows."""
    return frozenset(available_timezones())


@lru_cache(maxsize=1024)
def segments(timezone: str, since: int, until: int) -> tuple[Segment, ...]:
    """Return [since, until) cut where the zone's offset changes, ascending."""
    marks = [mark for year in range(_year(since), _year(until) + 1) for mark in _changes(timezone, year)]
    ends = [*(at for at, _ in marks[1:]), until]
    both = zip(marks, ends, strict=True)
    return tuple((max(at, since), min(end, until), offset) for (at, offset), end in both if at < until and end > since)


@lru_cache(maxsize=4096)
def _changes(timezone: str, year: int) -> tuple[tuple[int, int], ...]:
    """Return (epoch minute, offset from then on) for the start of a UTC year and each change within it.

    Offsets are compared day by day and the change is found by halving. Seconds of an offset (last seen in 1972) are dropped.
    """
    zone = ZoneInfo(timezone)
    first, last = _new_year(year), _new_year(year + 1)
    low, offset = first, _offset(zone, first)
    found = [(first, offset)]
    for high in (*range(first + _DAY, last, _DAY), last - 1):
        if _offset(zone, high) != offset:
            low = _first_change(zone, low, high, offset)
            offset = _offset(zone, low)
            found.append((low, offset))
        low = high
    return tuple(found)


def _first_change(zone: ZoneInfo, low: int, high: int, offset: int) -> int:
    """Return the minute in (low, high] at which `offset` stops to hold."""
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high


def _offset(zone: ZoneInfo, minute: int) -> int:
    shift = datetime.fromtimestamp(minute * 60, zone).utcoffset()
    return 0 if shift is None else int(shift.total_seconds() // 60)


def _year(minute: int) -> int:
    return datetime.fromtimestamp(minute * 60, UTC).year


def _new_year(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) // 60
