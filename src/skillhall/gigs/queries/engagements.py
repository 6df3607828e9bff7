"""Engagements on screens: the agreement with its work and its money, for client, worker and staff that mediates."""

from uuid import UUID

from skillhall.gigs.model.agreement import Agreement, AgreementState, Planned, Terms, Version
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.engagement_refusals import AgreementNotFound, BookingNotFound, MilestoneNotFound, WeekNotFound
from skillhall.gigs.model.escrow import Escrow
from skillhall.gigs.model.work import Booking, Delivery, Milestone, Week, status_of
from skillhall.gigs.queries.engagement_views import (
    AgreementView,
    BookingView,
    DeliveryView,
    EscrowCard,
    HandedFile,
    MilestoneView,
    PlannedView,
    TermsView,
    VersionView,
    WeekView,
)
from skillhall.gigs.store import engagements as store
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read
from skillhall.kernel.files import links
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import instant, maybe_instant
from skillhall.profiles.api import PersonCard, cards


class Shown:
    """An engagement with what its views need besides."""

    def __init__(
        self, engagement: Engagement, people: dict[UUID, PersonCard], handed: tuple[Delivery, ...], files: dict[UUID, str]
    ) -> None:
        """Keep what was read."""
        self.engagement, self.people, self.handed, self.files = engagement, people, handed, files

    def milestone(self, milestone: Milestone) -> MilestoneView:
        """Return one milestone."""
        agreement, escrow = self.engagement.agreement, self.engagement.escrow_of(milestone.id)
        return MilestoneView(
            id=milestone.id,
            agreement_id=agreement.id,
            project_id=agreement.project_id,
            client_id=agreement.client_id,
            worker_id=agreement.worker_id,
            position=milestone.position,
            title=milestone.title,
            description=milestone.description,
            amount=escrow.money,
            status=status_of(milestone.state, escrow.state),
            due_on=milestone.due_on,
            revisions=milestone.revisions,
            started_at=maybe_instant(milestone.started_at),
            delivered_at=maybe_instant(milestone.delivered_at),
            escrow=escrow_card(escrow),
            deliveries=self.deliveries(milestone.id),
        )

    def booking(self, booking: Booking) -> BookingView:
        """Return the booking."""
        agreement, escrow = self.engagement.agreement, self.engagement.escrow_of(booking.id)
        return BookingView(
            id=booking.id,
            agreement_id=agreement.id,
            project_id=agreement.project_id,
            client_id=agreement.client_id,
            client=self.people[agreement.client_profile_id],
            worker_id=agreement.worker_id,
            worker=self.people[agreement.worker_profile_id],
            title=agreement.terms.title,
            status=booking.state,
            agreed_amount=escrow.money,
            starts_at=maybe_instant(booking.starts_at),
            ends_at=maybe_instant(booking.ends_at),
            notes=booking.notes,
            created_at=instant(agreement.created_at),
            confirmed_at=maybe_instant(booking.confirmed_at),
            started_at=maybe_instant(booking.started_at),
            delivered_at=maybe_instant(booking.delivered_at),
            closed_at=maybe_instant(booking.closed_at),
            escrow=escrow_card(escrow),
            deliveries=self.deliveries(booking.id),
        )

    def week(self, week: Week) -> WeekView:
        """Return one week."""
        escrow = self.engagement.escrow_of(week.id)
        return WeekView(
            id=week.id,
            agreement_id=week.agreement_id,
            starts_on=week.starts_on,
            status=status_of(week.state, escrow.state),
            rate=Money(week.rate, escrow.asset),
            most_minutes=week.cap_minutes,
            minutes=week.minutes,
            note=week.note,
            objection=week.objection,
            submitted_at=maybe_instant(week.submitted_at),
            lapses_at=maybe_instant(week.lapse_at),
            escrow=escrow_card(escrow),
        )

    def deliveries(self, subject_id: UUID) -> list[DeliveryView]:
        """Return what was handed over for one milestone or booking."""
        return [self._delivery(delivery) for delivery in self.handed if delivery.subject_id == subject_id]

    def _delivery(self, delivery: Delivery) -> DeliveryView:
        return DeliveryView(
            id=delivery.id,
            notes=delivery.notes,
            url=delivery.url,
            files=[
                HandedFile(
                    file_id=file.file_id,
                    file_name=file.file_name,
                    content_type=file.content_type,
                    size=file.size,
                    url=self.files.get(file.file_id),
                )
                for file in delivery.files
            ],
            delivered_by=delivery.by_id,
            delivered_at=instant(delivery.delivered_at),
            answer=delivery.answer,
            answer_text=delivery.answer_text or None,
            answered_at=maybe_instant(delivery.answered_at),
        )


async def shown(read: Read, agreement_id: UUID, by: Actor, unknown: type[Refusal] = AgreementNotFound) -> Shown:
    """Return an engagement to client, worker, staff that mediates, and contexts of our own; to others it does not exist."""
    found = await store.engagement(read, agreement_id)
    agreement = found.agreement
    if by.account_id not in agreement.parties and not (by.may("case.mediate") or by.may("hold.freeze") or by.context):
        raise unknown
    people = await cards(read, [agreement.client_profile_id, agreement.worker_profile_id])
    handed = await store.deliveries(read, agreement_id)
    file_ids = [file.file_id for delivery in handed for file in delivery.files]
    return Shown(found, people, handed, await links(read, file_ids) if file_ids else {})


async def agreement_view(read: Read, agreement_id: UUID, by: Actor) -> AgreementView:
    """Return an agreement in full."""
    found = await shown(read, agreement_id, by)
    engagement, agreement = found.engagement, found.engagement.agreement
    return AgreementView(
        id=agreement.id,
        project_id=agreement.project_id,
        bid_id=agreement.bid_id,
        kind=agreement.kind,
        status=agreement.state,
        legacy_status=legacy_status(agreement),
        version=agreement.version,
        client_id=agreement.client_id,
        client=found.people[agreement.client_profile_id],
        worker_id=agreement.worker_id,
        worker=found.people[agreement.worker_profile_id],
        terms=terms_view(agreement.terms, agreement.asset),
        client_signed_at=maybe_instant(agreement.client_signed_at),
        worker_signed_at=maybe_instant(agreement.worker_signed_at),
        sign_by=maybe_instant(agreement.sign_by),
        milestones=[found.milestone(milestone) for milestone in engagement.milestones],
        booking=found.booking(engagement.booking) if engagement.booking else None,
        weeks=[found.week(week) for week in engagement.weeks],
        versions=[version_view(version, agreement.asset) for version in await store.versions(read, agreement_id)],
        created_at=instant(agreement.created_at),
        updated_at=instant(agreement.updated_at),
        active_at=maybe_instant(agreement.active_at),
        closed_at=maybe_instant(agreement.closed_at),
        closed_as=agreement.closed_as,
        closed_by=agreement.closed_by,
        closed_reason=agreement.closed_reason,
    )


async def milestone_view(read: Read, milestone_id: UUID, by: Actor) -> MilestoneView:
    """Return one milestone with its deliveries."""
    found = await shown(read, await store.of_milestone(read, milestone_id), by, MilestoneNotFound)
    return found.milestone(found.engagement.milestone(milestone_id))


async def booking_view(read: Read, booking_id: UUID, by: Actor) -> BookingView:
    """Return one booking."""
    found = await shown(read, await store.of_booking(read, booking_id), by, BookingNotFound)
    if found.engagement.booking is None:
        raise BookingNotFound
    return found.booking(found.engagement.booking)


async def week_view(read: Read, week_id: UUID, by: Actor) -> WeekView:
    """Return one week."""
    found = await shown(read, await store.of_week(read, week_id), by, WeekNotFound)
    return found.week(found.engagement.week(week_id))


def escrow_card(escrow: Escrow) -> EscrowCard:
    """Return where the money is."""
    is_closed = escrow.closed_at is not None and escrow.funded_from is not None
    return EscrowCard(
        id=escrow.id,
        status=escrow.state,
        amount=escrow.money,
        release_at=maybe_instant(escrow.release_at) if escrow.is_live else None,
        paid_to_worker=Money(escrow.paid_gross - escrow.paid_fee, escrow.asset) if is_closed else None,
        fee=Money(escrow.paid_fee, escrow.asset) if is_closed else None,
        returned=Money(escrow.amount - escrow.paid_gross, escrow.asset) if is_closed else None,
    )


def terms_view(terms: Terms, asset: str) -> TermsView:
    """Return terms with their amounts as money."""
    return TermsView(
        title=terms.title,
        scope=terms.scope,
        notes=terms.notes,
        amount=_money(terms.amount, asset),
        milestones=[_planned(planned, asset) for planned in terms.milestones],
        hourly_rate=_money(terms.hourly_rate, asset),
        weekly_minutes=terms.weekly_minutes,
        delivery_days=terms.delivery_days,
        revisions=terms.revisions,
    )


def version_view(version: Version, asset: str) -> VersionView:
    """Return one version of the terms."""
    return VersionView(
        version=version.version,
        terms=terms_view(version.terms, asset),
        changed_by=version.by_id,
        created_at=instant(version.created_at),
        client_signed_at=maybe_instant(version.client_signed_at),
        worker_signed_at=maybe_instant(version.worker_signed_at),
    )


def legacy_status(agreement: Agreement) -> str | None:
    """Return the older word for an agreement one side has signed."""
    if agreement.state is not AgreementState.PENDING_SIGNATURE:
        return None
    return "pending_client" if agreement.client_signed_at is None else "pending_worker"


def _planned(planned: Planned, asset: str) -> PlannedView:
    return PlannedView(title=planned.title, description=planned.description, amount=Money(planned.amount, asset), due_on=planned.due_on)


def _money(amount: int | None, asset: str) -> Money | None:
    return None if amount is None else Money(amount, asset)
