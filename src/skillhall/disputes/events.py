"""What disputes says: what became of each case. Ids, numbers and times alone; never who of staff did it, nor anybody's words."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Event


class DisputeFact(Event, frozen=True, kw_only=True):
    """What every fact about a dispute tells: who pays whom, for what (`contested_id`), and who opened it."""

    about: ClassVar[tuple[str, str]] = ("dispute", "dispute_id")
    public: ClassVar[bool] = True
    dispute_id: UUID
    kind: str
    hold_id: UUID
    contested_id: UUID
    payer_id: UUID
    payee_id: UUID
    opener_id: UUID


class Opened(DisputeFact, frozen=True, kw_only=True):
    """The payment is frozen; the other side may answer until `answer_by`."""

    name: ClassVar[str] = "disputes.opened"
    answer_by: datetime | None


class UnderReview(DisputeFact, frozen=True, kw_only=True):
    """The other side has answered, or let its time pass; support looks at it until `review_by`."""

    name: ClassVar[str] = "disputes.under_review"
    is_answered: bool
    review_by: datetime | None


class EvidenceAdded(DisputeFact, frozen=True, kw_only=True):
    """One side has added evidence."""

    name: ClassVar[str] = "disputes.evidence_added"
    by_id: UUID


class MessageSent(DisputeFact, frozen=True, kw_only=True):
    """A side, or staff (`by_id` is null), has written to all."""

    name: ClassVar[str] = "disputes.message_sent"
    by_id: UUID | None


class Proposed(DisputeFact, frozen=True, kw_only=True):
    """Support proposes so many basis points to the payee; both sides may accept."""

    name: ClassVar[str] = "disputes.proposed"
    payee_bp: int


class ProposalDeclined(DisputeFact, frozen=True, kw_only=True):
    """One side does not accept the proposal."""

    name: ClassVar[str] = "disputes.proposal_declined"


class Ruled(DisputeFact, frozen=True, kw_only=True):
    """Staff has ruled; carried out at `executes_at` unless a side appeals before. A final one decides about an appeal."""

    name: ClassVar[str] = "disputes.ruled"
    payee_bp: int
    is_final: bool
    executes_at: datetime | None


class Appealed(DisputeFact, frozen=True, kw_only=True):
    """One side does not accept the ruling; another person decides until `review_by`."""

    name: ClassVar[str] = "disputes.appealed"
    by_id: UUID | None
    review_by: datetime | None


class ReviewOverdue(DisputeFact, frozen=True, kw_only=True):
    """Support has not decided in time."""

    name: ClassVar[str] = "disputes.review_overdue"


class Resolved(DisputeFact, frozen=True, kw_only=True):
    """The money has moved: so many basis points of it to the payee."""

    name: ClassVar[str] = "disputes.resolved"
    payee_bp: int
    outcome: str


class Rejected(DisputeFact, frozen=True, kw_only=True):
    """Staff finds nothing to decide; the payment goes on as before. `is_taken_back`: the payer's bank has left nothing to decide about."""

    name: ClassVar[str] = "disputes.rejected"
    is_taken_back: bool = False


class Withdrawn(DisputeFact, frozen=True, kw_only=True):
    """Who opened it lets it be; the payment goes on as before."""

    name: ClassVar[str] = "disputes.withdrawn"
