"""Adopt hours and entries that come in bulk: an import, the demo community."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from skillhall.calendar.model.entry import Busy, Entry
from skillhall.calendar.model.hours import Week
from skillhall.calendar.store import entries as store
from skillhall.calendar.store import hours
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject


class AdoptedHours(Struct, frozen=True, kw_only=True):
    """The weekly hours of a person who has none here yet: windows of local minutes by weekday, Monday first."""

    account_id: UUID
    timezone: str
    week: Week


async def adopt_hours(tx: Tx, people: Sequence[AdoptedHours]) -> None:
    """Set the zones and weekly hours of these people."""
    await store.lock_people(tx, [person.account_id for person in people])
    windows = [(person.account_id, weekday, window) for person in people for weekday, day in enumerate(person.week) for window in day]
    await hours.insert_hours(tx, {person.account_id: person.timezone for person in people}, windows)


async def adopt(tx: Tx, entries: Sequence[tuple[Subject, Entry]]) -> None:
    """Add firm entries, of what is not over alone: the past takes nobody's time. Refuses `Busy` when any two collide."""
    await store.lock_people(tx, [entry.account_id for _, entry in entries])
    if busy := await store.insert_all(tx, entries):
        raise Busy(account_ids=[str(account_id) for account_id in busy])
