"""HTTP of calendar: hours, overrides, blocks, free slots, entries, feed."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from skillhall.calendar.commands.availability import SetAvailability, SetOverride, remove_override, set_availability, set_override
from skillhall.calendar.commands.block import Block, block, unblock
from skillhall.calendar.commands.feed import FeedView, close_feed, open_feed
from skillhall.calendar.model.entry import (
    BlockNotFound,
    CalendarRules,
    FeedNotFound,
    OverrideNotFound,
    PeriodEmpty,
    PeriodTooLong,
    TooManyBlocks,
    check_period,
)
from skillhall.calendar.model.feed import MEDIA
from skillhall.calendar.model.hours import check_timezone
from skillhall.calendar.model.slots import Want
from skillhall.calendar.queries import shown
from skillhall.calendar.queries.shown import AvailabilityView, BlockView, EntriesView, OverridesView, OverrideView, SlotsView
from skillhall.identity.api import AccountNotFound
from skillhall.kernel.db.tx import Read
from skillhall.kernel.http import Answer, Call, Deleted, Key, Raw, delete, get, post, put
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Moment

LATEST: Final = datetime.max.replace(tzinfo=UTC)
WEEK = {"timezone": "Europe/Berlin", "weeklyHours": [{"weekday": "monday", "start": "09:00", "end": "17:00"}]}


class Period(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Now and four weeks from `from` when absent; `to` is excluded."""

    from_: Moment | None = msgspec.field(name="from", default=None)
    to: Moment | None = None

    def bounds(self, read: Read) -> tuple[datetime, datetime]:
        """Return both ends, or refuse a period that is empty or too long."""
        from_ = self.from_ or read.now
        to = self.to or from_ + min(timedelta(days=28), LATEST - from_)
        check_period(from_, to, read.setting(CalendarRules).longest_period_days)
        return from_, to


class EntryQuery(Period, frozen=True, kw_only=True):
    """Which entries; `kind` is session, block and so on."""

    kind: Annotated[str, Meta(max_length=50)] | None = None


class SlotQuery(Period, frozen=True, kw_only=True):
    """Which slots: `duration` and `step` in minutes; `timezone` is the one to show them in, else the person's own."""

    duration: Annotated[int, Meta(ge=15, le=480)] = 60
    step: Annotated[int, Meta(ge=5, le=240)] = 30
    timezone: Annotated[str, Meta(max_length=64)] | None = None


@get("/users/me/availability", refuses=(AccountNotFound,), etag=True)
async def read_my_availability(call: Call) -> AvailabilityView:
    """Read one's own weekly hours, zone and overrides."""
    return await shown.availability(call.read, call.by.account_id)


@put("/users/me/availability", refuses=(AccountNotFound,), example=WEEK, etag=True)
async def change_availability(call: Call, data: SetAvailability) -> Answer[AvailabilityView]:
    """Set one's weekly hours, zone or both.

    What is absent stays. Times are on the wall clock of `timezone`: when clocks change, 09:00 stays 09:00, a window in the skipped
    hour is closed that day, and one in the repeated hour is open twice.
    """
    return await call.run(set_availability, data, call.match.check)


@get("/availability/overrides", refuses=(AccountNotFound,))
async def list_overrides(call: Call) -> OverridesView:
    """Read one's own overrides from yesterday on."""
    return OverridesView(overrides=(await shown.availability(call.read, call.by.account_id)).overrides)


@put("/availability/overrides/{on:str}", example={"windows": [{"start": "10:00", "end": "12:00"}]})
async def put_override(call: Call, on: str, data: SetOverride) -> Answer[OverrideView]:
    """Set the hours of one date (YYYY-MM-DD); no windows means closed."""
    return await call.run(set_override, _date(on), data)


@delete("/availability/overrides/{on:str}", refuses=(OverrideNotFound,))
async def delete_override(call: Call, on: str) -> Deleted:
    """Let the weekly hours rule one date again."""
    return Deleted(id=await call.act(remove_override, _date(on)))


@get("/availability/blocks", refuses=(PeriodEmpty, PeriodTooLong))
async def list_time_blocks(call: Call, query: Period) -> EntriesView:
    """Read one's own blocked times; `subjectId` is the block's id."""
    return await shown.entries(call.read, call.by.account_id, *query.bounds(call.read), "block")


@post(
    "/availability/blocks",
    created="/availability/blocks/{id}",
    refuses=(PeriodEmpty, PeriodTooLong, TooManyBlocks),
    example={"startsAt": "2026-12-24T08:00:00Z", "endsAt": "2026-12-27T08:00:00Z", "title": "Holidays"},
)
async def create_time_block(call: Call, data: Block) -> Answer[BlockView]:
    """Keep time for oneself; what is booked in it stays booked."""
    return await call.run(block, data)


@get("/availability/blocks/{block_id:uuid}", refuses=(BlockNotFound,))
async def read_time_block(call: Call, block_id: UUID) -> BlockView:
    """Read one of one's own blocked times."""
    return await shown.block(call.read, call.by.account_id, block_id)


@delete("/availability/blocks/{block_id:uuid}", refuses=(BlockNotFound,))
async def delete_time_block(call: Call, block_id: UUID) -> Deleted:
    """Give blocked time back."""
    await call.act(unblock, block_id)
    return Deleted(id=block_id)


@get("/availability/{account_id:uuid}", refuses=(AccountNotFound,))
async def read_availability(call: Call, account_id: UUID) -> AvailabilityView:
    """Read a person's weekly hours, zone and overrides."""
    return await shown.availability_of(call.read, call.by, account_id)


@get("/workers/{account_id:uuid}/availability", refuses=(AccountNotFound,), alias_of="readAvailability")
async def read_worker_availability(call: Call, account_id: UUID) -> AvailabilityView:
    """Read a worker's hours; the same as `/availability/{accountId}`."""
    return await shown.availability_of(call.read, call.by, account_id)


@get("/availability/{account_id:uuid}/slots", refuses=(AccountNotFound, PeriodEmpty, PeriodTooLong))
async def list_free_slots(call: Call, account_id: UUID, query: SlotQuery) -> SlotsView:
    """Read when a person is free for `duration` minutes.

    Slots start at multiples of `step` minutes on the person's wall clock, lie within their hours and touch nothing that takes their time.
    """
    if query.timezone is not None:
        check_timezone(query.timezone, "query")
    want = Want(key=account_id, account_id=account_id, duration_minutes=query.duration, step_minutes=query.step)
    return await shown.slots(call.read, call.by, want, *query.bounds(call.read), query.timezone)


@get("/calendar/entries", refuses=(PeriodEmpty, PeriodTooLong))
async def list_entries(call: Call, query: EntryQuery) -> EntriesView:
    """Read one's own calendar: everything that takes one's time within a period."""
    return await shown.entries(call.read, call.by.account_id, *query.bounds(call.read), query.kind)


@post("/calendar/feed", key=Key.NEVER)
async def create_feed(call: Call) -> Answer[FeedView]:
    """Make a secret link under which calendar programs read one's entries.

    It is shown this once; an earlier link stops to work.
    """
    return await call.run(open_feed)


@delete("/calendar/feed", refuses=(FeedNotFound,))
async def delete_feed(call: Call) -> Deleted:
    """Make one's feed link useless."""
    await call.act(close_feed)
    return Deleted(id=call.by.account_id)


@get("/calendar/feeds/{token:str}", public=True, media=MEDIA, refuses=(FeedNotFound,))
async def read_feed(call: Call, token: str) -> Raw:
    """Read a calendar feed (iCalendar, UTC) by its secret link."""
    file = await shown.feed(call.read, token.removesuffix(".ics"))
    return Raw(file, MEDIA, {"cache-control": "private, max-age=300", "content-disposition": 'inline; filename="skillhall.ics"'})


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(FieldError("on", "path", "invalid_date", "Must be a date such as 2026-12-24.")) from None
