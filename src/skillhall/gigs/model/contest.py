"""What disputes and reviews ask about protected payments and finished work: the same shapes as every context that is paid for has."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from skillhall.gigs.model.agreement import AgreementState
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.escrow import Escrow
from skillhall.kernel.money import Money


class Contested(Struct, frozen=True, kw_only=True):
    """One hold two people may disagree about. `can_dispute_until` is when it is released by itself; None while it is not.

    `state`: pending_funding, held, frozen, released, refunded, split, cancelled; only a held one can be disputed.
    """

    hold_id: UUID
    kind: Literal["seat", "milestone", "booking", "week"]
    subject_id: UUID
    title: str
    payer_id: UUID
    payee_id: UUID
    amount: Money
    can_dispute_until: datetime | None
    state: str


class Finished(Struct, frozen=True, kw_only=True):
    """Work that is done, and who may review whom: the host or worker and each of the others. `profile_ids` by account: the faces used."""

    kind: Literal["session", "booking", "project"]
    id: UUID
    title: str
    completed_at: datetime
    host_or_worker_id: UUID
    others: tuple[UUID, ...]
    profile_ids: dict[UUID, UUID]
    offer_id: UUID | None = None
    project_id: UUID | None = None


def contested_of(escrow: Escrow) -> Contested:
    """Return a protected payment as others may contest it."""
    return Contested(
        hold_id=escrow.id,
        kind=escrow.kind,
        subject_id=escrow.subject_id,
        title=escrow.title,
        payer_id=escrow.client_id,
        payee_id=escrow.worker_id,
        amount=escrow.money,
        can_dispute_until=escrow.release_at,
        state=escrow.state,
    )


def finished_of(engagement: Engagement) -> Finished | None:
    """Return completed work as others may review it, a booking as such; None before."""
    agreement, booking = engagement.agreement, engagement.booking
    if agreement.state is not AgreementState.COMPLETED or agreement.closed_at is None:
        return None
    return Finished(
        kind="booking" if booking else "project",
        id=booking.id if booking else agreement.project_id,
        title=agreement.terms.title,
        completed_at=agreement.closed_at,
        host_or_worker_id=agreement.worker_id,
        others=(agreement.client_id,),
        profile_ids={agreement.client_id: agreement.client_profile_id, agreement.worker_id: agreement.worker_profile_id},
        project_id=agreement.project_id,
    )
