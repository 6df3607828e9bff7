"""The client accepts a bid, or books its bidder: agreement and payments are made, the other bids rejected, in one transaction."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from skillhall.gigs.commands.record import record, record_funded
from skillhall.gigs.commands.telling import tell_bid
from skillhall.gigs.events import BidAccepted, BidRejected
from skillhall.gigs.model.agreeing import Offered, agreed, booked
from skillhall.gigs.model.agreement import MINUTES_A_WEEK, MOST_MILESTONES, Planned
from skillhall.gigs.model.bid import STANDING, Bid, BidState
from skillhall.gigs.model.delivering import check_time
from skillhall.gigs.model.engagement_refusals import AmountDiffersFromBid, BidLapsed, BookingNotFound, HourlyBid
from skillhall.gigs.model.escrow import WALLET, EngagementRules
from skillhall.gigs.model.paying import funded
from skillhall.gigs.model.prices import Price, minor_of
from skillhall.gigs.model.project import Project, ProjectState
from skillhall.gigs.model.refusals import BidNotFound, NotYourProject
from skillhall.gigs.queries.engagement_views import AgreementView, BookingView, EscrowCard
from skillhall.gigs.queries.engagements import agreement_view, booking_view
from skillhall.gigs.store import bids as bid_store
from skillhall.gigs.store.engagements import engagement, last_of_bid
from skillhall.gigs.store.projects import lock_project
from skillhall.identity.api import check_not_blocked
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body, Moment, View, instant

Title = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=4000)]
Words = Annotated[str, Meta(max_length=10_000)]
WeeklyMinutes = Annotated[int, Meta(ge=1, le=MINUTES_A_WEEK)]


class PlannedMilestone(Body, frozen=True, kw_only=True):
    """One milestone of the plan. A bare amount is in major units of the project's currency."""

    title: Title
    amount: Price
    description: Text = ""
    due_on: date | None = None


class AcceptBid(Body, frozen=True, kw_only=True):
    """What the client adds: milestones that sum to the bid (one for all of it otherwise), and where the bid names no price, the price.

    For hourly work `amount` is an hour's, and `weeklyMinutes` how much may be worked in a week.
    """

    milestones: Annotated[list[PlannedMilestone], Meta(max_length=MOST_MILESTONES)] = field(default_factory=list)
    amount: Price | None = None
    weekly_minutes: WeeklyMinutes | None = None
    scope: Words = ""
    notes: Text = ""


class BookWorker(Body, frozen=True, kw_only=True):
    """Whom to book for which project: the worker's bid is accepted, and `agreedAmount` must be what it says. A time is booked too."""

    project_id: UUID
    worker_id: UUID
    agreed_amount: Price
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    notes: Text = ""


class PaymentCard(View, frozen=True, kw_only=True):
    """A payment that is to be confirmed; the secret is for the provider's own form."""

    id: UUID
    client_secret: str | None


class BookedView(View, frozen=True, kw_only=True):
    """A booking that was made. `escrow.status` pending_funding: the wallet had too little, and it is funded later.

    In money `payment` is what to pay it by; in credits it is null.
    """

    id: UUID
    booking: BookingView
    agreement: AgreementView
    escrow: EscrowCard
    payment: PaymentCard | None


class _Choice(Struct, frozen=True):
    """A bid under the lock of its project; `is_done` when it has been accepted before."""

    project: Project
    bid: Bid
    is_done: bool


async def accept_bid(tx: Tx, by: Actor, bid_id: UUID, command: AcceptBid) -> AgreementView:
    """Accept it: its agreement is to be signed by both. Sent twice it answers the same agreement."""
    choice = await _chosen(tx, by, await bid_store.bid(tx, bid_id))
    if not choice.is_done:
        asset = choice.project.asset
        offered = Offered(
            milestones=planned_of(command.milestones, asset),
            amount=None if command.amount is None else minor_of(command.amount, asset, "amount"),
            weekly_minutes=command.weekly_minutes,
            scope=command.scope,
            notes=command.notes,
        )
        if choice.bid.price is not None and offered.amount not in {None, choice.bid.price}:
            raise AmountDiffersFromBid(bid=choice.bid.price, agreed=offered.amount)
        rules = tx.setting(EngagementRules)
        kind = "hourly" if choice.project.pricing == "hourly" and choice.bid.amount is None else "fixed"
        after = agreed(choice.project, choice.bid, kind, offered, rules, tx.now)
        project = await _decide(tx, choice, after.agreement.id)
        await record(tx, project, None, after, bound=after.agreement.parties)
    return await agreement_view(tx, await last_of_bid(tx, bid_id), by)


async def book_worker(tx: Tx, by: Actor, command: BookWorker) -> BookedView:
    """Book a worker: their bid is accepted and paid for as a whole, their time is taken. Sent twice it answers the same booking."""
    found = await bid_store.find_bid(tx, command.project_id, command.worker_id)
    if found is None:
        raise BidNotFound
    choice = await _chosen(tx, by, found)
    amount = minor_of(command.agreed_amount, choice.project.asset, "agreedAmount")
    if choice.bid.hourly_rate is not None:
        raise HourlyBid
    if choice.bid.amount not in {None, amount}:
        raise AmountDiffersFromBid(bid=choice.bid.amount, agreed=amount)
    if not choice.is_done:
        check_time(command.starts_at, command.ends_at, tx.now)
        pending = booked(
            choice.project,
            choice.bid,
            tx.setting(EngagementRules),
            tx.now,
            amount=amount,
            starts_at=command.starts_at,
            ends_at=command.ends_at,
            notes=command.notes,
        )
        project = await _decide(tx, choice, pending.agreement.id)
        paid = funded(pending, pending.escrows[0].id, WALLET, tx.now)
        await record_funded(tx, project, None, pending, paid, bound=pending.agreement.parties)
    return await booked_view(tx, await last_of_bid(tx, found.id), by)


async def booked_view(tx: Tx, agreement_id: UUID, by: Actor) -> BookedView:
    """Return a booking with its agreement and its money."""
    made = await engagement(tx, agreement_id)
    if made.booking is None:
        raise BookingNotFound
    booking = await booking_view(tx, made.booking.id, by)
    return BookedView(
        id=booking.id, booking=booking, agreement=await agreement_view(tx, agreement_id, by), escrow=booking.escrow, payment=None
    )


def planned_of(milestones: list[PlannedMilestone], asset: str) -> tuple[Planned, ...]:
    """Return a plan with its amounts in minor units."""
    return tuple(
        Planned(
            title=one.title,
            amount=minor_of(one.amount, asset, f"milestones.{index}.amount"),
            description=one.description,
            due_on=one.due_on,
        )
        for index, one in enumerate(milestones)
    )


async def _chosen(tx: Tx, by: Actor, found: Bid) -> _Choice:
    """Lock project and bid and check that this bid can be accepted by the caller."""
    project = await lock_project(tx, found.project_id)
    if project.account_id != by.account_id:
        raise NotYourProject if found.account_id == by.account_id else BidNotFound
    bid = await bid_store.lock_bid(tx, found.id)
    if bid.state is BidState.ACCEPTED:
        return _Choice(project, bid, is_done=True)
    project.check_state("given to somebody", ProjectState.OPEN)
    bid.check_state("accepted", *STANDING)
    if bid.valid_until <= tx.now:
        raise BidLapsed(until=instant(bid.valid_until))
    await check_not_blocked(tx, project.account_id, bid.account_id)
    return _Choice(project, bid, is_done=False)


async def _decide(tx: Tx, choice: _Choice, agreement_id: UUID) -> Project:
    """Accept the bid and reject the others."""
    bid = await bid_store.move_bid(tx, choice.bid.id, BidState.ACCEPTED)
    tell_bid(tx, BidAccepted, bid, choice.project, agreement_id=agreement_id)
    for other in await bid_store.reject_others(tx, choice.project.id, bid.id):
        tell_bid(tx, BidRejected, other, choice.project)
    return choice.project
