"""For older clients: the status of a bid on a project instead of a verb."""

from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from skillhall.gigs.commands.accept_bid import AcceptBid, accept_bid
from skillhall.gigs.commands.decide_bid import interview_bid, reject_bid, shortlist_bid
from skillhall.gigs.model.bid import BidState, bid_state
from skillhall.gigs.model.prices import Price
from skillhall.gigs.model.refusals import BidNotFound, BidStatusNotSettable
from skillhall.gigs.queries.bids import BidView, one_bid
from skillhall.gigs.store import bids as store
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body


class SetApplicantStatus(Body, frozen=True, kw_only=True):
    """Whose bid, and the wanted status in any source's word: `bidId`, or `projectId` with the applicant's account as `userId`.

    Accepting an application, which names no price, needs an `amount`.
    """

    status: str
    bid_id: UUID | None = None
    project_id: UUID | None = None
    user_id: UUID | None = None
    amount: Price | None = None


async def set_applicant_status(tx: Tx, by: Actor, command: SetApplicantStatus) -> BidView:
    """Run the verb that leads to the status, with all its rules."""
    state = bid_state(command.status)
    if state is BidState.ACCEPTED:
        bid_id = await _meant(tx, command)
        await accept_bid(tx, by, bid_id, AcceptBid(amount=command.amount))
        return await one_bid(tx, by, bid_id)
    verb = _VERBS.get(state) if state else None
    if verb is None:
        raise BidStatusNotSettable(status=command.status)
    return await verb(tx, by, await _meant(tx, command))


async def _meant(tx: Tx, command: SetApplicantStatus) -> UUID:
    if command.bid_id is not None:
        return command.bid_id
    if command.project_id is None or command.user_id is None:
        raise Invalid(FieldError("bidId", "body", "missing", "Name the bid, or the project and the applicant's account."))
    found = await store.find_bid(tx, command.project_id, command.user_id)
    if found is None:
        raise BidNotFound
    return found.id


_VERBS: Final[dict[BidState, Callable[[Tx, Actor, UUID], Awaitable[BidView]]]] = {
    BidState.SHORTLISTED: shortlist_bid,
    BidState.INTERVIEWING: interview_bid,
    BidState.REJECTED: reject_bid,
}
