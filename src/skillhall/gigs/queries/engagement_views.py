"""The shapes in which engagements are answered."""

from datetime import date
from uuid import UUID

from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, View
from skillhall.profiles.api import PersonCard


class EscrowCard(View, frozen=True, kw_only=True):
    """Where the money for something is. At `releaseAt` it is released by itself; null while nothing is delivered."""

    id: UUID
    status: str
    amount: Money
    release_at: Instant | None
    paid_to_worker: Money | None
    fee: Money | None
    returned: Money | None


class PlannedView(View, frozen=True, kw_only=True):
    """A milestone as it is agreed."""

    title: str
    description: str
    amount: Money
    due_on: date | None


class TermsView(View, frozen=True, kw_only=True):
    """What is agreed: an amount with milestones, or a rate an hour with so many minutes a week at most."""

    title: str
    scope: str
    notes: str
    amount: Money | None
    milestones: list[PlannedView]
    hourly_rate: Money | None
    weekly_minutes: int | None
    delivery_days: int | None
    revisions: int


class VersionView(View, frozen=True, kw_only=True):
    """One version of the terms, and when each side signed it."""

    version: int
    terms: TermsView
    changed_by: UUID
    created_at: Instant
    client_signed_at: Instant | None
    worker_signed_at: Instant | None


class HandedFile(View, frozen=True, kw_only=True):
    """A file that was handed over; its `url` is good for an hour."""

    file_id: UUID
    file_name: str
    content_type: str
    size: int
    url: str | None


class DeliveryView(View, frozen=True, kw_only=True):
    """What was handed over, and the client's `answer`: approved, revision or none yet."""

    id: UUID
    notes: str
    url: str | None
    files: list[HandedFile]
    delivered_by: UUID
    delivered_at: Instant
    answer: str | None
    answer_text: str | None
    answered_at: Instant | None


class MilestoneView(View, frozen=True, kw_only=True):
    """A milestone. `status`: draft until it is funded, then funded, in_progress, delivered, revision, disputed, and how it ended."""

    id: UUID
    agreement_id: UUID
    project_id: UUID
    client_id: UUID
    worker_id: UUID
    position: int
    title: str
    description: str
    amount: Money
    status: str
    due_on: date | None
    revisions: int
    started_at: Instant | None
    delivered_at: Instant | None
    escrow: EscrowCard
    deliveries: list[DeliveryView]


class BookingView(View, frozen=True, kw_only=True):
    """A booked worker. `deliveredAt` is set while it waits for the client."""

    id: UUID
    agreement_id: UUID
    project_id: UUID
    client_id: UUID
    client: PersonCard
    worker_id: UUID
    worker: PersonCard
    title: str
    status: str
    agreed_amount: Money
    starts_at: Instant | None
    ends_at: Instant | None
    notes: str
    created_at: Instant
    confirmed_at: Instant | None
    started_at: Instant | None
    delivered_at: Instant | None
    closed_at: Instant | None
    escrow: EscrowCard
    deliveries: list[DeliveryView]


class WeekView(View, frozen=True, kw_only=True):
    """A week of hourly work. `status`: pending_funding, open, submitted, objected, disputed, and how it ended."""

    id: UUID
    agreement_id: UUID
    starts_on: date
    status: str
    rate: Money
    most_minutes: int
    minutes: int | None
    note: str
    objection: str
    submitted_at: Instant | None
    lapses_at: Instant | None
    escrow: EscrowCard


class AgreementView(View, frozen=True, kw_only=True):
    """An agreement. `legacyStatus` says who has still to sign: pending_client or pending_worker."""

    id: UUID
    project_id: UUID
    bid_id: UUID
    kind: str
    status: str
    legacy_status: str | None
    version: int
    client_id: UUID
    client: PersonCard
    worker_id: UUID
    worker: PersonCard
    terms: TermsView
    client_signed_at: Instant | None
    worker_signed_at: Instant | None
    sign_by: Instant | None
    milestones: list[MilestoneView]
    booking: BookingView | None
    weeks: list[WeekView]
    versions: list[VersionView]
    created_at: Instant
    updated_at: Instant
    active_at: Instant | None
    closed_at: Instant | None
    closed_as: str | None
    closed_by: UUID | None
    closed_reason: str | None
