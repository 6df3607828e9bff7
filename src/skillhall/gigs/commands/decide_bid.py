"""An owner looks through the bids on a project; a bidder takes theirs back. Accepting one makes an agreement and has a file of its own."""

from uuid import UUID

from skillhall.gigs.commands.telling import tell_bid
from skillhall.gigs.events import BidFact, BidInterviewing, BidRejected, BidShortlisted, BidWithdrawn
from skillhall.gigs.model.bid import STANDING, Bid, BidState
from skillhall.gigs.model.project import Project, ProjectState
from skillhall.gigs.model.refusals import BidNotFound, NotYourBid
from skillhall.gigs.queries.bids import BidView, bid_view
from skillhall.gigs.store import bids as store
from skillhall.gigs.store.projects import lock_project
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx

RECEIVING = (ProjectState.OPEN, ProjectState.PAUSED)


async def shortlist_bid(tx: Tx, by: Actor, bid_id: UUID) -> BidView:
    """Take it into the shorter list; what is there stays."""
    return await _decide(tx, by, bid_id, BidState.SHORTLISTED, BidShortlisted)


async def interview_bid(tx: Tx, by: Actor, bid_id: UUID) -> BidView:
    """Ask the bidder for a talk; who was asked stays asked."""
    return await _decide(tx, by, bid_id, BidState.INTERVIEWING, BidInterviewing)


async def reject_bid(tx: Tx, by: Actor, bid_id: UUID) -> BidView:
    """Say no; what is rejected stays rejected."""
    return await _decide(tx, by, bid_id, BidState.REJECTED, BidRejected)


async def withdraw_bid(tx: Tx, by: Actor, bid_id: UUID) -> BidView:
    """Take it back before the owner has asked for a talk; it may be placed again."""
    project, bid = await locked_bid(tx, by, bid_id)
    if bid.account_id != by.account_id:
        raise NotYourBid
    if bid.state is not BidState.WITHDRAWN:
        bid.check_state("withdrawn", BidState.PENDING, BidState.SHORTLISTED)
        tell_bid(tx, BidWithdrawn, await store.move_bid(tx, bid_id, BidState.WITHDRAWN), project)
    return await bid_view(tx, bid.project_id, by)


async def withdraw_application(tx: Tx, by: Actor, project_id: UUID) -> BidView:
    """Take back one's own bid on this project."""
    found = await store.find_bid(tx, project_id, by.account_id)
    if found is None:
        raise BidNotFound
    return await withdraw_bid(tx, by, found.id)


async def locked_bid(tx: Tx, by: Actor, bid_id: UUID) -> tuple[Project, Bid]:
    """Lock a bid and its project; refuse, as if it were not there, whoever is neither its owner nor the bidder."""
    found = await store.bid(tx, bid_id)
    project = await lock_project(tx, found.project_id)
    if by.account_id not in {project.account_id, found.account_id}:
        raise BidNotFound
    return project, await store.lock_bid(tx, bid_id)


async def _decide(tx: Tx, by: Actor, bid_id: UUID, state: BidState, fact: type[BidFact]) -> BidView:
    project, bid = await locked_bid(tx, by, bid_id)
    project.check_owner(by.account_id)
    if bid.state is not state:
        project.check_state("chosen for", *RECEIVING)
        bid.check_state(state, *STANDING)
        tell_bid(tx, fact, await store.move_bid(tx, bid_id, state), project)
    return await bid_view(tx, bid.project_id, by, bid_id)
