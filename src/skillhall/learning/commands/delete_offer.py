"""A host takes an offer off sale; staff may hide one."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.learning.commands.change_offer import own_offer
from skillhall.learning.store import offers


async def delete_offer(tx: Tx, by: Actor, offer_id: UUID) -> UUID:
    """Take it off sale for good; what is booked stays booked."""
    await own_offer(tx, by, offer_id)
    await offers.delete_offer(tx, offer_id, tx.now)
    return offer_id


async def hide_offer(tx: Tx, offer_id: UUID, by: Actor, reason: str) -> None:
    """Keep an offer from being seen and booked, for moderation; nothing when it is hidden already."""
    if await offers.hide_offer(tx, offer_id, tx.now):
        tx.audit("learning.hide_offer", Subject("offer", offer_id), after={"by": str(by.account_id)}, reason=reason)


async def show_offer(tx: Tx, offer_id: UUID, by: Actor, reason: str) -> None:
    """Undo `hide_offer`."""
    if await offers.show_offer(tx, offer_id):
        tx.audit("learning.show_offer", Subject("offer", offer_id), after={"by": str(by.account_id)}, reason=reason)
