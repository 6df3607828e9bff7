"""Free slots of many people at once: three statements, then integer arithmetic."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from skillhall.calendar.model.hours import Range, Schedule, Week, epoch_day
from skillhall.calendar.model.slots import Slot, Want, minute_after, minute_before, slot_starts, slots_at
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row

SCHEDULES = sql("""
    SELECT a.id, coalesce(p.timezone, a.timezone) AS timezone, w.weekdays, w.opens, w.closes
    FROM identity.public_account a
    LEFT JOIN calendar.person p ON p.account_id = a.id
    CROSS JOIN LATERAL (
        SELECT array_agg(h.weekday) AS weekdays, array_agg(lower(r)) AS opens, array_agg(upper(r)) AS closes
        FROM calendar.weekly_hours h, unnest(h.windows) r WHERE h.account_id = a.id
    ) w
    WHERE a.id = ANY ($1::uuid[]) AND a.is_visible
""")
OVERRIDES = sql("""
    SELECT account_id, override_on, windows FROM calendar.override
    WHERE account_id = ANY ($1::uuid[]) AND override_on BETWEEN $2 AND $3
    ORDER BY override_on
""")
# Of what ends more than a day after the period only what is longer than a day can meet it: two index ranges instead of all the future.
TAKEN = sql("""
    SELECT account_id, array_agg(floor(date_part('epoch', lower(span)) / 60)::int) AS starts,
        array_agg(ceil(date_part('epoch', upper(span)) / 60)::int) AS ends
    FROM (
        SELECT account_id, span, subject_id FROM calendar.entry
        WHERE account_id = ANY ($1::uuid[]) AND upper(span) > $2 AND upper(span) <= $3::timestamptz + interval '1 day' AND lower(span) < $3
        UNION ALL
        SELECT account_id, span, subject_id FROM calendar.entry
        WHERE account_id = ANY ($1::uuid[]) AND upper(span) > $3::timestamptz + interval '1 day' AND lower(span) < $3
            AND upper(span) - lower(span) > interval '1 day'
    ) met
    WHERE subject_id IS DISTINCT FROM $4::uuid
    GROUP BY account_id
""")
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
CLOSED: Week = ((),) * 7


async def free(read: Read, wants: Sequence[Want], from_: datetime, to: datetime, *, ignoring: UUID | None = None) -> dict[UUID, list[Slot]]:
    """Return by `Want.key` the free slots that start in [from_, to), ascending; whoever is not visible has none.

    Free: within the person's hours and clear of every entry, firm or soft, with buffers; the subject with the id `ignoring`
    takes no time. Three statements, however many wants. The caller bounds the period.
    """
    starts = await _starts(read, wants, from_, to, ignoring)
    return {want.key: slots_at(starts[want.key], want.duration_minutes) for want in wants}


async def soonest(read: Read, wants: Sequence[Want], periods: Sequence[tuple[datetime, datetime]], *, whole: bool) -> dict[UUID, Slot]:
    """Return by `Want.key` the first free slot that starts within one of these periods; whoever has none is not there.

    With `whole` it must end within the period too. Periods are ascending, their ends excluded. The same three statements as `free`.
    """
    if not periods:
        return {}
    starts = await _starts(read, wants, periods[0][0], periods[-1][1], None)
    bounds = [(minute_after(first), minute_after(after)) for first, after in periods]
    found: dict[UUID, Slot] = {}
    for want in wants:
        mine = starts[want.key]
        for first, after in bounds:
            index = bisect_left(mine, first)
            if index < len(mine) and mine[index] < after - (want.duration_minutes - 1 if whole else 0):
                (found[want.key],) = slots_at(mine[index : index + 1], want.duration_minutes)
                break
    return found


async def is_free(read: Read, want: Want, starts_at: datetime, *, ignoring: UUID | None = None) -> bool:
    """Return whether `starts_at` is the start of a free slot. Only `reserve` can promise that it stays so."""
    minute = minute_before(starts_at)
    if minute != minute_after(starts_at):
        return False
    starts = await _starts(read, [want], starts_at, starts_at + MINUTE, ignoring)
    return minute in starts[want.key]


async def _starts(read: Read, wants: Sequence[Want], from_: datetime, to: datetime, ignoring: UUID | None) -> dict[UUID, list[int]]:
    """Return the epoch minutes at which slots start, by key."""
    from_ = max(from_, read.now)
    to = min(to, read.now + DAY * max((want.days_ahead for want in wants), default=0))
    if from_ >= to:
        return {want.key: [] for want in wants}
    people = sorted({want.account_id for want in wants})
    reach = MINUTE * max((want.reach_minutes for want in wants), default=0)
    schedules = await schedules_of(read, people, (from_ - DAY).date(), (to + reach + DAY).date())
    taken = {row["account_id"]: (row["starts"], row["ends"]) for row in await read.rows(TAKEN, people, from_ - reach, to + reach, ignoring)}
    starts: dict[UUID, list[int]] = {}
    for want in wants:
        schedule = schedules.get(want.account_id)
        since = minute_after(max(from_, read.now + MINUTE * want.notice_minutes))
        until = minute_after(min(to, read.now + DAY * want.days_ahead))
        if schedule is None or since >= until:
            starts[want.key] = []
        else:
            busy = list(zip(*taken.get(want.account_id, ((), ())), strict=True))
            starts[want.key] = slot_starts(schedule, busy, want, since, until)
    return starts


async def schedules_of(read: Read, account_ids: Sequence[UUID], first_on: date, last_on: date) -> dict[UUID, Schedule]:
    """Return the hours of each visible account, with the overrides of these dates, both included."""
    overrides: dict[UUID, dict[int, tuple[Range, ...]]] = {}
    for row in await read.rows(OVERRIDES, account_ids, first_on, last_on):
        overrides.setdefault(row["account_id"], {})[epoch_day(row["override_on"])] = _ranges(row["windows"])
    return {
        row["id"]: Schedule(timezone=row["timezone"], week=_week(row), overrides=overrides.get(row["id"], {}))
        for row in await read.rows(SCHEDULES, account_ids)
    }


def _week(row: Row) -> Week:
    if row["weekdays"] is None:
        return CLOSED
    days: dict[int, list[Range]] = {}
    for weekday, opens, closes in zip(row["weekdays"], row["opens"], row["closes"], strict=True):
        days.setdefault(weekday, []).append((opens, closes))
    return tuple(tuple(sorted(days.get(day, ()))) for day in range(7))


def _ranges(windows: Sequence[Any]) -> tuple[Range, ...]:
    return tuple((window.lower, window.upper) for window in windows)
