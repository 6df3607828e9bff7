"""A session as an iCalendar file."""

from typing import Final
from uuid import UUID

from icalendar import STATUS, Calendar, Event

from skillhall.calendar.api import uid_of
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.learning.model.refusals import SessionNotFound
from skillhall.learning.model.states import SessionState
from skillhall.learning.queries.session import session_view

TIMES = sql("SELECT starts_at, ends_at FROM learning.session WHERE id = $1")
_STATUS: Final[dict[str, STATUS]] = {
    SessionState.REQUESTED: STATUS.TENTATIVE,
    SessionState.CANCELLED: STATUS.CANCELLED,
    SessionState.EXPIRED: STATUS.CANCELLED,
    SessionState.NO_SHOW_HOST: STATUS.CANCELLED,
}


async def calendar_file(read: Read, session_id: UUID, by: Actor) -> bytes:
    """Return the file, to whoever may see the session; calendars know it as the same event as the one in the person's feed."""
    view = await session_view(read, session_id, by)
    times = await read.row(TIMES, session_id)
    if times is None:
        raise SessionNotFound
    event = Event.new(
        uid=uid_of(session_id),
        stamp=read.now,
        start=times["starts_at"],
        end=times["ends_at"],
        summary=view.title,
        description=f"{view.skill.name} with {view.host.display_name}",
        status=_STATUS.get(view.status, STATUS.CONFIRMED),
    )
    return Calendar.new(prodid="-//Skillhall//Skillhall//EN", method="PUBLISH", subcomponents=[event]).to_ical()
