"""From an accepted bid to an agreement both have signed: terms, signatures, and the ways it ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.gigs.model.agreement import UNSIGNED, Agreement, AgreementState, Kind, Planned, Terms
from skillhall.gigs.model.bid import Bid
from skillhall.gigs.model.engagement import Engagement, followed
from skillhall.gigs.model.engagement_refusals import (
    DeliveryPending,
    EscrowMoved,
    MilestonesDiffer,
    NoAmount,
    NotDelivered,
    OtherVersion,
    TermsBound,
    TermsUnfit,
)
from skillhall.gigs.model.escrow import EngagementRules, Escrow, EscrowState, escrow_id
from skillhall.gigs.model.escrow import Kind as PaidKind
from skillhall.gigs.model.project import Project
from skillhall.gigs.model.work import Booking, BookingState, Milestone, price_of
from skillhall.kernel.ids import derived


class Offered(Struct, frozen=True, kw_only=True):
    """What the client adds when accepting: a plan of milestones, a price where the bid has none, the limit of a week, words."""

    milestones: tuple[Planned, ...] = ()
    amount: int | None = None
    weekly_minutes: int | None = None
    scope: str = ""
    notes: str = ""


def agreed(project: Project, bid: Bid, kind: Kind, offered: Offered, rules: EngagementRules, now: datetime) -> Engagement:
    """Return the engagement of an accepted bid, not yet signed; each milestone has its payment, pending."""
    terms = _first_terms(project, bid, kind, offered, rules)
    check_terms(kind, terms)
    agreement = Agreement(
        id=derived("agreement", bid.id, now),
        project_id=project.id,
        bid_id=bid.id,
        client_id=project.account_id,
        client_profile_id=project.profile_id,
        worker_id=bid.account_id,
        worker_profile_id=bid.profile_id,
        kind=kind,
        state=AgreementState.DRAFT,
        version=1,
        asset=project.asset,
        terms=terms,
        terms_by=project.account_id,
        rules=rules,
        created_at=now,
        updated_at=now,
        sign_by=now + timedelta(days=rules.sign_days),
    )
    return _planned(Engagement(agreement=agreement), now)


def booked(
    project: Project,
    bid: Bid,
    rules: EngagementRules,
    now: datetime,
    *,
    amount: int,
    starts_at: datetime | None,
    ends_at: datetime | None,
    notes: str,
) -> Engagement:
    """Return the engagement of a booking: the client signs by booking, the worker by confirming."""
    made = agreed(project, bid, "booking", Offered(amount=amount), rules, now)
    agreement = replace(made.agreement, client_signed_at=now, state=AgreementState.PENDING_SIGNATURE)
    booking = Booking(
        id=derived("booking", agreement.id),
        agreement_id=agreement.id,
        state=BookingState.PENDING,
        starts_at=starts_at,
        ends_at=ends_at,
        notes=notes,
    )
    escrow = payment(agreement, "booking", booking.id, agreement.terms.title, amount, now)
    return replace(made, agreement=agreement, booking=booking, escrows=(escrow,))


def changed(engagement: Engagement, by: UUID, terms: Terms, now: datetime) -> Engagement:
    """One side changes the terms: nobody has signed the new version. Not while money is held for the old one."""
    agreement = engagement.agreement
    agreement.check_party(by)
    agreement.check_state("changed", *UNSIGNED, AgreementState.ACTIVE)
    if terms == agreement.terms:
        return engagement
    if engagement.funded or engagement.booking:
        raise TermsBound
    check_terms(agreement.kind, terms)
    after = engagement.with_agreement(
        terms=terms,
        terms_by=by,
        version=agreement.version + 1,
        state=AgreementState.DRAFT,
        client_signed_at=None,
        worker_signed_at=None,
        next_week_at=None,
        sign_by=now + timedelta(days=agreement.rules.sign_days),
        updated_at=now,
    )
    if agreement.kind == "hourly":
        return _without_pending(after)
    return _planned(after, now) if terms.milestones != agreement.terms.milestones else after


def signed(engagement: Engagement, by: UUID, version: int, now: datetime) -> Engagement:
    """One side signs the version it has read; with both signatures the agreement is active."""
    agreement = engagement.agreement
    agreement.check_party(by)
    is_client = by == agreement.client_id
    if version != agreement.version:
        raise OtherVersion(version=agreement.version)
    if (agreement.client_signed_at if is_client else agreement.worker_signed_at) is not None:
        return engagement
    agreement.check_state("signed", *UNSIGNED)
    if is_client:
        after = engagement.with_agreement(client_signed_at=now, updated_at=now)
    else:
        after = engagement.with_agreement(worker_signed_at=now, updated_at=now)
    if after.agreement.client_signed_at is None or after.agreement.worker_signed_at is None:
        return after.with_agreement(state=AgreementState.PENDING_SIGNATURE)
    first_week = now if agreement.kind == "hourly" else None
    active_at = agreement.active_at or now
    return followed(after.with_agreement(state=AgreementState.ACTIVE, sign_by=None, active_at=active_at, next_week_at=first_week), now)


def lapsed(engagement: Engagement, now: datetime) -> Engagement:
    """Not both have signed in time: it came to nothing. While a case keeps its money it waits another day."""
    agreement = engagement.agreement
    if agreement.sign_by is None or agreement.sign_by > now:
        return engagement
    if engagement.is_frozen:
        return engagement.with_agreement(sign_by=now + timedelta(days=1))
    return _called_off(replace(engagement, agreement=agreement.closed(AgreementState.CANCELLED, "unsigned", now)), now)


def cancelled(engagement: Engagement, by: UUID, reason: str | None, now: datetime) -> Engagement:
    """One side calls it off: what is held goes back. The client pays or disputes what was ever delivered, and ends hourly work."""
    agreement = engagement.agreement
    agreement.check_party(by)
    if agreement.state is AgreementState.CANCELLED:
        return engagement
    if engagement.is_frozen:
        raise EscrowMoved(status=EscrowState.FROZEN, verb="given back")
    agreement.check_state("cancelled", *UNSIGNED, AgreementState.ACTIVE, AgreementState.PENDING_REVIEW)
    if by == agreement.client_id and any(engagement.was_delivered(escrow) for escrow in engagement.funded):
        raise DeliveryPending
    closed = agreement.closed(AgreementState.CANCELLED, "cancelled", now)
    return _called_off(replace(engagement, agreement=replace(closed, closed_by=by, closed_reason=reason)), now)


def completed(engagement: Engagement, by: UUID, now: datetime) -> Engagement:
    """The client is content: everything delivered is paid. Hourly work ends with its running week, also while one is disputed."""
    agreement = engagement.agreement
    agreement.check_client(by)
    if agreement.state is AgreementState.COMPLETED:
        return engagement
    also = (AgreementState.DISPUTED,) if agreement.kind == "hourly" else ()
    agreement.check_state("completed", AgreementState.ACTIVE, AgreementState.PENDING_REVIEW, *also)
    if agreement.kind == "hourly":
        after = engagement.with_agreement(next_week_at=None)
        return followed(after.each_escrow(lambda escrow: escrow if escrow.is_funded else escrow.given_up(now)), now)
    if not all(engagement.is_delivered(escrow) for escrow in engagement.funded) or not (engagement.funded or engagement.is_paid):
        raise NotDelivered
    after = engagement.each_escrow(lambda escrow: escrow.paid(escrow.left, now) if escrow.is_funded else escrow.given_up(now))
    return followed(answered_all(after, by, now), now)


def answered_all(engagement: Engagement, by: UUID | None, now: datetime) -> Engagement:
    """Return it with every delivery whose money is decided approved."""
    for delivery in engagement.deliveries:
        if delivery.answer is None and not engagement.escrow_of(delivery.subject_id).is_live:
            engagement = engagement.with_delivery(replace(delivery, answer="approved", answered_by=by, answered_at=now))
    return engagement


def payment(agreement: Agreement, kind: PaidKind, subject_id: UUID, title: str, amount: int, now: datetime) -> Escrow:
    """Return the payment for a milestone, booking or week, pending."""
    return Escrow(
        id=escrow_id(kind, subject_id),
        kind=kind,
        subject_id=subject_id,
        round=1,
        agreement_id=agreement.id,
        project_id=agreement.project_id,
        client_id=agreement.client_id,
        worker_id=agreement.worker_id,
        title=title,
        amount=amount,
        asset=agreement.asset,
        state=EscrowState.PENDING_FUNDING,
        fee_bp=agreement.rules.fee_basis_points,
        fee_min=agreement.rules.fee_min,
        created_at=now,
    )


def check_terms(kind: Kind, terms: Terms) -> None:
    """Refuse terms that are not those of this kind of work, or whose milestones do not sum to the amount."""
    has_rate = terms.hourly_rate is not None or terms.weekly_minutes is not None
    if kind == "hourly":
        if terms.milestones or terms.amount is not None:
            raise TermsUnfit(kind=kind, field="amount and milestones belong to fixed work")
        if terms.hourly_rate is None or terms.weekly_minutes is None:
            raise NoAmount
        if not price_of(terms.weekly_minutes, terms.hourly_rate):
            raise TermsUnfit(kind=kind, field="a week must be worth something")
        return
    if has_rate:
        raise TermsUnfit(kind=kind, field="a rate belongs to hourly work")
    if terms.amount is None:
        raise NoAmount
    if kind == "booking":
        return
    total = sum(planned.amount for planned in terms.milestones)
    if total != terms.amount:
        raise MilestonesDiffer(sum=total, agreed=terms.amount)


def _first_terms(project: Project, bid: Bid, kind: Kind, offered: Offered, rules: EngagementRules) -> Terms:
    scope, notes = offered.scope or bid.proposal, offered.notes
    if kind == "hourly":
        return Terms(
            title=project.title,
            scope=scope,
            notes=notes,
            hourly_rate=bid.hourly_rate or offered.amount,
            weekly_minutes=offered.weekly_minutes or rules.week_minutes,
            milestones=offered.milestones,
            delivery_days=bid.delivery_days,
        )
    amount = bid.amount or offered.amount
    if amount is None:
        raise NoAmount
    whole = (Planned(title=project.title, amount=amount),) if kind == "fixed" else ()
    return Terms(
        title=project.title,
        scope=scope,
        notes=notes,
        amount=amount,
        milestones=offered.milestones or whole,
        weekly_minutes=offered.weekly_minutes,
        delivery_days=bid.delivery_days,
    )


def _planned(engagement: Engagement, now: datetime) -> Engagement:
    """Return it with the milestones of its present terms. What is decided stays; what was never funded gives way."""
    agreement = engagement.agreement
    decided = [milestone for milestone in engagement.milestones if not engagement.escrow_of(milestone.id).is_live]
    kept = {milestone.id for milestone in decided}
    past = [escrow for escrow in engagement.escrows if escrow.subject_id in kept or escrow.kind != "milestone"]
    left = _left(agreement.terms.milestones, decided, past)
    milestones = [
        Milestone(
            id=derived("milestone of", agreement.id, agreement.version, position),
            agreement_id=agreement.id,
            position=position,
            title=planned.title,
            description=planned.description,
            due_on=planned.due_on,
        )
        for position, planned in enumerate(left, start=len(decided) + 1)
    ]
    escrows = [
        payment(agreement, "milestone", milestone.id, planned.title, planned.amount, now)
        for milestone, planned in zip(milestones, left, strict=True)
    ]
    return replace(engagement, milestones=(*decided, *milestones), escrows=(*past, *escrows))


def _without_pending(engagement: Engagement) -> Engagement:
    """Return it without the weeks that were never funded: new terms may hold for the same week."""
    gone = {escrow.subject_id for escrow in engagement.escrows if escrow.state is EscrowState.PENDING_FUNDING}
    return replace(
        engagement,
        weeks=tuple(week for week in engagement.weeks if week.id not in gone),
        escrows=tuple(escrow for escrow in engagement.escrows if escrow.subject_id not in gone),
    )


def _left(planned: Sequence[Planned], decided: Sequence[Milestone], escrows: Sequence[Escrow]) -> list[Planned]:
    """Return what is planned beyond what is decided: those are terms that were kept, or settled, and cannot be changed any more."""
    amounts = {escrow.subject_id: escrow.amount for escrow in escrows}
    left = list(planned)
    for milestone in decided:
        same = next((one for one in left if (one.title, one.amount) == (milestone.title, amounts[milestone.id])), None)
        if same is None:
            raise TermsBound
        left.remove(same)
    return left


def _called_off(engagement: Engagement, now: datetime) -> Engagement:
    after = engagement.each_escrow(lambda escrow: escrow.given_up(now))
    return after.with_booking(state=BookingState.CANCELLED, closed_at=now)
