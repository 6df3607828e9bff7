"""Somebody bids on a project, or applies for it: a bid without a price."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.gigs.commands.create_project import face_of
from skillhall.gigs.commands.entitlement import spend
from skillhall.gigs.commands.telling import tell_bid
from skillhall.gigs.events import BidSubmitted
from skillhall.gigs.model.bid import PLACED_AGAIN, VALID, Bid, BidState, Priced
from skillhall.gigs.model.prices import Price, minor_of
from skillhall.gigs.model.project import Project, ProjectState
from skillhall.gigs.model.refusals import BidPlaced, OtherCurrency, OwnProject
from skillhall.gigs.queries.bids import BidView, bid_view
from skillhall.gigs.queries.projects import seen
from skillhall.gigs.store import bids as store
from skillhall.gigs.store.projects import lock_project
from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import Asset
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body

Proposal = Annotated[str, Meta(max_length=10_000)]
Days = Annotated[int, Meta(ge=1, le=3650, description="days")]


class Terms(Body, frozen=True, kw_only=True):
    """For what price, in how many days. Bare amounts are major units of the project's currency; `currency` is only compared with it.

    Where pricing is hourly, `amount` is the price of an hour, as `hourlyRate` is.
    """

    amount: Price | None = None
    hourly_rate: Price | None = None
    currency: Asset | None = None
    delivery_days: Days | None = None
    delivery_time: Days | None = None


class PlaceBid(Terms, frozen=True, kw_only=True):
    """What one would do, for what price, in how many days (`deliveryTime` is `deliveryDays`). Without a price it is an application."""

    proposal: Proposal = ""
    profile_id: UUID | None = None


class PlaceBidOn(PlaceBid, frozen=True, kw_only=True):
    """A bid that names its project."""

    project_id: UUID


class Apply(Body, frozen=True, kw_only=True):
    """For which project one applies, and what one says; `message` and `coverLetter` are `proposal` by other names."""

    project_id: UUID
    proposal: Proposal | None = None
    message: Proposal | None = None
    cover_letter: Proposal | None = None
    profile_id: UUID | None = None


async def place_bid(tx: Tx, by: Actor, project_id: UUID, command: PlaceBid) -> BidView:
    """Place a bid on an open project; one per person, a withdrawn or lapsed one may be placed again."""
    project = await lock_project(tx, project_id)
    await seen(tx, project_id, by)
    bid = await store_bid(tx, by, project, priced(command, project), command.proposal, command.profile_id)
    await spend(tx, by.account_id, "applications", bid.id)
    await check_active(tx, by.account_id)
    return await bid_view(tx, project_id, by)


async def place_bid_on(tx: Tx, by: Actor, command: PlaceBidOn) -> BidView:
    """The same, where the body names the project."""
    return await place_bid(tx, by, command.project_id, command)


async def apply(tx: Tx, by: Actor, command: Apply) -> BidView:
    """Apply without naming a price."""
    proposal = command.proposal or command.message or command.cover_letter or ""
    return await place_bid(tx, by, command.project_id, PlaceBid(proposal=proposal, profile_id=command.profile_id))


async def store_bid(
    tx: Tx, by: Actor, project: Project, terms: Priced, proposal: str, profile_id: UUID | None, again: Sequence[BidState] = PLACED_AGAIN
) -> Bid:
    """Store a bid on a locked project that the caller may see; one there is already must be in one of the states `again`."""
    if project.account_id == by.account_id:
        raise OwnProject
    project.check_state("bid on", ProjectState.OPEN)
    old = await store.find_bid(tx, project.id, by.account_id)
    if old is not None and old.state not in again:
        raise BidPlaced(status=old.state)
    new = Bid(
        id=old.id if old else ids.new(),
        project_id=project.id,
        account_id=by.account_id,
        profile_id=await face_of(tx, by, profile_id),
        amount=terms.amount,
        hourly_rate=terms.hourly_rate,
        delivery_days=terms.delivery_days,
        proposal=proposal.strip(),
        state=BidState.PENDING,
        valid_until=tx.now + VALID,
        created_at=tx.now,
        decided_at=None,
    )
    if not await (store.place_again(tx, new, again) if old else store.insert_bid(tx, new)):
        raise BidPlaced(status=BidState.PENDING)
    tell_bid(tx, BidSubmitted, new, project, amount=new.amount, hourly_rate=new.hourly_rate, asset=project.asset)
    return new


def priced(command: Terms, project: Project) -> Priced:
    """Return price and days in the project's terms; refuse another currency, or an hourly rate where all of it is paid."""
    if command.currency not in {None, project.asset}:
        raise OtherCurrency(currency=project.asset)
    amount = None if command.amount is None else minor_of(command.amount, project.asset, "amount")
    rate = None if command.hourly_rate is None else minor_of(command.hourly_rate, project.asset, "hourlyRate")
    if rate is not None and (project.pricing == "fixed" or amount is not None):
        raise Invalid(FieldError("hourlyRate", "body", "gigs.pricing", f"This project is {project.pricing}; send one price, as `amount`."))
    is_hourly = project.pricing == "hourly"
    return Priced(
        amount=None if is_hourly else amount,
        hourly_rate=(rate or amount) if is_hourly else None,
        delivery_days=command.delivery_days or command.delivery_time,
    )
