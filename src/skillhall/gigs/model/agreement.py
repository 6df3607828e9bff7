"""An agreement: what client and worker owe each other. Its terms come in versions, and each signature is for one of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from skillhall.gigs.model.engagement_refusals import AgreementMoved, AgreementNotFound, ClientOnly
from skillhall.gigs.model.escrow import EngagementRules
from skillhall.gigs.model.refusals import WorkerOnly
from skillhall.kernel.shapes import Subject

MOST_MILESTONES: Final = 50
MINUTES_A_WEEK: Final = 7 * 24 * 60
Kind = Literal["fixed", "hourly", "booking"]


class AgreementState(StrEnum):
    """Where an agreement stands: draft has no signature, pending_signature one, active both; pending_review waits for the client."""

    DRAFT = "draft"
    PENDING_SIGNATURE = "pending_signature"
    ACTIVE = "active"
    PENDING_REVIEW = "pending_review"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"


UNSIGNED: Final = (AgreementState.DRAFT, AgreementState.PENDING_SIGNATURE)
RUNNING: Final = (AgreementState.ACTIVE, AgreementState.PENDING_REVIEW, AgreementState.DISPUTED)
CLOSED: Final = (AgreementState.COMPLETED, AgreementState.CANCELLED)


class Planned(Struct, frozen=True, kw_only=True):
    """One milestone as it is agreed; `amount` in minor units of the agreement's asset."""

    title: Annotated[str, Meta(min_length=1, max_length=200)]
    amount: Annotated[int, Meta(ge=1, le=2**53)]
    description: Annotated[str, Meta(max_length=4000)] = ""
    due_on: date | None = None


class Terms(Struct, frozen=True, kw_only=True):
    """One version of what is agreed. Fixed work and bookings have an `amount`, hourly work an `hourly_rate` and `weekly_minutes`."""

    title: str
    scope: str = ""
    notes: str = ""
    amount: int | None = None
    milestones: tuple[Planned, ...] = ()
    hourly_rate: int | None = None
    weekly_minutes: int | None = None
    delivery_days: int | None = None
    revisions: int = 5


class Version(Struct, frozen=True, kw_only=True):
    """One version of the terms, who wrote it, and who has signed it."""

    version: int
    terms: Terms
    by_id: UUID
    created_at: datetime
    client_signed_at: datetime | None
    worker_signed_at: datetime | None


class Agreement(Struct, frozen=True, kw_only=True):
    """One agreement with its present terms and signatures. `next_week_at` is when the next week of hourly work is opened."""

    id: UUID
    project_id: UUID
    bid_id: UUID
    client_id: UUID
    client_profile_id: UUID
    worker_id: UUID
    worker_profile_id: UUID
    kind: Kind
    state: AgreementState
    version: int
    asset: str
    terms: Terms
    terms_by: UUID
    rules: EngagementRules
    created_at: datetime
    updated_at: datetime
    client_signed_at: datetime | None = None
    worker_signed_at: datetime | None = None
    sign_by: datetime | None = None
    next_week_at: datetime | None = None
    active_at: datetime | None = None
    closed_at: datetime | None = None
    closed_as: Literal["completed", "cancelled", "unsigned", "refunded"] | None = None
    closed_by: UUID | None = None
    closed_reason: str | None = None

    @property
    def subject(self) -> Subject:
        """How audit and the ledger know it."""
        return Subject("agreement", self.id)

    @property
    def is_running(self) -> bool:
        """Whether both have signed and it has not ended."""
        return self.state in RUNNING

    @property
    def parties(self) -> tuple[UUID, UUID]:
        """Client and worker."""
        return (self.client_id, self.worker_id)

    def check_party(self, account_id: UUID) -> None:
        """Refuse everybody but client and worker; others need not know that it exists."""
        if account_id not in self.parties:
            raise AgreementNotFound

    def check_client(self, account_id: UUID) -> None:
        """Refuse everybody but the client."""
        self.check_party(account_id)
        if account_id != self.client_id:
            raise ClientOnly

    def check_worker(self, account_id: UUID) -> None:
        """Refuse everybody but the worker."""
        self.check_party(account_id)
        if account_id != self.worker_id:
            raise WorkerOnly

    def check_state(self, verb: str, *allowed: AgreementState) -> None:
        """Refuse the verb (a participle: "signed") unless the agreement stands in one of these states."""
        if self.state not in allowed:
            raise AgreementMoved(status=self.state, verb=verb)

    def closed(self, state: AgreementState, closed_as: Literal["completed", "cancelled", "unsigned", "refunded"], now: datetime) -> Self:
        """Return it ended."""
        return replace(self, state=state, closed_as=closed_as, closed_at=now, updated_at=now, sign_by=None, next_week_at=None)
