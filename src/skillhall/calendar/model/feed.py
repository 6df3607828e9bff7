"""iCalendar files (RFC 5545): times in UTC, so that no reader needs our zones."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import icalendar
from msgspec import Struct

MEDIA = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=1)


class Happening(Struct, frozen=True, kw_only=True):
    """One event of a file. `uid` stays the same for as long as it is the same thing; `changed_at` rises when it changes."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime


def uid_of(subject_id: UUID, number: int = 0) -> str:
    """Return the uid of a subject's entry; a subject has more than one only while a new time is proposed for it."""
    return f"{subject_id}@skillhall" if number == 0 else f"{subject_id}-{number}@skillhall"


def calendar_file(uid: str, name: str, happenings: Sequence[Happening]) -> bytes:
    """Return the file that shows these, in the given order; `uid` is the file's own."""
    events = [
        icalendar.Event.new(
            uid=happening.uid,
            stamp=happening.changed_at.astimezone(UTC),
            last_modified=happening.changed_at.astimezone(UTC),
            start=happening.starts_at.astimezone(UTC),
            end=happening.ends_at.astimezone(UTC),
            summary=happening.title,
            transparency=icalendar.TRANSP.OPAQUE,
        )
        for happening in happenings
    ]
    file = icalendar.Calendar.new(
        prodid="-//Skillhall//Skillhall//EN", uid=uid, name=name, method="PUBLISH", refresh_interval=REFRESH, subcomponents=events
    )
    return file.to_ical()
