"""HTTP of groups: find one, take a seat or wait for one, leave it."""

from uuid import UUID

from skillhall.calendar.api import Busy
from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel.http import Answer, Call, Key, delete, get, post
from skillhall.kernel.shapes import Page
from skillhall.learning.commands.cancel import give_up_seat
from skillhall.learning.commands.take_seat import TakeSeat, take_seat
from skillhall.learning.model import refusals as no
from skillhall.learning.queries import sessions as lists
from skillhall.learning.queries.sessions import OpenQuery
from skillhall.learning.queries.views import SessionCard, SessionView
from skillhall.ledger.api import Indebted, Insufficient, NotInMode

SEATS = "/sessions/{session_id:uuid}/seats"
SEAT = (
    no.SessionNotFound, no.SessionMoved, no.OwnOffer, no.CurrencyNotAccepted, no.PriceChanged, no.TooLate, no.SessionFull, no.TooManyRounds,
    no.SeatClosed, AccountNotFound, AccountNotActive, Busy, Insufficient, Indebted, NotInMode,
)  # fmt: skip


@get("/sessions/open")
async def list_open_sessions(call: Call, query: OpenQuery) -> Page[SessionCard]:
    """List the group sessions one can join, soonest first; of a full one the waiting list."""
    return await lists.open_groups(call.read, call.by, query)


@post(SEATS, created="/sessions/{id}", key=Key.NATURAL, refuses=SEAT, example={"waitingList": True})
async def take_seat_of_session(call: Call, session_id: UUID, data: TakeSeat) -> Answer[SessionView]:
    """Take a seat in a group until it starts; its price is set aside at once, or, in money, to be paid by `payUntil`.

    When none is free, `waitingList` is a place in the line instead of a refusal: who comes first gets the next seat and is charged for it.
    Within 24 hours of the start, and always for money, a free seat is offered for two hours, and taken by this same call.
    """
    return await call.run(take_seat, session_id, data)


@delete(f"{SEATS}/me", refuses=(no.SessionNotFound, no.LearnerOnly, no.SessionMoved, no.TooLate))
async def leave_seat_of_session(call: Call, session_id: UUID) -> Answer[SessionView]:
    """Give up one's own seat, or the place in the waiting list.

    Everything comes back until `freeCancelUntil`, and until the start when the host has moved the session; else half goes to the host.
    """
    return await call.run(give_up_seat, session_id)
