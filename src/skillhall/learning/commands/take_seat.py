"""A learner takes a seat in a group, or a place in its waiting list."""

from uuid import UUID

from skillhall.identity.api import check_not_blocked
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body
from skillhall.learning.commands.change import changed
from skillhall.learning.model.prices import Price
from skillhall.learning.model.seating import seated
from skillhall.learning.queries.prices import check_accepted, shown_price
from skillhall.learning.queries.views import SessionView
from skillhall.learning.store import lessons, offers


class TakeSeat(Body, frozen=True, kw_only=True):
    """`waitingList`: when no seat is free, wait for one, and pay for it when it comes. `price`, when sent, is only compared."""

    waiting_list: bool = False
    price: Price | None = None


async def take_seat(tx: Tx, by: Actor, session_id: UUID, command: TakeSeat) -> SessionView:
    """Take a seat until the start; the price is held from now on, or the seat until it is paid. One once offered, or left, the same way."""
    before = await lessons.lock_lesson(tx, session_id)
    price = shown_price(command.price, before.session.cost)
    check_accepted(tx, before.session.cost)
    profile_id = by.profile_id or await offers.find_profile(tx, by.account_id, None)
    after = seated(before, by.account_id, profile_id, price, tx.now, can_wait=command.waiting_list)
    await check_not_blocked(tx, before.session.host_id, by.account_id)
    return await changed(tx, by, before, after, binds=True)
