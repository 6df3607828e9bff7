"""A person's hours, entries and feed, as HTTP shows them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from skillhall.calendar.model.entry import BlockNotFound, CalendarRules, FeedNotFound
from skillhall.calendar.model.feed import Happening, calendar_file, uid_of
from skillhall.calendar.model.hours import WEEKDAYS, WeekWindow, Window, date_of
from skillhall.calendar.model.slots import LocalSlot, Want, local_slots
from skillhall.calendar.queries.free import free, schedules_of
from skillhall.calendar.queries.imports import own_data
from skillhall.identity import api as identity
from skillhall.kernel import ids, tokens
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import Instant, View, instant

VERSION = sql("""SELECT version FROM calendar.person WHERE account_id = $1""")
ENTRIES = sql("""
    SELECT id, subject_kind, subject_id, firm, title, starts_at, ends_at, recorded_at FROM calendar.entry
    WHERE account_id = $1 AND upper(span) > $2 AND lower(span) < $3 AND ($4::text IS NULL OR subject_kind = $4)
    ORDER BY starts_at, id
""")
FED_ENTRIES = sql("""
    SELECT id, subject_id, title, starts_at, ends_at, recorded_at FROM calendar.entry
    WHERE account_id = $1 AND upper(span) > $2 AND lower(span) < $3 AND subject_kind <> 'import'
    ORDER BY id
""")
BLOCK = sql("""
    SELECT subject_id, title, starts_at, ends_at FROM calendar.entry WHERE subject_id = $1 AND account_id = $2 AND subject_kind = 'block'
""")
FED = sql("""
    SELECT f.account_id, a.display_name FROM calendar.feed f JOIN identity.public_account a ON a.id = f.account_id
    WHERE f.token_hash = $1 AND a.is_visible
""")
EVERYTHING = sql("""
    SELECT subject_kind, subject_id, firm, title, starts_at, ends_at FROM calendar.entry WHERE account_id = $1 ORDER BY starts_at, id
""")
BEGINNING, END = date(1970, 1, 1), date(9000, 1, 1)


class OverrideView(View, frozen=True, kw_only=True):
    """The hours of one date instead of the weekly ones; no windows means closed."""

    id: UUID
    date: date
    windows: list[Window]


class OverridesView(View, frozen=True, kw_only=True):
    """A person's overrides, by date."""

    overrides: list[OverrideView]


class AvailabilityView(View, frozen=True, kw_only=True):
    """A person's hours on their own wall clock. `version` rises with every change."""

    account_id: UUID
    timezone: str
    weekly_hours: list[WeekWindow]
    overrides: list[OverrideView]
    version: int


class SlotsView(View, frozen=True, kw_only=True):
    """Free slots: `startsAt` and `endsAt` in UTC, `date` and `time` in `timezone`."""

    account_id: UUID
    timezone: str
    duration_minutes: int
    slots: list[LocalSlot]


class BlockView(View, frozen=True, kw_only=True):
    """Time a person keeps for themselves."""

    id: UUID
    title: str
    starts_at: Instant
    ends_at: Instant


class EntryView(View, frozen=True, kw_only=True):
    """Something in a person's own calendar; `kind` and `subjectId` name the thing. Firm entries exclude each other."""

    id: UUID
    kind: str
    subject_id: UUID
    title: str
    is_firm: bool
    starts_at: Instant
    ends_at: Instant


class EntriesView(View, frozen=True, kw_only=True):
    """A person's own calendar within a period, by start."""

    entries: list[EntryView]


def override_view(account_id: UUID, on: date, windows: Sequence[Window]) -> OverrideView:
    """Return an override as it is shown; its id belongs to person and date."""
    return OverrideView(id=ids.derived("calendar.override", account_id, on), date=on, windows=list(windows))


async def availability(read: Read, account_id: UUID, *, first_on: date | None = None) -> AvailabilityView:
    """Return the hours of a visible account, with its overrides from yesterday (or `first_on`) on."""
    since = first_on or (read.now - timedelta(days=1)).date()
    schedule = (await schedules_of(read, [account_id], since, END)).get(account_id)
    if schedule is None:
        raise identity.AccountNotFound
    return AvailabilityView(
        account_id=account_id,
        timezone=schedule.timezone,
        weekly_hours=[WeekWindow.on(WEEKDAYS[day], window) for day, windows in enumerate(schedule.week) for window in windows],
        overrides=[
            override_view(account_id, date_of(day), [Window.of(window) for window in windows])
            for day, windows in schedule.overrides.items()
        ],
        version=await read.value(VERSION, account_id) or 0,
    )


async def availability_of(read: Read, by: Actor, account_id: UUID) -> AvailabilityView:
    """Return another person's hours, unless one has blocked the other."""
    await identity.check_not_blocked(read, by.account_id, account_id)
    return await availability(read, account_id)


async def slots(read: Read, by: Actor, want: Want, from_: datetime, to: datetime, timezone: str | None) -> SlotsView:
    """Return another person's free slots, shown in `timezone` or else in the person's own."""
    seen = await availability_of(read, by, want.account_id)
    found = (await free(read, [want], from_, to))[want.key]
    shown_in = timezone or seen.timezone
    return SlotsView(
        account_id=want.account_id, timezone=shown_in, duration_minutes=want.duration_minutes, slots=local_slots(found, shown_in)
    )


async def entries(read: Read, account_id: UUID, from_: datetime, to: datetime, kind: str | None = None) -> EntriesView:
    """Return what takes a person's time within the period."""
    return EntriesView(
        entries=[
            EntryView(
                id=row["id"],
                kind=row["subject_kind"],
                subject_id=row["subject_id"],
                title=row["title"],
                is_firm=row["firm"],
                starts_at=instant(row["starts_at"]),
                ends_at=instant(row["ends_at"]),
            )
            for row in await read.rows(ENTRIES, account_id, from_, to, kind)
        ]
    )


async def block(read: Read, account_id: UUID, block_id: UUID) -> BlockView:
    """Return one of a person's own blocks."""
    row = await read.row(BLOCK, block_id, account_id)
    if row is None:
        raise BlockNotFound
    return BlockView(id=row["subject_id"], title=row["title"], starts_at=instant(row["starts_at"]), ends_at=instant(row["ends_at"]))


async def feed(read: Read, token: str) -> bytes:
    """Return the calendar file behind a feed's link. What is imported stays out: its person has it where it comes from."""
    person = await read.row(FED, tokens.digest(token))
    if person is None:
        raise FeedNotFound
    rules = read.setting(CalendarRules)
    from_, to = read.now - timedelta(days=rules.feed_past_days), read.now + timedelta(days=rules.feed_future_days)
    shown: list[Happening] = []
    seen: dict[UUID, int] = {}
    for row in await read.rows(FED_ENTRIES, person["account_id"], from_, to):
        number = seen.get(row["subject_id"], 0)
        seen[row["subject_id"]] = number + 1
        shown.append(
            Happening(
                uid=uid_of(row["subject_id"], number),
                title=row["title"],
                starts_at=row["starts_at"],
                ends_at=row["ends_at"],
                changed_at=row["recorded_at"],
            )
        )
    return calendar_file(uid_of(person["account_id"]), f"{read.house.config.community_name}: {person['display_name']}", shown)


async def personal_data(read: Read, account_id: UUID) -> dict[str, object]:
    """Return everything kept about a person's time."""
    schedule = (await schedules_of(read, [account_id], BEGINNING, END)).get(account_id)
    hours = None if schedule is None else await availability(read, account_id, first_on=BEGINNING)
    entries = [dict(row) for row in await read.rows(EVERYTHING, account_id)]
    return {"availability": hours, "entries": entries, "imports": await own_data(read, account_id)}
