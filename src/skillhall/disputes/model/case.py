"""A dispute: a case about one held payment, and the proposal or ruling that waits to be carried out. Pure.

The verbs, in `verbs.py`, are functions from a dispute to the dispute after; whoever stores the difference moves the money by it.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.disputes.model.refusals import BankDecides, Closed, DisputeNotFound, OwnCase, PartiesOnly, PayeeOnly
from skillhall.kernel.actor import Actor
from skillhall.kernel.shapes import Subject

Kind = Literal["seat", "milestone", "booking", "week", "chargeback"]
SEAT: Final = "seat"
CHARGEBACK: Final = "chargeback"
WHOLE: Final = 10_000
EVIDENCE: Final = "dispute_evidence"
"""How the kernel knows what a file is attached to."""


class State(StrEnum):
    """Where a dispute stands."""

    OPEN = "open"
    UNDER_REVIEW = "under_review"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class DecisionState(StrEnum):
    """What became of a proposal or a ruling."""

    OPEN = "open"
    DECLINED = "declined"
    REPLACED = "replaced"
    APPEALED = "appealed"
    EXECUTED = "executed"


class Outcome(StrEnum):
    """Who gets the money. The payer of the held payment is the one refunded."""

    FULL_REFUND = "full_refund"
    PARTIAL_REFUND = "partial_refund"
    NO_REFUND = "no_refund"


class Step(StrEnum):
    """What happens when the time is up: support takes over, support is late, the ruling is carried out, the bank decides."""

    ANSWER = "answer"
    REVIEW = "review"
    EXECUTION = "execution"
    BANK = "bank"


LEGACY: Final[dict[str, str]] = {State.OPEN: "pending", State.UNDER_REVIEW: "investigating"}
_ALIASES: Final[dict[str, State]] = {
    "pending": State.OPEN, "investigating": State.UNDER_REVIEW, "in_review": State.UNDER_REVIEW, "closed": State.RESOLVED,
    "won": State.RESOLVED, "lost": State.RESOLVED, "dismissed": State.REJECTED,
}  # fmt: skip


class Terms(Struct, frozen=True, kw_only=True):
    """The times of a dispute, copied onto it when it is opened."""

    answer_hours: Annotated[int, Meta(ge=0)] = 72
    review_hours: Annotated[int, Meta(ge=0)] = 5 * 24
    appeal_hours: Annotated[int, Meta(ge=0)] = 72


class DisputeRules(Struct, frozen=True, kw_only=True):
    """The operator's settings of this context."""

    terms: Terms = Terms()
    evidence: int = 50
    messages: int = 200


class Case(Struct, frozen=True, kw_only=True):
    """One case. `due_at` is when time alone changes it next; without it support is late, since `overdue_at`.

    `payee_bp` is what was carried out: so many basis points of the payment to the payee, before the fee, the rest to the payer. A
    chargeback freezes nothing and the payer's bank decides about it, having heard the payee until `due_at`; `hold_id` is then its own id.
    """

    id: UUID
    kind: Kind
    hold_id: UUID
    subject_id: UUID
    title: str
    payer_id: UUID
    payee_id: UUID
    opener_id: UUID
    amount: int
    asset: str
    reason: str
    description: str | None
    state: State
    terms: Terms
    opened_at: datetime
    answered_at: datetime | None = None
    due_at: datetime | None = None
    overdue_at: datetime | None = None
    mediator_id: UUID | None = None
    ruled_by: UUID | None = None
    appealed_by: UUID | None = None
    appealed_at: datetime | None = None
    appeal_reason: str | None = None
    payee_bp: int | None = None
    closed_at: datetime | None = None
    closed_by: UUID | None = None
    closed_reason: str | None = None

    @property
    def is_chargeback(self) -> bool:
        """The payer's bank has the money, and decides."""
        return self.kind == CHARGEBACK

    @property
    def subject(self) -> Subject:
        """How the ledger, the owners of holds and the audit know this case."""
        return Subject("dispute", self.id)

    @property
    def parties(self) -> tuple[UUID, UUID]:
        """Payer and payee."""
        return self.payer_id, self.payee_id

    @property
    def respondent_id(self) -> UUID:
        """The side that did not open it."""
        return self.payee_id if self.opener_id == self.payer_id else self.payer_id


class Decision(Struct, frozen=True, kw_only=True):
    """What support proposes, or staff rules: so many basis points to the payee. Both sides may accept it."""

    id: UUID
    case_id: UUID
    kind: Literal["proposal", "ruling"]
    state: DecisionState
    payee_bp: int
    reason: str
    by_id: UUID
    made_at: datetime
    payer_accepted_at: datetime | None = None
    payee_accepted_at: datetime | None = None

    @property
    def is_ruling(self) -> bool:
        """Whether it is carried out without anybody's consent."""
        return self.kind == "ruling"

    def accepted_by(self, case: Case, account_id: UUID) -> bool:
        """Return whether this side has accepted it."""
        return (self.payer_accepted_at if account_id == case.payer_id else self.payee_accepted_at) is not None


class Dispute(Struct, frozen=True, kw_only=True):
    """The case and its last proposal or ruling: what one transaction sees and changes as a whole."""

    case: Case
    decision: Decision | None = None

    @property
    def open_decision(self) -> Decision | None:
        """What waits to be accepted or carried out."""
        return self.decision if self.decision and self.decision.state is DecisionState.OPEN else None

    def check_open(self) -> None:
        """Refuse when it has ended."""
        if self.case.closed_at:
            raise Closed(status=self.case.state)

    def check_party(self, by: Actor) -> None:
        """Refuse everybody but the two sides."""
        if by.account_id not in self.case.parties:
            raise PartiesOnly if is_staff(by) else DisputeNotFound

    def check_ours(self, by: Actor) -> None:
        """Refuse to decide what the payer's bank decides."""
        if self.case.is_chargeback:
            raise BankDecides if is_staff(by) or by.account_id in self.case.parties else DisputeNotFound

    def check_may_prove(self, by: Actor) -> None:
        """Refuse evidence of everybody but the two sides; about a chargeback, of everybody but the payee and staff."""
        if not self.case.is_chargeback:
            self.check_party(by)
        elif by.account_id == self.case.payer_id:
            raise PayeeOnly
        elif by.account_id != self.case.payee_id and not is_staff(by):
            raise DisputeNotFound

    def check_impartial(self, by: Actor) -> None:
        """Refuse staff that is one of the two sides."""
        if by.account_id in self.case.parties:
            raise OwnCase


def is_staff(by: Actor) -> bool:
    """Return whether somebody may read every dispute."""
    return by.may("case.mediate") or by.may("case.rule") or by.context is not None


def is_impartial(by: Actor, payer_id: UUID, payee_id: UUID) -> bool:
    """Return whether somebody reads what staff keeps to itself: staff, but not about its own case."""
    return is_staff(by) and by.account_id not in {payer_id, payee_id}


def step_of(kind: str, state: State, decision: DecisionState | None, *, is_ruling: bool) -> Step:
    """Return what the due time of an open case is for."""
    if kind == CHARGEBACK:
        return Step.BANK
    if state is State.OPEN:
        return Step.ANSWER
    return Step.EXECUTION if is_ruling and decision is DecisionState.OPEN else Step.REVIEW


def outcome_of(payee_bp: int) -> Outcome:
    """Return the word for a division."""
    if payee_bp == WHOLE:
        return Outcome.NO_REFUND
    return Outcome.PARTIAL_REFUND if payee_bp else Outcome.FULL_REFUND


def state_of(word: str) -> State | None:
    """Return the state a client means, in any letter case and with any source's word, or nothing."""
    plain = word.strip().lower().replace("-", "_").replace(" ", "_")
    return next((state for state in State if state == plain), _ALIASES.get(plain))


def hours(count: int) -> timedelta:
    """Return so many hours."""
    return timedelta(hours=count)
