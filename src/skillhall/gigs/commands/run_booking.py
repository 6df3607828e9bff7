"""What becomes of a booking before it is delivered: changed, confirmed, started, called off."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from skillhall.gigs.commands.accept_bid import Text
from skillhall.gigs.commands.agree import CallOff
from skillhall.gigs.commands.engage import change
from skillhall.gigs.commands.record import record
from skillhall.gigs.model import agreeing, delivering
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.queries.engagement_views import BookingView
from skillhall.gigs.queries.engagements import booking_view
from skillhall.gigs.store.engagements import lock_engagement, of_booking
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body, Moment


class ChangeBooking(Body, frozen=True, kw_only=True):
    """What changes; the rest stays. Null for both times: none is booked any more."""

    starts_at: Moment | UnsetType | None = UNSET
    ends_at: Moment | UnsetType | None = UNSET
    notes: Text | UnsetType = UNSET


async def change_booking(tx: Tx, by: Actor, booking_id: UUID, command: ChangeBooking) -> BookingView:
    """Change time or words before the worker has confirmed; the worker's time moves with it."""

    def moved(found: Engagement) -> Engagement:
        found.agreement.check_client(by.account_id)
        booking = delivering.booking_of(found)
        starts_at = booking.starts_at if command.starts_at is UNSET else command.starts_at
        ends_at = booking.ends_at if command.ends_at is UNSET else command.ends_at
        notes = booking.notes if command.notes is UNSET else command.notes
        return delivering.moved(found, by.account_id, starts_at, ends_at, notes, tx.now)

    await change(tx, await of_booking(tx, booking_id), moved)
    return await booking_view(tx, booking_id, by)


async def confirm_booking(tx: Tx, by: Actor, booking_id: UUID) -> BookingView:
    """The worker takes it, and signs its terms with that."""
    project, before = await lock_engagement(tx, await of_booking(tx, booking_id))
    after = delivering.confirmed(before, by.account_id, tx.now)
    await record(tx, project, before, after, bound=after.agreement.parties)
    return await booking_view(tx, booking_id, by)


async def start_booking(tx: Tx, by: Actor, booking_id: UUID) -> BookingView:
    """The worker begins."""
    await change(tx, await of_booking(tx, booking_id), lambda found: delivering.booking_started(found, by.account_id, tx.now))
    return await booking_view(tx, booking_id, by)


async def cancel_booking(tx: Tx, by: Actor, booking_id: UUID, command: CallOff) -> BookingView:
    """Either side calls it off: the money goes back, the worker's time is free, the project is open again."""
    agreement_id = await of_booking(tx, booking_id)
    await change(tx, agreement_id, lambda found: agreeing.cancelled(found, by.account_id, command.reason, tx.now))
    return await booking_view(tx, booking_id, by)
