"""The work itself: confirmed, started, delivered, sent back; for milestones and for the booking."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.gigs.model.agreeing import signed
from skillhall.gigs.model.agreement import AgreementState
from skillhall.gigs.model.engagement import Engagement, followed
from skillhall.gigs.model.engagement_refusals import (
    BookingMoved,
    BookingNotFound,
    MilestoneMoved,
    NoRevisionsLeft,
    NotDelivered,
    NotFunded,
    TimePassed,
    WorkUnnamed,
)
from skillhall.gigs.model.escrow import Escrow, EscrowState
from skillhall.gigs.model.work import Booking, BookingState, Delivery, Handed, Milestone, MilestoneState, status_of

AT_WORK = (AgreementState.ACTIVE, AgreementState.PENDING_REVIEW, AgreementState.DISPUTED)


class Handover(Struct, frozen=True, kw_only=True):
    """What the worker hands over."""

    delivery_id: UUID
    notes: str
    url: str | None = None
    files: tuple[Handed, ...] = ()


def started(engagement: Engagement, by: UUID, milestone_id: UUID, now: datetime) -> Engagement:
    """The worker begins a milestone; its money must be set aside."""
    milestone, escrow = _milestone(engagement, by, milestone_id, "started")
    if milestone.state is MilestoneState.IN_PROGRESS:
        return engagement
    if escrow.state is EscrowState.PENDING_FUNDING:
        raise NotFunded
    _check(milestone, escrow, "started", MilestoneState.WAITING, MilestoneState.REVISION)
    begun = replace(milestone, state=MilestoneState.IN_PROGRESS, started_at=milestone.started_at or now)
    return followed(engagement.with_milestone(begun), now)


def delivered(engagement: Engagement, by: UUID, milestone_id: UUID, handover: Handover, now: datetime) -> Engagement:
    """The worker hands a milestone over; without an answer it is paid after so many days."""
    milestone, escrow = _milestone(engagement, by, milestone_id, "delivered")
    if milestone.state is MilestoneState.DELIVERED:
        return engagement
    _check(milestone, escrow, "delivered", MilestoneState.IN_PROGRESS, MilestoneState.REVISION)
    after = engagement.with_milestone(replace(milestone, state=MilestoneState.DELIVERED, delivered_at=now))
    return followed(_handed(after, by, escrow, handover, now), now)


def sent_back(engagement: Engagement, by: UUID, milestone_id: UUID, text: str, now: datetime) -> Engagement:
    """The client asks for a revision, as often as the terms say; the time of the automatic release begins anew with the next delivery."""
    engagement.agreement.check_client(by)
    milestone = engagement.milestone(milestone_id)
    escrow = engagement.escrow_of(milestone_id)
    if milestone.state is MilestoneState.REVISION:
        return engagement
    _check(milestone, escrow, "sent back", MilestoneState.DELIVERED)
    escrow.check_answerable("sent back", now)
    _check_revisions(engagement, milestone.revisions)
    back = replace(milestone, state=MilestoneState.REVISION, revisions=milestone.revisions + 1, delivered_at=None)
    return followed(_answered(engagement.with_milestone(back), by, escrow, text, now), now)


def check_approvable(engagement: Engagement, milestone_id: UUID) -> Escrow:
    """Return the payment of a milestone that was delivered, or refuse."""
    milestone, escrow = engagement.milestone(milestone_id), engagement.escrow_of(milestone_id)
    if escrow.state is EscrowState.RELEASED:
        return escrow
    if milestone.state is not MilestoneState.DELIVERED and escrow.state is EscrowState.HELD:
        raise NotDelivered
    _check(milestone, escrow, "approved", MilestoneState.DELIVERED)
    return escrow


def confirmed(engagement: Engagement, by: UUID, now: datetime) -> Engagement:
    """The worker takes a booking, and signs its terms with that; its money must be set aside."""
    engagement.agreement.check_worker(by)
    booking = booking_of(engagement)
    if booking.state in {BookingState.CONFIRMED, BookingState.IN_PROGRESS}:
        return engagement
    if booking.state is not BookingState.PENDING:
        raise BookingMoved(status=booking.state, verb="confirmed")
    if engagement.escrow_of(booking.id).state is EscrowState.PENDING_FUNDING:
        raise NotFunded
    after = engagement.with_booking(state=BookingState.CONFIRMED, confirmed_at=now)
    return signed(after, by, after.agreement.version, now)


def moved(engagement: Engagement, by: UUID, starts_at: datetime | None, ends_at: datetime | None, notes: str, now: datetime) -> Engagement:
    """The client changes time or words of a booking the worker has not confirmed."""
    engagement.agreement.check_client(by)
    booking = booking_of(engagement)
    if booking.state is not BookingState.PENDING:
        raise BookingMoved(status=booking.state, verb="changed")
    if (starts_at, ends_at) != (booking.starts_at, booking.ends_at):
        check_time(starts_at, ends_at, now)
    return engagement.with_booking(starts_at=starts_at, ends_at=ends_at, notes=notes)


def booking_started(engagement: Engagement, by: UUID, now: datetime) -> Engagement:
    """The worker begins what was booked."""
    engagement.agreement.check_worker(by)
    booking = booking_of(engagement)
    if booking.state is BookingState.IN_PROGRESS:
        return engagement
    if booking.state is not BookingState.CONFIRMED:
        raise BookingMoved(status=booking.state, verb="started")
    return engagement.with_booking(state=BookingState.IN_PROGRESS, started_at=now)


def booking_delivered(engagement: Engagement, by: UUID, handover: Handover, now: datetime) -> Engagement:
    """The worker says that what was booked is done; the client completes it, or it is paid after so many days."""
    engagement.agreement.check_worker(by)
    booking = booking_of(engagement)
    escrow = engagement.escrow_of(booking.id)
    if booking.delivered_at is not None and escrow.is_live:
        return engagement
    if booking.state not in {BookingState.CONFIRMED, BookingState.IN_PROGRESS}:
        raise BookingMoved(status=booking.state, verb="delivered")
    escrow.check_state("delivered", EscrowState.HELD)
    after = engagement.with_booking(state=BookingState.IN_PROGRESS, started_at=booking.started_at or now, delivered_at=now)
    return followed(_handed(after, by, escrow, handover, now), now)


def booking_sent_back(engagement: Engagement, by: UUID, text: str, now: datetime) -> Engagement:
    """The client asks for a revision of what was booked."""
    engagement.agreement.check_client(by)
    booking = booking_of(engagement)
    escrow = engagement.escrow_of(booking.id)
    if booking.delivered_at is None:
        raise NotDelivered
    escrow.check_state("sent back", EscrowState.HELD)
    escrow.check_answerable("sent back", now)
    _check_revisions(engagement, booking.revisions)
    after = engagement.with_booking(delivered_at=None, revisions=booking.revisions + 1)
    return followed(_answered(after, by, escrow, text, now), now)


def check_under_way(engagement: Engagement) -> None:
    """Refuse to complete a booking that the worker has not confirmed, or that is over."""
    booking = booking_of(engagement)
    if booking.state in {BookingState.PENDING, BookingState.CANCELLED}:
        raise BookingMoved(status=booking.state, verb="completed")


def check_time(starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> None:
    """Refuse a time that is only half told, over or empty."""
    if starts_at is None and ends_at is None:
        return
    if starts_at is None or ends_at is None or starts_at < now or ends_at <= starts_at:
        raise TimePassed


def one_of(engagement: Engagement, named: UUID | None, *states: MilestoneState) -> UUID:
    """Return the milestone that is meant: the one named, or the only one in these states whose money is held."""
    if named:
        return engagement.milestone(named).id
    held = [m.id for m in engagement.milestones if m.state in states and engagement.escrow_of(m.id).state is EscrowState.HELD]
    if not held:
        raise NotDelivered if MilestoneState.DELIVERED in states else NotFunded
    if len(held) > 1:
        raise WorkUnnamed(count=len(held))
    return held[0]


def _milestone(engagement: Engagement, by: UUID, milestone_id: UUID, verb: str) -> tuple[Milestone, Escrow]:
    agreement = engagement.agreement
    agreement.check_worker(by)
    milestone = engagement.milestone(milestone_id)
    agreement.check_state(f"at work: a milestone cannot be {verb}", *AT_WORK)
    return milestone, engagement.escrow_of(milestone_id)


def _check(milestone: Milestone, escrow: Escrow, verb: str, *states: MilestoneState) -> None:
    if milestone.state not in states or escrow.state is not EscrowState.HELD:
        raise MilestoneMoved(status=status_of(milestone.state, escrow.state), verb=verb)


def _check_revisions(engagement: Engagement, used: int) -> None:
    if used >= engagement.agreement.terms.revisions:
        raise NoRevisionsLeft(revisions=engagement.agreement.terms.revisions)


def booking_of(engagement: Engagement) -> Booking:
    """Return the booking, or refuse."""
    if engagement.booking is None:
        raise BookingNotFound
    return engagement.booking


def _handed(engagement: Engagement, by: UUID, escrow: Escrow, handover: Handover, now: datetime) -> Engagement:
    delivery = Delivery(
        id=handover.delivery_id,
        agreement_id=engagement.agreement.id,
        subject_kind="milestone" if escrow.kind == "milestone" else "booking",
        subject_id=escrow.subject_id,
        by_id=by,
        notes=handover.notes,
        url=handover.url,
        files=handover.files,
        delivered_at=now,
    )
    release_at = now + timedelta(days=engagement.agreement.rules.answer_days)
    return engagement.with_escrow(escrow.due(release_at)).with_delivery(delivery)


def _answered(engagement: Engagement, by: UUID, escrow: Escrow, text: str, now: datetime) -> Engagement:
    delivery = engagement.delivery_of(escrow.subject_id)
    after = engagement.with_escrow(escrow.due(None))
    if delivery is None:
        return after
    return after.with_delivery(replace(delivery, answer="revision", answer_text=text, answered_by=by, answered_at=now))
