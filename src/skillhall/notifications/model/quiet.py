"""Quiet hours: from when to when a phone stays silent, by the reader's own clock. Pure; right over a change of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from skillhall.notifications.model.preferences import Settings
from skillhall.notifications.model.types.kind import Channel, Priority, Type

HELD: Final[frozenset[Channel]] = frozenset({"email", "push", "sms"})
"""What reaches somebody who has not come to look."""


def due(now: datetime, settings: Settings, zone: str) -> datetime:
    """Return `now` outside of quiet hours, and the end of the quiet hours inside of them, in UTC."""
    if not settings.is_quiet_on or settings.quiet_from == settings.quiet_until:
        return now
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    for day in (today - timedelta(days=1), today):
        wraps = settings.quiet_until <= settings.quiet_from
        begins = _instant(day, settings.quiet_from, place)
        ends = _instant(day + timedelta(days=1) if wraps else day, settings.quiet_until, place)
        if begins <= now < ends:
            return ends
    return now


def due_by(now: datetime, settings: Settings, channel: Channel, kind: Type, priority: Priority) -> datetime:
    """Return when this notice may go by this channel: security and what is urgent wait for nobody's morning."""
    if channel not in HELD or kind.is_security or priority == "urgent":
        return now
    return due(now, settings, settings.zone)


def _instant(day: date, clock: time, place: ZoneInfo) -> datetime:
    """Return when a clock there shows this: of a time that comes twice the first; of one left out what it would have been."""
    return datetime.combine(day, clock, tzinfo=place).astimezone(UTC)
