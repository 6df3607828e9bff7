"""Set one's weekly hours, zone and overrides."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from skillhall.calendar.model.entry import CalendarRules, OverrideNotFound
from skillhall.calendar.model.hours import WeekWindow, Window, check_timezone, day_of, week_of
from skillhall.calendar.queries import shown
from skillhall.calendar.store import entries, hours
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body
from skillhall.profiles.api import note


class SetAvailability(Body, frozen=True, kw_only=True):
    """What is absent stays; `weeklyHours` replaces all weekly hours. Touching windows are joined."""

    timezone: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    weekly_hours: Annotated[list[WeekWindow], Meta(max_length=70)] | UnsetType = UNSET


class SetOverride(Body, frozen=True, kw_only=True):
    """The hours of one date; none: closed."""

    windows: Annotated[list[Window], Meta(max_length=20)]


async def set_availability(tx: Tx, by: Actor, command: SetAvailability, match: Callable[[object], None]) -> shown.AvailabilityView:
    """Set the caller's zone, weekly hours or both."""
    if command.timezone is not UNSET:
        check_timezone(command.timezone, "body")
    week = None if command.weekly_hours is UNSET else week_of(command.weekly_hours)
    if week is not None:
        await note(tx, by.account_id, has_availability=bool(week))
    match((await entries.lock_people(tx, [by.account_id]))[by.account_id])
    await hours.note_change(tx, by.account_id, None if command.timezone is UNSET else command.timezone)
    if week is not None:
        await hours.replace_week(tx, by.account_id, week)
    return await shown.availability(tx, by.account_id)


async def set_override(tx: Tx, by: Actor, on: date, command: SetOverride) -> shown.OverrideView:
    """Set the hours of one date, from yesterday on (somewhere it is still that day)."""
    windows = day_of(command.windows)
    today = tx.now.date()
    if not today - timedelta(days=1) <= on <= today + timedelta(days=365 * tx.setting(CalendarRules).override_years):
        raise Invalid(FieldError("on", "path", "out_of_range", "The date must not be over, nor too many years ahead."))
    await entries.lock_people(tx, [by.account_id])
    await hours.note_change(tx, by.account_id)
    await hours.put_override(tx, by.account_id, on, windows)
    return shown.override_view(by.account_id, on, sorted(command.windows, key=lambda window: window.start))


async def remove_override(tx: Tx, by: Actor, on: date) -> UUID:
    """Let the weekly hours rule that date again; return the override's id."""
    await entries.lock_people(tx, [by.account_id])
    if not await hours.delete_override(tx, by.account_id, on):
        raise OverrideNotFound(date=on.isoformat())
    await hours.note_change(tx, by.account_id)
    return shown.override_view(by.account_id, on, []).id
