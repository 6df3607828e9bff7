"""HTTP of bookings and protected payments."""

from datetime import timedelta
from uuid import UUID

from skillhall.calendar.api import Busy
from skillhall.gigs.commands.accept_bid import BookedView, BookWorker
from skillhall.gigs.commands.agree import CallOff
from skillhall.gigs.commands.deliver import AskRevision, Deliver, ask_booking_revision, deliver_booking
from skillhall.gigs.commands.escrow import (
    Grounds,
    Release,
    complete_booking,
    freeze_escrow,
    fund_booking,
    refund_escrow,
    release_escrow,
    unfreeze_escrow,
)
from skillhall.gigs.commands.run_booking import ChangeBooking, cancel_booking, change_booking, confirm_booking, start_booking
from skillhall.gigs.flows import pay
from skillhall.gigs.model import engagement_refusals as no
from skillhall.gigs.model.refusals import OtherCurrency, WorkerOnly
from skillhall.gigs.queries.engagement_lists import BookingCard, EngagementQuery, bookings
from skillhall.gigs.queries.engagement_views import BookingView
from skillhall.gigs.queries.engagements import booking_view
from skillhall.gigs.queries.escrows import EscrowQuery, EscrowView, SpendingView, escrow_view, escrows, spending
from skillhall.gigs.routes.agreements import ACTIVE, CHOICE, FILES, FUND, HANDOVER, WHY
from skillhall.kernel.http import Answer, Call, Key, get, post, put
from skillhall.kernel.shapes import Page

BOOKING = "/bookings/{booking_id:uuid}"
ESCROW = "/escrow/{escrow_id:uuid}"
SIDE = (no.BookingNotFound, no.AgreementNotFound, no.BookingMoved)
CASE = (no.EscrowNotFound, no.EscrowMoved)
LATELY = timedelta(days=30)
BOOK = {
    "projectId": "018f0000-0000-7000-8000-000000000001",
    "workerId": "018f0000-0000-7000-8000-000000000002",
    "agreedAmount": {"amount": 100, "currency": "CREDIT"},
}


@post(
    "/bookings",
    created="/bookings/{id}",
    key=Key.NATURAL,
    refuses=(*CHOICE, no.BookingNotFound, no.HourlyBid, OtherCurrency, no.TimePassed, Busy, *ACTIVE),
    example=BOOK,
)
async def book_worker_for_project(call: Call, data: BookWorker) -> Answer[BookedView]:
    """Book a worker: their bid is accepted and its money set aside at once. With a time, the worker's calendar keeps it.

    `escrow.status` is pending_funding when the wallet has too little; it is funded later. In money it waits for `payment`.
    """
    return await pay.book(call, data)


@get("/bookings")
async def list_bookings(call: Call, query: EngagementQuery) -> Page[BookingCard]:
    """List one's bookings, as client and as worker; staff that mediates sees everybody's."""
    return await bookings(call.read, call.by, query)


@get(BOOKING, refuses=(no.BookingNotFound,))
async def read_booking(call: Call, booking_id: UUID) -> BookingView:
    """Read a booking with what was delivered."""
    return await booking_view(call.read, booking_id, call.by)


@put(BOOKING, refuses=(*SIDE, no.ClientOnly, no.TimePassed, Busy), example={"notes": "The side door is open."})
async def change_booking_details(call: Call, booking_id: UUID, data: ChangeBooking) -> Answer[BookingView]:
    """Change time or notes before the worker has confirmed; client only."""
    return await call.run(change_booking, booking_id, data)


@post(f"{BOOKING}/fund", key=Key.NATURAL, refuses=(no.BookingNotFound, no.AgreementNotFound, *FUND))
async def fund_booking_payment(call: Call, booking_id: UUID) -> Answer[BookingView]:
    """Set its money aside from the wallet, when there was too little before; client only."""
    return await call.run(fund_booking, booking_id)


@post(f"{BOOKING}/confirm", key=Key.NATURAL, refuses=(*SIDE, WorkerOnly, no.NotFunded, *ACTIVE))
async def confirm_booking_work(call: Call, booking_id: UUID) -> Answer[BookingView]:
    """Take the booking, and sign its terms with that; worker only."""
    return await call.run(confirm_booking, booking_id)


@post(f"{BOOKING}/start", key=Key.NATURAL, refuses=(*SIDE, WorkerOnly))
async def start_booking_work(call: Call, booking_id: UUID) -> Answer[BookingView]:
    """Begin; worker only."""
    return await call.run(start_booking, booking_id)


@post(f"{BOOKING}/deliver", key=Key.NATURAL, refuses=(*SIDE, WorkerOnly, no.EscrowMoved, *FILES), example=HANDOVER)
async def deliver_booking_work(call: Call, booking_id: UUID, data: Deliver) -> Answer[BookingView]:
    """Say that it is done; without an answer it is paid after 14 days. Worker only."""
    return await call.run(deliver_booking, booking_id, data)


@post(
    f"{BOOKING}/request-revision",
    key=Key.NATURAL,
    refuses=(no.BookingNotFound, no.AgreementNotFound, no.ClientOnly, no.NotDelivered, no.NoRevisionsLeft, no.EscrowMoved),
    example=WHY,
)
async def request_booking_revision(call: Call, booking_id: UUID, data: AskRevision) -> Answer[BookingView]:
    """Send it back, as often as the terms say; client only."""
    return await call.run(ask_booking_revision, booking_id, data)


@post(f"{BOOKING}/complete", key=Key.NATURAL, refuses=(*SIDE, no.ClientOnly, no.EscrowMoved))
async def complete_booking_work(call: Call, booking_id: UUID) -> Answer[BookingView]:
    """Say that all is well: the worker is paid. Client only."""
    return await call.run(complete_booking, booking_id)


@post(f"{BOOKING}/cancel", key=Key.NATURAL, refuses=(*SIDE, no.AgreementMoved, no.DeliveryPending, no.EscrowMoved), example=WHY)
async def cancel_booking_work(call: Call, booking_id: UUID, data: CallOff) -> Answer[BookingView]:
    """Call it off: the money goes back, the worker's time is free, the project is open again."""
    return await call.run(cancel_booking, booking_id, data)


@get("/escrow")
async def list_escrows(call: Call, query: EscrowQuery) -> Page[EscrowView]:
    """List one's protected payments, as client and as worker; staff that mediates sees everybody's."""
    return await escrows(call.read, call.by, query)


@get(ESCROW, refuses=(no.EscrowNotFound,))
async def read_escrow(call: Call, escrow_id: UUID) -> EscrowView:
    """Read a protected payment: what it is for, where the money is, when it is released by itself."""
    return await escrow_view(call.read, escrow_id, call.by)


@post(f"{ESCROW}/release", key=Key.NATURAL, refuses=(*CASE, no.AgreementMoved, no.ClientOnly, no.NoAmountTaken))
async def release_escrow_payment(call: Call, escrow_id: UUID, data: Release) -> Answer[EscrowView]:
    """Pay the worker the whole, less the fee. Client, or staff that may release."""
    return await call.run(release_escrow, escrow_id, data)


@post(f"{ESCROW}/freeze", key=Key.NATURAL, permission="hold.freeze", refuses=(*CASE, no.OwnEscrow), example=WHY)
async def freeze_escrow_payment(call: Call, escrow_id: UUID, data: Grounds) -> Answer[EscrowView]:
    """Keep it from moving until it is unfrozen or decided. Staff only, with a reason."""
    return await call.run(freeze_escrow, escrow_id, data)


@post(f"{ESCROW}/unfreeze", key=Key.NATURAL, permission="hold.freeze", refuses=(*CASE, no.OwnEscrow), example=WHY)
async def unfreeze_escrow_payment(call: Call, escrow_id: UUID, data: Grounds) -> Answer[EscrowView]:
    """Let go what staff froze. Staff only, with a reason."""
    return await call.run(unfreeze_escrow, escrow_id, data)


@post(f"{ESCROW}/refund", key=Key.NATURAL, permission="hold.release", refuses=(*CASE, no.OwnEscrow), example=WHY)
async def refund_escrow_payment(call: Call, escrow_id: UUID, data: Grounds) -> Answer[EscrowView]:
    """Give the whole back to the client, unless a dispute decides about it. Staff only, with a reason."""
    return await call.run(refund_escrow, escrow_id, data)


@get("/clients/{account_id:uuid}/spending", refuses=(no.ClientOnly,), me="account_id")
async def read_spending(call: Call, account_id: UUID) -> SpendingView:
    """Read what one has spent on work as a client: paid, held and given back, in each currency. One's own only."""
    if account_id != call.by.account_id:
        raise no.ClientOnly
    return await spending(call.read, account_id, call.read.now - LATELY)
