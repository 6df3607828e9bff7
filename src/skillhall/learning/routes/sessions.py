"""HTTP of sessions."""

from uuid import UUID

from skillhall.calendar.api import Busy
from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel.http import Answer, Call, Key, Raw, get, post, put
from skillhall.kernel.shapes import Page
from skillhall.learning.commands.accept import accept
from skillhall.learning.commands.book import Book, book
from skillhall.learning.commands.cancel import cancel
from skillhall.learning.commands.confirm import confirm
from skillhall.learning.commands.decline import decline
from skillhall.learning.commands.end import end
from skillhall.learning.commands.interrupt import interrupt
from skillhall.learning.commands.join import join, leave
from skillhall.learning.commands.pause import pause
from skillhall.learning.commands.reason import Reason
from skillhall.learning.commands.report_no_show import report_no_show
from skillhall.learning.commands.reschedule import Reschedule, accept_proposal, decline_proposal, propose
from skillhall.learning.commands.resume import resume
from skillhall.learning.commands.set_status import SetStatus, set_status
from skillhall.learning.commands.start import start
from skillhall.learning.model import refusals as no
from skillhall.learning.queries import sessions as lists
from skillhall.learning.queries.calendar_file import calendar_file
from skillhall.learning.queries.session import session_view
from skillhall.learning.queries.sessions import SessionQuery
from skillhall.learning.queries.statistics import statistics
from skillhall.learning.queries.views import JoinedView, SessionCard, SessionView, StatisticsView
from skillhall.learning.routes.groups import SEAT

ID = "/sessions/{session_id:uuid}"
BOOKING = {"offerId": "018f0000-0000-7000-8000-000000000001", "startsAt": "2026-12-01T15:00:00Z"}
WHY = {"reason": "I have fallen ill."}
HOST = (no.SessionNotFound, no.HostOnly, no.SessionMoved)
LEARNER = (no.SessionNotFound, no.LearnerOnly, no.SessionMoved)
EITHER = (no.SessionNotFound, no.SessionMoved)
ACTIVE = (AccountNotFound, AccountNotActive)
STATUS = (
    no.StatusNotSettable, *HOST, no.NotPaidYet, no.RequestExpired, no.NotOpenYet, no.TooLate, no.NotPresent, no.OtherPresent,
    no.NobodySeated, *ACTIVE,
)  # fmt: skip
BOOK = (
    no.OfferNotFound, no.NoMatchingOffer, no.HostOnly, no.TooSoon, no.TooFarAhead, no.OutsideHours, *SEAT,
)  # fmt: skip


@post("/sessions", created="/sessions/{id}", key=Key.NATURAL, refuses=BOOK, example=BOOKING)
async def book_session(call: Call, data: Book) -> Answer[SessionView]:
    """Book a lesson: slot and credits are set aside together, or not at all. With `kind` group, open a group session of an own offer.

    A price in money is to be paid by `payment.expiresAt`, with an intent of `/payments/intent`; slot and seat are kept until then, and the
    host is asked after that.

    Send `offerId` and `startsAt`, or `skillId`, `hostId`, `startTime` and `duration` in minutes, which find the host's offer. Where the
    host has opened a group at exactly that time, a seat in it is taken.
    """
    return await call.run(book, data)


@get("/sessions")
async def list_sessions(call: Call, query: SessionQuery) -> Page[SessionCard]:
    """List one's sessions, taught and learned; staff who may read sessions see everybody's."""
    return await lists.sessions(call.read, call.by, query)


@get("/sessions/my-sessions")
async def list_my_sessions(call: Call, query: SessionQuery) -> Page[SessionCard]:
    """List one's own sessions, taught and learned."""
    return await lists.own_sessions(call.read, call.by, query)


@get("/sessions/upcoming")
async def list_upcoming_sessions(call: Call, query: SessionQuery) -> Page[SessionCard]:
    """List one's own sessions to come or under way, soonest first."""
    return await lists.upcoming(call.read, call.by, query)


@get("/sessions/history")
async def list_past_sessions(call: Call, query: SessionQuery) -> Page[SessionCard]:
    """List one's own ended sessions, latest first."""
    return await lists.history(call.read, call.by, query)


@get("/sessions/statistics")
async def read_session_statistics(call: Call) -> StatisticsView:
    """Read figures about one's own sessions, as host and as learner."""
    return await statistics(call.read, call.by.account_id)


@get(ID, refuses=(no.SessionNotFound,))
async def read_session(call: Call, session_id: UUID) -> SessionView:
    """Read one session in full: one's own, or a group that takes learners."""
    return await session_view(call.read, session_id, call.by)


@get(f"{ID}/calendar.ics", media="text/calendar", refuses=(no.SessionNotFound,))
async def read_session_calendar_file(call: Call, session_id: UUID) -> Raw:
    """Read one session as an iCalendar file."""
    file = await calendar_file(call.read, session_id, call.by)
    return Raw(file, "text/calendar", {"content-disposition": 'attachment; filename="session.ics"'})


@put(f"{ID}/status", refuses=STATUS, example={"status": "completed"})
async def set_session_status(call: Call, session_id: UUID, data: SetStatus) -> Answer[SessionView]:
    """Set a status by running the verb that leads to it, with all its rules."""
    return await call.run(set_status, session_id, data)


@post(f"{ID}/accept", key=Key.NATURAL, refuses=(*HOST, no.NotPaidYet, no.RequestExpired, *ACTIVE))
async def accept_session(call: Call, session_id: UUID) -> Answer[SessionView]:
    """Accept a request; host only."""
    return await call.run(accept, session_id)


@post(f"{ID}/decline", key=Key.NATURAL, refuses=HOST, example=WHY)
async def decline_session(call: Call, session_id: UUID, data: Reason) -> Answer[SessionView]:
    """Decline a request; the learner gets everything back. Host only."""
    return await call.run(decline, session_id, data)


@post(f"{ID}/cancel", key=Key.NATURAL, refuses=(*EITHER, no.TooLate), example=WHY)
async def cancel_session(call: Call, session_id: UUID, data: Reason) -> Answer[SessionView]:
    """Cancel a session.

    By the host every learner gets everything back; by the learner too until `freeCancelUntil`, afterwards half goes to the host.
    A learner of a group gives up the own seat only.
    """
    return await call.run(cancel, session_id, data)


@post(f"{ID}/join", key=Key.NEVER, refuses=(*EITHER, no.NotOpenYet, no.NotSeated))
async def join_session(call: Call, session_id: UUID) -> Answer[JoinedView]:
    """Enter the room, from `opensAt` on. Coming late is coming; who never enters may lose the session."""
    return await call.run(join, session_id)


@post(f"{ID}/leave", key=Key.NATURAL, refuses=(no.SessionNotFound,))
async def leave_session(call: Call, session_id: UUID) -> Answer[SessionView]:
    """Leave the room; one may enter again."""
    return await call.run(leave, session_id)


@post(f"{ID}/start", key=Key.NATURAL, refuses=(*HOST, no.NotOpenYet, no.TooLate, no.NobodySeated))
async def start_session(call: Call, session_id: UUID) -> Answer[SessionView]:
    """Start the lesson, from 10 minutes before to 30 after its time; host only."""
    return await call.run(start, session_id)


@post(f"{ID}/pause", key=Key.NATURAL, refuses=HOST)
async def pause_session(call: Call, session_id: UUID) -> Answer[SessionView]:
    """Pause the lesson; host only."""
    return await call.run(pause, session_id)


@post(f"{ID}/resume", key=Key.NATURAL, refuses=HOST)
async def resume_session(call: Call, session_id: UUID) -> Answer[SessionView]:
    """Go on after a pause; host only."""
    return await call.run(resume, session_id)


@post(f"{ID}/end", key=Key.NATURAL, refuses=(*HOST, no.NotOpenYet))
async def end_session(call: Call, session_id: UUID) -> Answer[SessionView]:
    """End the lesson; host only. The host is paid when the learner confirms, or 48 hours after the planned end."""
    return await call.run(end, session_id)


@post(f"{ID}/no-show", key=Key.NATURAL, refuses=(*EITHER, no.NotOpenYet, no.NotPresent, no.OtherPresent))
async def report_session_no_show(call: Call, session_id: UUID) -> Answer[SessionView]:
    """Say, from 15 minutes after the start, that the other side did not come."""
    return await call.run(report_no_show, session_id)


@post(f"{ID}/confirm", key=Key.NATURAL, refuses=(*LEARNER, no.SeatClosed))
async def confirm_session(call: Call, session_id: UUID) -> Answer[SessionView]:
    """Confirm that all is well: the host is paid at once. Learner only."""
    return await call.run(confirm, session_id)


@post(f"{ID}/interrupt", key=Key.NATURAL, refuses=HOST)
async def interrupt_session(call: Call, session_id: UUID) -> Answer[SessionView]:
    """Say that the lesson broke off; of a group the host alone. Find a new time within 48 hours, or the learners get everything back."""
    return await call.run(interrupt, session_id)


@post(
    f"{ID}/reschedule",
    key=Key.NATURAL,
    refuses=(*HOST, no.ProposalOpen, no.TooSoon, no.TooFarAhead, no.TooLate, Busy, *ACTIVE),
    example={"startsAt": "2026-12-02T15:00:00Z", "reason": "Could we meet a day later?"},
)
async def propose_session_time(call: Call, session_id: UUID, data: Reschedule) -> Answer[SessionView]:
    """Propose another time; it is kept free in both calendars until the other side answers, at most 48 hours.

    The host of a group moves it at once. Learners who are busy then get everything back; the others may leave for nothing until the start.
    """
    return await call.run(propose, session_id, data)


@post(f"{ID}/reschedule/accept", refuses=(no.SessionNotFound, no.NoProposal, no.OwnProposal, *ACTIVE))
async def accept_session_time(call: Call, session_id: UUID) -> Answer[SessionView]:
    """Accept the other side's proposal: the session moves."""
    return await call.run(accept_proposal, session_id)


@post(f"{ID}/reschedule/decline", refuses=(no.SessionNotFound, no.NoProposal))
async def decline_session_time(call: Call, session_id: UUID) -> Answer[SessionView]:
    """Decline the proposal, or withdraw one's own: the old time stands."""
    return await call.run(decline_proposal, session_id)
