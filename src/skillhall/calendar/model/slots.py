"""Free time as slots: hours less what is taken, cut at the wall clock's steps. Integer minutes throughout."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import repeat
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from skillhall.calendar.model.hours import DAY, Range, Schedule, date_of, merged, open_hours
from skillhall.calendar.model.zone import segments
from skillhall.kernel.shapes import Instant, View

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)
_TIMES: Final = tuple(f"T{minute // 60:02}:{minute % 60:02}:00.000Z" for minute in range(DAY))


class Want(Struct, frozen=True, kw_only=True):
    """What somebody looks for: a duration in one person's time. `key` names the answer (an offer's id, say).

    The duration must lie within the person's hours; the buffers only have to be clear of what is taken. Slots start at
    multiples of `step_minutes` after midnight on the person's wall clock, not before `notice_minutes` from now and not
    later than `days_ahead` days from now.
    """

    key: UUID
    account_id: UUID
    duration_minutes: int
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    step_minutes: int = 30
    notice_minutes: int = 0
    days_ahead: int = 365

    @property
    def reach_minutes(self) -> int:
        """How far from its start a slot can meet something, at most."""
        return self.buffer_before_minutes + self.duration_minutes + self.buffer_after_minutes


class Slot(View, frozen=True, gc=False):
    """Free time to book, UTC."""

    starts_at: Instant
    ends_at: Instant


class LocalSlot(View, frozen=True, gc=False):
    """Free time to book, UTC, with the date and time a wall clock shows at its start."""

    starts_at: Instant
    ends_at: Instant
    date: str
    time: str


def minute_after(at: datetime) -> int:
    """Return the first whole epoch minute at or after `at`."""
    return -((EPOCH - at) // _MINUTE)


def minute_before(at: datetime) -> int:
    """Return the last whole epoch minute at or before `at`."""
    return (at - EPOCH) // _MINUTE


def slot_starts(schedule: Schedule, busy: Sequence[Range], want: Want, since: int, until: int) -> list[int]:
    """Return the epoch minutes in [since, until) at which a slot of `want` begins, ascending.

    `busy` are epoch-minute ranges, end excluded, in any order. [s-before, s+duration+after) clear of a range is the same as
    [s, s+duration) clear of the range widened by after and before; so we widen, subtract, and fit the bare duration.
    """
    duration = want.duration_minutes
    horizon = segments(schedule.timezone, since, until + duration)
    widened = merged((start - want.buffer_after_minutes, end + want.buffer_before_minutes) for start, end in busy)
    starts: list[int] = []
    for opens, closes in without(open_hours(schedule, horizon), widened):
        latest = min(closes - duration, until - 1)
        for first, after, offset in horizon:
            if first > latest:
                break
            low = max(opens, first)
            starts.extend(range(low + -(low + offset) % want.step_minutes, min(latest, after - 1) + 1, want.step_minutes))
    return starts


def without(ranges: Sequence[Range], taken: Sequence[Range]) -> list[Range]:
    """Return `ranges` less `taken`; both ascending and disjoint."""
    left: list[Range] = []
    index, count = 0, len(taken)
    for start, end in ranges:
        while index < count and taken[index][1] <= start:
            index += 1
        cursor, ahead = start, index
        while ahead < count and taken[ahead][0] < end:
            if cursor < taken[ahead][0]:
                left.append((cursor, taken[ahead][0]))
            cursor = taken[ahead][1]
            ahead += 1
        if cursor < end:
            left.append((cursor, end))
    return left


def slots_at(starts: Sequence[int], duration: int) -> list[Slot]:
    """Return slots of `duration` minutes that begin at these epoch minutes."""
    return list(map(_slot, starts, repeat(duration)))


def local_slots(slots: Sequence[Slot], timezone: str) -> list[LocalSlot]:
    """Return the same slots with local date and time in this zone."""
    zone = ZoneInfo(timezone)
    found: list[LocalSlot] = []
    for slot in slots:
        local = datetime.fromisoformat(slot.starts_at).astimezone(zone)
        found.append(LocalSlot(starts_at=slot.starts_at, ends_at=slot.ends_at, date=f"{local:%Y-%m-%d}", time=f"{local:%H:%M}"))
    return found


@lru_cache(maxsize=32_768)
def _slot(start: int, duration: int) -> Slot:
    """Return a slot. Hosts who are free at the same time share it: writing times was half the cost of an answer."""
    return Slot(starts_at=_text(start), ends_at=_text(start + duration))


def _text(minute: int) -> Instant:
    """Return an epoch minute as the wire writes it; a twentieth of the cost of `instant(datetime)`."""
    return _date_text(minute // DAY) + _TIMES[minute % DAY]


@lru_cache(maxsize=1024)
def _date_text(day: int) -> str:
    return date_of(day).isoformat()
