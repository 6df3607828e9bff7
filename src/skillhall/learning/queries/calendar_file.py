"""A session as an iCalendar file: the same events, with the same uids and times, as in the person's own feed."""

from datetime import datetime
from typing import Final
from uuid import UUID

import icalendar

from skillhall.calendar.api import uid_of
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.learning.model.refusals import SessionNotFound
from skillhall.learning.model.states import SeatState, SessionState
from skillhall.learning.queries.session import session_view
from skillhall.learning.queries.views import SessionView

TIMES = sql("""
SELECT s.starts_at, s.ends_at, e.state AS seat, p.starts_at AS proposed_starts_at, p.ends_at AS proposed_ends_at
FROM learning.session s
LEFT JOIN learning.seat e ON e.session_id = s.id AND e.account_id = $2
LEFT JOIN learning.proposal p ON p.session_id = s.id AND p.state = 'open'
WHERE s.id = $1
""")
_TENTATIVE, _CONFIRMED, _CANCELLED = "TENTATIVE", "CONFIRMED", "CANCELLED"
_STATUS: Final[dict[str, str]] = {
    SessionState.REQUESTED: _TENTATIVE,
    SessionState.CANCELLED: _CANCELLED,
    SessionState.EXPIRED: _CANCELLED,
    SessionState.NO_SHOW_HOST: _CANCELLED,
}
_SEAT_STATUS: Final[dict[str | None, str]] = {
    SeatState.WAITING: _TENTATIVE,
    SeatState.OFFERED: _TENTATIVE,
    SeatState.CANCELLED: _CANCELLED,
    SeatState.EXPIRED: _CANCELLED,
}


async def calendar_file(read: Read, session_id: UUID, by: Actor) -> bytes:
    """Return the file, to whoever may see the session. A time that is only proposed is an event of its own, tentative."""
    view = await session_view(read, session_id, by)
    times = await read.row(TIMES, session_id, by.account_id)
    if times is None:
        raise SessionNotFound
    status = _SEAT_STATUS.get(times["seat"], _STATUS.get(view.status, _CONFIRMED))
    link = f"{read.house.config.base_url}/sessions/{session_id}"
    events = [_event(view, 0, times["starts_at"], times["ends_at"], read.now, status, link)]
    if times["proposed_starts_at"]:
        events.append(_event(view, 1, times["proposed_starts_at"], times["proposed_ends_at"], read.now, _TENTATIVE, link))
    return icalendar.Calendar.new(prodid="-//Skillhall//Skillhall//EN", method="PUBLISH", subcomponents=events).to_ical()


def _event(
    view: SessionView, number: int, starts_at: datetime, ends_at: datetime, now: datetime, status: str, link: str
) -> "icalendar.Event":
    return icalendar.Event.new(
        uid=uid_of(view.id, number),
        stamp=now,
        start=starts_at,
        end=ends_at,
        summary=view.title,
        description=f"{view.skill.name} with {view.host.display_name}",
        status=icalendar.STATUS(status),
        transparency=icalendar.TRANSP.TRANSPARENT if status == _CANCELLED else icalendar.TRANSP.OPAQUE,
        url=link,
    )
