"""What gigs says: facts, as ids and numbers."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Event

# Projects


class ProjectFact(Event, frozen=True, kw_only=True):
    """What every fact about a project tells: whose it is, who sees it, and where it stands now."""

    about: ClassVar[tuple[str, str]] = ("project", "project_id")
    public: ClassVar[bool] = True
    project_id: UUID
    account_id: UUID
    visibility: str
    state: str


class ProjectCreated(ProjectFact, frozen=True, kw_only=True):
    """There is a new project, as a draft or open."""

    name: ClassVar[str] = "gigs.project_created"
    skill_ids: list[UUID]


class ProjectPublished(ProjectFact, frozen=True, kw_only=True):
    """A project takes bids from now on."""

    name: ClassVar[str] = "gigs.project_published"
    skill_ids: list[UUID]


class ProjectChanged(ProjectFact, frozen=True, kw_only=True):
    """Its text, budget, dates or visibility are others now, or it went back to draft."""

    name: ClassVar[str] = "gigs.project_changed"


class ProjectPaused(ProjectFact, frozen=True, kw_only=True):
    """Its owner has paused it."""

    name: ClassVar[str] = "gigs.project_paused"


class ProjectResumed(ProjectFact, frozen=True, kw_only=True):
    """It goes on after a pause."""

    name: ClassVar[str] = "gigs.project_resumed"


class ProjectCancelled(ProjectFact, frozen=True, kw_only=True):
    """It will not be done."""

    name: ClassVar[str] = "gigs.project_cancelled"


class ProjectDeleted(ProjectFact, frozen=True, kw_only=True):
    """Its owner has removed it."""

    name: ClassVar[str] = "gigs.project_deleted"


class ProjectUpdatePosted(ProjectFact, frozen=True, kw_only=True):
    """There is news of a project."""

    name: ClassVar[str] = "gigs.project_update_posted"
    update_id: UUID
    by_id: UUID


class ProjectCommented(ProjectFact, frozen=True, kw_only=True):
    """Somebody has commented on a project, perhaps in answer to a comment of `answered_id`'s."""

    name: ClassVar[str] = "gigs.project_commented"
    comment_id: UUID
    by_id: UUID
    answered_id: UUID | None


# Bids


class BidFact(Event, frozen=True, kw_only=True):
    """What every fact about a bid tells: the bidder's account and the owner's."""

    about: ClassVar[tuple[str, str]] = ("bid", "bid_id")
    public: ClassVar[bool] = True
    bid_id: UUID
    project_id: UUID
    account_id: UUID
    owner_id: UUID


class BidSubmitted(BidFact, frozen=True, kw_only=True):
    """Somebody would do the project; minor units, and neither price for an application."""

    name: ClassVar[str] = "gigs.bid_submitted"
    amount: int | None
    hourly_rate: int | None
    asset: str


class BidShortlisted(BidFact, frozen=True, kw_only=True):
    """The owner has taken a bid into the shorter list."""

    name: ClassVar[str] = "gigs.bid_shortlisted"


class BidInterviewing(BidFact, frozen=True, kw_only=True):
    """The owner wants to talk with the bidder."""

    name: ClassVar[str] = "gigs.bid_interviewing"


class BidRejected(BidFact, frozen=True, kw_only=True):
    """The bid was not taken: by the owner's word, by another one's acceptance, or because the project ended."""

    name: ClassVar[str] = "gigs.bid_rejected"


class BidWithdrawn(BidFact, frozen=True, kw_only=True):
    """The bidder has taken it back."""

    name: ClassVar[str] = "gigs.bid_withdrawn"


# Invites and direct offers


class InviteFact(Event, frozen=True, kw_only=True):
    """What every fact about an invite tells. `account_id` is null while the invited is only known by e-mail."""

    about: ClassVar[tuple[str, str]] = ("project_invite", "invite_id")
    invite_id: UUID
    project_id: UUID
    by_id: UUID
    account_id: UUID | None
    is_offer: bool


class InviteSent(InviteFact, frozen=True, kw_only=True):
    """Somebody is asked to bid or, by a direct offer, to do it for a price."""

    name: ClassVar[str] = "gigs.invite_sent"


class InviteAccepted(InviteFact, frozen=True, kw_only=True):
    """The invited said yes."""

    name: ClassVar[str] = "gigs.invite_accepted"


class InviteDeclined(InviteFact, frozen=True, kw_only=True):
    """The invited said no."""

    name: ClassVar[str] = "gigs.invite_declined"


class InviteWithdrawn(InviteFact, frozen=True, kw_only=True):
    """The owner took it back."""

    name: ClassVar[str] = "gigs.invite_withdrawn"


class InviteExpired(InviteFact, frozen=True, kw_only=True):
    """Nobody answered in time."""

    name: ClassVar[str] = "gigs.invite_expired"


# Engagements


class BidAccepted(BidFact, frozen=True, kw_only=True):
    """The client has chosen this bid; the others are rejected."""

    name: ClassVar[str] = "gigs.bid_accepted"
    agreement_id: UUID


class BidExpired(BidFact, frozen=True, kw_only=True):
    """Nobody decided about the bid while it was valid."""

    name: ClassVar[str] = "gigs.bid_expired"


class AgreementFact(Event, frozen=True, kw_only=True):
    """What every fact about an agreement tells."""

    about: ClassVar[tuple[str, str]] = ("agreement", "agreement_id")
    public: ClassVar[bool] = True
    agreement_id: UUID
    project_id: UUID
    client_id: UUID
    worker_id: UUID


class AgreementMade(AgreementFact, frozen=True, kw_only=True):
    """A bid was accepted: there are terms to sign until `sign_by`. `kind` is fixed, hourly or booking."""

    name: ClassVar[str] = "gigs.agreement_made"
    bid_id: UUID
    kind: str
    sign_by: datetime | None


class TermsChanged(AgreementFact, frozen=True, kw_only=True):
    """One side changed the terms, so that nobody has signed them."""

    name: ClassVar[str] = "gigs.terms_changed"
    version: int
    changed_by: UUID


class AgreementSigned(AgreementFact, frozen=True, kw_only=True):
    """One side has signed this version."""

    name: ClassVar[str] = "gigs.agreement_signed"
    version: int
    signed_by: UUID


class AgreementActivated(AgreementFact, frozen=True, kw_only=True):
    """Both have signed."""

    name: ClassVar[str] = "gigs.agreement_activated"
    version: int


class AgreementCompleted(AgreementFact, frozen=True, kw_only=True):
    """All that was agreed is decided, and the worker was paid."""

    name: ClassVar[str] = "gigs.agreement_completed"


class AgreementCancelled(AgreementFact, frozen=True, kw_only=True):
    """It came to nothing, or was called off: `closed_as` is cancelled, unsigned or refunded."""

    name: ClassVar[str] = "gigs.agreement_cancelled"
    closed_as: str
    cancelled_by: UUID | None


class WorkFact(AgreementFact, frozen=True, kw_only=True):
    """What every fact about a milestone, a booking or a week tells; `kind` says which."""

    kind: str
    work_id: UUID


class WorkStarted(WorkFact, frozen=True, kw_only=True):
    """The worker has begun."""

    name: ClassVar[str] = "gigs.work_started"


class WorkDelivered(WorkFact, frozen=True, kw_only=True):
    """The worker has handed it over, or told the hours; it is paid at `release_at` without another answer."""

    name: ClassVar[str] = "gigs.work_delivered"
    release_at: datetime


class RevisionRequested(WorkFact, frozen=True, kw_only=True):
    """The client has sent it back, or objected to the hours."""

    name: ClassVar[str] = "gigs.revision_requested"


class WeekOpened(WorkFact, frozen=True, kw_only=True):
    """A week of hourly work has begun; work begins when its money is set aside."""

    name: ClassVar[str] = "gigs.week_opened"
    is_funded: bool


class BookingFact(AgreementFact, frozen=True, kw_only=True):
    """What every fact about a booking tells."""

    about: ClassVar[tuple[str, str]] = ("booking", "booking_id")
    booking_id: UUID
    starts_at: datetime | None
    ends_at: datetime | None


class BookingMade(BookingFact, frozen=True, kw_only=True):
    """The client has booked a worker."""

    name: ClassVar[str] = "gigs.booking_made"


class BookingMoved(BookingFact, frozen=True, kw_only=True):
    """The client has changed the time."""

    name: ClassVar[str] = "gigs.booking_moved"


class BookingConfirmed(BookingFact, frozen=True, kw_only=True):
    """The worker has taken it."""

    name: ClassVar[str] = "gigs.booking_confirmed"


class BookingCompleted(BookingFact, frozen=True, kw_only=True):
    """It is done and decided."""

    name: ClassVar[str] = "gigs.booking_completed"


class BookingCancelled(BookingFact, frozen=True, kw_only=True):
    """It was called off, or came to nothing."""

    name: ClassVar[str] = "gigs.booking_cancelled"


class EscrowFact(Event, frozen=True, kw_only=True):
    """What every fact about a protected payment tells; `kind` and `work_id` are what it pays for."""

    about: ClassVar[tuple[str, str]] = ("escrow", "escrow_id")
    public: ClassVar[bool] = True
    escrow_id: UUID
    project_id: UUID
    client_id: UUID
    worker_id: UUID
    kind: str
    work_id: UUID
    amount: int
    asset: str


class EscrowFunded(EscrowFact, frozen=True, kw_only=True):
    """The money is set aside."""

    name: ClassVar[str] = "gigs.escrow_funded"


class EscrowFrozen(EscrowFact, frozen=True, kw_only=True):
    """A case keeps it."""

    name: ClassVar[str] = "gigs.escrow_frozen"


class EscrowThawed(EscrowFact, frozen=True, kw_only=True):
    """The case has let it go on."""

    name: ClassVar[str] = "gigs.escrow_thawed"


class EscrowReleased(EscrowFact, frozen=True, kw_only=True):
    """The worker was paid: `gross` before `fee`."""

    name: ClassVar[str] = "gigs.escrow_released"
    gross: int
    fee: int


class EscrowSplit(EscrowFact, frozen=True, kw_only=True):
    """A ruling divided it: `gross`, before `fee`, to the worker, the rest back to the client."""

    name: ClassVar[str] = "gigs.escrow_split"
    gross: int
    fee: int


class EscrowRefunded(EscrowFact, frozen=True, kw_only=True):
    """All of it went back to the client."""

    name: ClassVar[str] = "gigs.escrow_refunded"
