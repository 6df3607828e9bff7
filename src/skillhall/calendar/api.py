"""The face of calendar: reserve, move and release time in the caller's transaction; read free slots."""

from skillhall.calendar.commands.adopt import AdoptedHours, adopt, adopt_hours
from skillhall.calendar.commands.reserve import move, release, reserve
from skillhall.calendar.model.entry import Busy, Entry
from skillhall.calendar.model.feed import uid_of
from skillhall.calendar.model.hours import WEEKDAYS, LocalTime, Weekday, minute_of
from skillhall.calendar.model.slots import Slot, Want
from skillhall.calendar.model.zone import zone_names
from skillhall.calendar.queries.free import free, is_free, soonest

__all__ = [
    "WEEKDAYS",
    "AdoptedHours",
    "Busy",
    "Entry",
    "LocalTime",
    "Slot",
    "Want",
    "Weekday",
    "adopt",
    "adopt_hours",
    "free",
    "is_free",
    "minute_of",
    "move",
    "release",
    "reserve",
    "soonest",
    "uid_of",
    "zone_names",
]
