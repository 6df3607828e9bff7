"""An engagement: an agreement with its work and its money, what one transaction sees and changes as a whole.

The verbs are functions from an engagement to the engagement after, in the modules beside. Whoever stores the difference moves money,
time and news by it. The lock of the project guards all of it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.gigs.model.agreement import Agreement, AgreementState
from skillhall.gigs.model.engagement_refusals import EscrowNotFound, MilestoneNotFound, WeekNotFound
from skillhall.gigs.model.escrow import LIVE, PAID, Escrow, EscrowState
from skillhall.gigs.model.project import ProjectState
from skillhall.gigs.model.work import Booking, BookingState, Delivery, Milestone, MilestoneState, Week

PROJECT_STATES: dict[AgreementState, ProjectState] = {
    AgreementState.DRAFT: ProjectState.IN_PROGRESS,
    AgreementState.PENDING_SIGNATURE: ProjectState.IN_PROGRESS,
    AgreementState.ACTIVE: ProjectState.IN_PROGRESS,
    AgreementState.PENDING_REVIEW: ProjectState.DELIVERED,
    AgreementState.DISPUTED: ProjectState.DISPUTED,
    AgreementState.COMPLETED: ProjectState.COMPLETED,
    AgreementState.CANCELLED: ProjectState.OPEN,
}


class Engagement(Struct, frozen=True, kw_only=True):
    """The agreement, its milestones or its booking or its weeks, one escrow for each of them, and the deliveries without an answer."""

    agreement: Agreement
    milestones: tuple[Milestone, ...] = ()
    booking: Booking | None = None
    weeks: tuple[Week, ...] = ()
    escrows: tuple[Escrow, ...] = ()
    deliveries: tuple[Delivery, ...] = ()

    @property
    def live(self) -> list[Escrow]:
        """The payments that are not decided."""
        return [escrow for escrow in self.escrows if escrow.state in LIVE]

    @property
    def funded(self) -> list[Escrow]:
        """The payments whose money is set aside."""
        return [escrow for escrow in self.escrows if escrow.is_funded]

    @property
    def is_frozen(self) -> bool:
        """Whether a case keeps any of the money."""
        return any(escrow.state is EscrowState.FROZEN for escrow in self.escrows)

    @property
    def is_paid(self) -> bool:
        """Whether the worker has got anything."""
        return any(escrow.state in PAID for escrow in self.escrows)

    @property
    def project_state(self) -> ProjectState:
        """Where the project stands by this engagement."""
        if self.agreement.closed_as == "refunded":
            return ProjectState.CANCELLED
        return PROJECT_STATES[self.agreement.state]

    def is_payable(self, escrow: Escrow) -> bool:
        """Whether money may be set aside for it now: for a booking at once, for all else when both have signed."""
        is_bound = self.agreement.is_running or (escrow.kind == "booking" and self.agreement.closed_at is None)
        return is_bound and escrow.state is EscrowState.PENDING_FUNDING

    def escrow(self, escrow_id: UUID) -> Escrow:
        """Return one payment, or refuse."""
        found = next((escrow for escrow in self.escrows if escrow.id == escrow_id), None)
        if found is None:
            raise EscrowNotFound
        return found

    def escrow_of(self, subject_id: UUID) -> Escrow:
        """Return the payment for this milestone, booking or week: of several rounds the last."""
        return max((escrow for escrow in self.escrows if escrow.subject_id == subject_id), key=lambda escrow: escrow.round)

    def milestone(self, milestone_id: UUID) -> Milestone:
        """Return one milestone, or refuse."""
        found = next((milestone for milestone in self.milestones if milestone.id == milestone_id), None)
        if found is None:
            raise MilestoneNotFound
        return found

    def week(self, week_id: UUID) -> Week:
        """Return one week, or refuse."""
        found = next((week for week in self.weeks if week.id == week_id), None)
        if found is None:
            raise WeekNotFound
        return found

    def delivery_of(self, subject_id: UUID) -> Delivery | None:
        """Return the delivery that waits for an answer."""
        return next((delivery for delivery in self.deliveries if delivery.subject_id == subject_id and delivery.answer is None), None)

    def is_delivered(self, escrow: Escrow) -> bool:
        """Whether the client has what this pays for, and has not answered."""
        if escrow.kind == "milestone":
            return self.milestone(escrow.subject_id).state is MilestoneState.DELIVERED
        if escrow.kind == "booking":
            return self.booking is not None and self.booking.delivered_at is not None
        return escrow.release_at is not None

    def was_delivered(self, escrow: Escrow) -> bool:
        """Whether the client has had work for this, sent back or not; by the hour that is always so."""
        if escrow.kind == "milestone":
            has_had = self.milestone(escrow.subject_id).revisions > 0
        else:
            has_had = self.booking is None or self.booking.revisions > 0
        return has_had or self.is_delivered(escrow)

    def with_agreement(self, **changes: Any) -> Self:  # noqa: ANN401 - fields of the agreement
        """Return it with these fields of the agreement changed."""
        return replace(self, agreement=replace(self.agreement, **changes))

    def with_milestone(self, changed: Milestone) -> Self:
        """Return it with this milestone in place of the one of the same id."""
        return replace(self, milestones=tuple(changed if old.id == changed.id else old for old in self.milestones))

    def with_booking(self, **changes: Any) -> Self:  # noqa: ANN401 - fields of the booking
        """Return it with these fields of the booking changed."""
        return replace(self, booking=replace(self.booking, **changes)) if self.booking else self

    def with_week(self, changed: Week) -> Self:
        """Return it with this week in place of the one of the same id."""
        return replace(self, weeks=tuple(changed if old.id == changed.id else old for old in self.weeks))

    def with_escrow(self, changed: Escrow) -> Self:
        """Return it with this payment in place of the one of the same id."""
        return replace(self, escrows=tuple(changed if old.id == changed.id else old for old in self.escrows))

    def with_delivery(self, changed: Delivery) -> Self:
        """Return it with this delivery in place of the one of the same id, or in addition."""
        others = tuple(old for old in self.deliveries if old.id != changed.id)
        return replace(self, deliveries=(*others, changed))

    def each_escrow(self, change: Callable[[Escrow], Escrow]) -> Self:
        """Return it with `change` made to every payment that is not decided."""
        return replace(self, escrows=tuple(change(escrow) if escrow.is_live else escrow for escrow in self.escrows))


def followed(after: Engagement, now: datetime) -> Engagement:
    """Return it with the states of agreement and booking that follow from its work and its money; every verb ends here."""
    agreement = after.agreement
    if not agreement.is_running:
        return _ended(after, now) if agreement.sign_by and after.booking and not after.live else after
    if after.is_frozen:
        return _in(after, AgreementState.DISPUTED, now)
    if agreement.kind == "hourly":
        is_over = not after.live and agreement.next_week_at is None
        return _ended(after, now) if is_over else _in(after, AgreementState.ACTIVE, now)
    if not after.live:
        return _ended(after, now)
    is_review = all(after.is_delivered(escrow) for escrow in after.live)
    return _in(after, AgreementState.PENDING_REVIEW if is_review else AgreementState.ACTIVE, now)


def _in(after: Engagement, state: AgreementState, now: datetime) -> Engagement:
    return after if after.agreement.state is state else after.with_agreement(state=state, updated_at=now)


def _ended(after: Engagement, now: datetime) -> Engagement:
    """Nothing is held any more. When nothing was ever paid it came to nothing, as after a dispute that gave all of it back."""
    if not after.is_paid and after.agreement.kind != "hourly":
        closed = after.agreement.closed(AgreementState.CANCELLED, "refunded", now)
        return replace(after, agreement=closed).with_booking(state=BookingState.CANCELLED, closed_at=now)
    closed = after.agreement.closed(AgreementState.COMPLETED, "completed", now)
    return replace(after, agreement=closed).with_booking(state=BookingState.COMPLETED, closed_at=now)
