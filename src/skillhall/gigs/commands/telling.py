"""How the verbs of projects, bids and invites tell what they did."""

from typing import Any, TypeVar

from skillhall.gigs.events import BidFact, InviteFact, ProjectFact
from skillhall.gigs.model.bid import Bid
from skillhall.gigs.model.invite import Invite
from skillhall.gigs.model.project import Project
from skillhall.kernel.db.tx import Tx

P = TypeVar("P", bound=ProjectFact)
B = TypeVar("B", bound=BidFact)
I = TypeVar("I", bound=InviteFact)  # noqa: E741 - as P and B


def tell_project(tx: Tx, fact: type[P], project: Project, **more: Any) -> None:  # noqa: ANN401 - the fields of the fact
    """Publish a fact about a project as it stands now."""
    tx.publish(fact(project_id=project.id, account_id=project.account_id, visibility=project.visibility, state=project.state, **more))


def tell_bid(tx: Tx, fact: type[B], bid: Bid, project: Project, **more: Any) -> None:  # noqa: ANN401 - the fields of the fact
    """Publish a fact about a bid on this project."""
    tx.publish(fact(bid_id=bid.id, project_id=project.id, account_id=bid.account_id, owner_id=project.account_id, **more))


def tell_invite(tx: Tx, fact: type[I], invite: Invite) -> None:
    """Publish a fact about an invite."""
    tx.publish(
        fact(
            invite_id=invite.id,
            project_id=invite.project_id,
            by_id=invite.by_id,
            account_id=invite.account_id,
            is_offer=invite.is_offer,
        )
    )
