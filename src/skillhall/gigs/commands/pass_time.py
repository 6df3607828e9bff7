"""What time alone does to engagements and bids. Nobody asks for it, so whoever was faster wins and nothing is refused."""

from uuid import UUID

from skillhall.gigs.commands.engage import change
from skillhall.gigs.commands.record import record, record_week
from skillhall.gigs.commands.telling import tell_bid
from skillhall.gigs.events import BidExpired
from skillhall.gigs.model import agreeing, hours, paying
from skillhall.gigs.model.bid import STANDING, BidState
from skillhall.gigs.store import bids as bid_store
from skillhall.gigs.store.engagements import lock_engagement, of_escrow, of_week
from skillhall.gigs.store.projects import lock_project
from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel.db.tx import Tx


async def expire_agreement(agreement_id: UUID, tx: Tx) -> None:
    """Not both have signed in time: what is held goes back, and the project is open again."""
    await change(tx, agreement_id, lambda found: agreeing.lapsed(found, tx.now))


async def release_due(escrow_id: UUID, tx: Tx) -> None:
    """Pay the worker when nobody has answered in time."""
    await change(tx, await of_escrow(tx, escrow_id), lambda found: paying.due(found, escrow_id, tx.now))


async def open_week(agreement_id: UUID, tx: Tx) -> None:
    """Begin a week of hourly work, and set its limit aside if the client's wallet has it and neither side is suspended."""
    project, before = await lock_engagement(tx, agreement_id)
    pending = hours.opened(before, tx.now)
    try:
        async with tx.savepoint():
            await record_week(tx, project, before, pending, bound=before.agreement.parties)
    except (AccountNotActive, AccountNotFound):
        await record(tx, project, before, pending)


async def lapse_week(week_id: UUID, tx: Tx) -> None:
    """Give a week up whose hours nobody told, or which nobody funded."""
    await change(tx, await of_week(tx, week_id), lambda found: hours.lapsed(found, week_id, tx.now))


async def expire_bid(bid_id: UUID, tx: Tx) -> None:
    """Let a bid lapse that nobody decided about while it was valid."""
    project = await lock_project(tx, (await bid_store.bid(tx, bid_id)).project_id)
    bid = await bid_store.lock_bid(tx, bid_id)
    if bid.state in STANDING and bid.valid_until <= tx.now:
        tell_bid(tx, BidExpired, await bid_store.move_bid(tx, bid_id, BidState.EXPIRED), project)
