"""Protected payments, whatever they pay for: set aside, released by the client, frozen or given back by staff."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.gigs.commands.engage import change, let_go
from skillhall.gigs.commands.record import record
from skillhall.gigs.model import delivering, paying
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.engagement_refusals import EscrowNotFound, NoAmountTaken
from skillhall.gigs.model.escrow import WALLET
from skillhall.gigs.queries.engagement_views import BookingView, MilestoneView, WeekView
from skillhall.gigs.queries.engagements import booking_view, milestone_view, week_view
from skillhall.gigs.queries.escrows import EscrowView, escrow_view
from skillhall.gigs.store.engagements import lock_engagement, of_booking, of_escrow, of_milestone, of_week
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.shapes import Body, Subject
from skillhall.payments.api import cancel_open


class Release(Body, frozen=True, kw_only=True):
    """Nothing need be sent: the whole is released. Staff says why."""

    amount: Money | Decimal | None = None
    reason: Annotated[str, Meta(min_length=1, max_length=1000)] | None = None


class Grounds(Body, frozen=True, kw_only=True):
    """Why, required."""

    reason: Annotated[str, Meta(min_length=1, max_length=1000)]


async def fund_milestone(tx: Tx, by: Actor, milestone_id: UUID) -> MilestoneView:
    """Set a milestone's money aside from the client's wallet."""
    await _fund(tx, by, await of_milestone(tx, milestone_id), milestone_id)
    return await milestone_view(tx, milestone_id, by)


async def fund_booking(tx: Tx, by: Actor, booking_id: UUID) -> BookingView:
    """Set a booking's money aside from the client's wallet."""
    await _fund(tx, by, await of_booking(tx, booking_id), booking_id)
    return await booking_view(tx, booking_id, by)


async def fund_week(tx: Tx, by: Actor, week_id: UUID) -> WeekView:
    """Set the limit of a week aside from the client's wallet."""
    await _fund(tx, by, await of_week(tx, week_id), week_id)
    return await week_view(tx, week_id, by)


async def release_milestone(tx: Tx, by: Actor, milestone_id: UUID) -> MilestoneView:
    """Pay a milestone, delivered or not."""

    def released(found: Engagement) -> Engagement:
        return paying.released(found, by.account_id, found.escrow_of(found.milestone(milestone_id).id).id, tx.now)

    await change(tx, await of_milestone(tx, milestone_id), released)
    return await milestone_view(tx, milestone_id, by)


async def release_week(tx: Tx, by: Actor, week_id: UUID) -> WeekView:
    """Pay a week: the hours that were told, or the whole limit before."""

    def released(found: Engagement) -> Engagement:
        return paying.released(found, by.account_id, found.escrow_of(found.week(week_id).id).id, tx.now)

    await change(tx, await of_week(tx, week_id), released)
    return await week_view(tx, week_id, by)


async def complete_booking(tx: Tx, by: Actor, booking_id: UUID) -> BookingView:
    """The client pays what was booked."""

    def completed(found: Engagement) -> Engagement:
        found.agreement.check_client(by.account_id)
        delivering.check_under_way(found)
        return paying.released(found, by.account_id, found.escrow_of(booking_id).id, tx.now)

    await change(tx, await of_booking(tx, booking_id), completed)
    return await booking_view(tx, booking_id, by)


async def release_escrow(tx: Tx, by: Actor, escrow_id: UUID, command: Release) -> EscrowView:
    """Pay the worker the whole. By the client, or by staff that is no party."""
    if command.amount is not None:
        raise NoAmountTaken

    def released(found: Engagement) -> Engagement:
        is_staff = by.may("hold.release") and by.account_id not in found.agreement.parties
        if is_staff:
            tx.audit("gigs.release_escrow", Subject("escrow", escrow_id), reason=command.reason)
            return paying.released(found, None, escrow_id, tx.now)
        return paying.released(_known(found, by), by.account_id, escrow_id, tx.now)

    await change(tx, await of_escrow(tx, escrow_id), released)
    return await escrow_view(tx, escrow_id, by)


async def freeze_escrow(tx: Tx, by: Actor, escrow_id: UUID, command: Grounds) -> EscrowView:
    """Staff keeps it from moving."""
    return await _staff(tx, by, escrow_id, command, "freeze", lambda found, case: paying.frozen(found, escrow_id, case, tx.now))


async def unfreeze_escrow(tx: Tx, by: Actor, escrow_id: UUID, command: Grounds) -> EscrowView:
    """Staff lets what it froze go on."""
    return await _staff(tx, by, escrow_id, command, "unfreeze", lambda found, case: paying.unfrozen(found, escrow_id, case, tx.now))


async def refund_escrow(tx: Tx, by: Actor, escrow_id: UUID, command: Grounds) -> EscrowView:
    """Staff gives the whole back to the client, unless a dispute decides about it."""
    return await _staff(tx, by, escrow_id, command, "refund", lambda found, case: paying.given_back(found, escrow_id, case, tx.now))


async def _staff(tx: Tx, by: Actor, escrow_id: UUID, command: Grounds, verb: str, rule: paying.Ruling) -> EscrowView:
    def ruled(found: Engagement) -> Engagement:
        paying.check_no_party(found, by.account_id)
        return rule(found, Subject("staff", escrow_id))

    await let_go(tx, escrow_id, ruled)
    tx.audit(f"gigs.{verb}_escrow", Subject("escrow", escrow_id), reason=command.reason)
    return await escrow_view(tx, escrow_id, by)


async def _fund(tx: Tx, by: Actor, agreement_id: UUID, subject_id: UUID) -> None:
    project, before = await lock_engagement(tx, agreement_id)
    before.agreement.check_client(by.account_id)
    escrow = before.escrow_of(subject_id)
    if not escrow.is_funded:
        after = paying.funded(before, escrow.id, WALLET, tx.now)
        if escrow.asset != CREDIT:
            await cancel_open(tx, Subject("escrow", escrow.id), "superseded")
        await record(tx, project, before, after, bound=after.agreement.parties)


def _known(found: Engagement, by: Actor) -> Engagement:
    if by.account_id not in found.agreement.parties:
        raise EscrowNotFound
    return found
