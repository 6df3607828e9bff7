"""The invited says yes or no.

Yes to a direct offer is a bid at its price that the owner has accepted already: its agreement is there to be signed.
"""

from uuid import UUID

from skillhall.gigs.commands.accept_bid import AcceptBid, accept_bid
from skillhall.gigs.commands.place_bid import store_bid
from skillhall.gigs.commands.telling import tell_invite
from skillhall.gigs.events import InviteAccepted, InviteDeclined
from skillhall.gigs.model.bid import BidState, Priced
from skillhall.gigs.model.invite import Invite, InviteState, invite_state
from skillhall.gigs.model.project import Project, ProjectState
from skillhall.gigs.model.refusals import InvitedOnly, InviteNotFound, InviteStatusNotSettable
from skillhall.gigs.queries.invites import InviteView, invite_view
from skillhall.gigs.queries.projects import seen
from skillhall.gigs.store import invites as store
from skillhall.gigs.store.projects import lock_project
from skillhall.identity.api import check_active
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body

OFFERED = tuple(state for state in BidState if state is not BidState.ACCEPTED)


class AnswerInvite(Body, frozen=True, kw_only=True):
    """Which invite, and accepted or declined (or accept, decline)."""

    invite_id: UUID
    status: str | None = None
    response: str | None = None


async def accept_invite(tx: Tx, by: Actor, invite_id: UUID) -> InviteView:
    """Say yes; who said yes before stays by it."""
    project, found = await _locked(tx, by, invite_id, "accepted", InviteState.ACCEPTED)
    if found.state is not InviteState.ACCEPTED:
        await seen(tx, project.id, by)
        project.check_state("taken on", ProjectState.OPEN)
        tell_invite(tx, InviteAccepted, await store.decide(tx, invite_id, InviteState.ACCEPTED, by.account_id))
        if found.is_offer:
            terms = Priced(amount=found.amount, hourly_rate=found.hourly_rate, delivery_days=found.delivery_days)
            bid = await store_bid(tx, by, project, terms, found.message, None, OFFERED)
            await accept_bid(tx, Actor(account_id=project.account_id), bid.id, AcceptBid())
        else:
            await check_active(tx, by.account_id)
    return await invite_view(tx, by, invite_id)


async def decline_invite(tx: Tx, by: Actor, invite_id: UUID) -> InviteView:
    """Say no; who said no before stays by it."""
    _, found = await _locked(tx, by, invite_id, "declined", InviteState.DECLINED)
    if found.state is not InviteState.DECLINED:
        tell_invite(tx, InviteDeclined, await store.decide(tx, invite_id, InviteState.DECLINED, by.account_id))
    return await invite_view(tx, by, invite_id)


async def answer_invite(tx: Tx, by: Actor, command: AnswerInvite) -> InviteView:
    """For older clients: a status instead of a verb."""
    word = command.status or command.response or ""
    match invite_state(word):
        case InviteState.ACCEPTED:
            return await accept_invite(tx, by, command.invite_id)
        case InviteState.DECLINED:
            return await decline_invite(tx, by, command.invite_id)
        case _:
            raise InviteStatusNotSettable(status=word)


async def _locked(tx: Tx, by: Actor, invite_id: UUID, verb: str, done: InviteState) -> tuple[Project, Invite]:
    """Return an invite of the caller's under the lock of its project, open or already `done`."""
    first = await store.invite(tx, invite_id)
    if first.by_id == by.account_id:
        raise InvitedOnly
    if not await store.is_for(tx, first, by.account_id):
        raise InviteNotFound
    project = await lock_project(tx, first.project_id)
    found = await store.invite(tx, invite_id)
    if found.state is not done:
        found.check_pending(verb, tx.now)
    return project, found
