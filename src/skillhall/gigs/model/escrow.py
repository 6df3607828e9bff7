"""Protected payment: what a client has set aside for one milestone, booking or week, and where it went."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, Self
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.gigs.model.engagement_refusals import EscrowMoved
from skillhall.kernel.ids import derived
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import fee_of

Kind = Literal["milestone", "booking", "week"]
WALLET: Final = "wallet"
SANDBOX: Final = "provider:sandbox"
PURPOSE: Final = "gig"
WHOLE: Final = 10_000


class EscrowState(StrEnum):
    """Where the money is. `cancelled`: it was never set aside, and will not be."""

    PENDING_FUNDING = "pending_funding"
    HELD = "held"
    FROZEN = "frozen"
    RELEASED = "released"
    REFUNDED = "refunded"
    SPLIT = "split"
    CANCELLED = "cancelled"


LIVE: Final = frozenset({EscrowState.PENDING_FUNDING, EscrowState.HELD, EscrowState.FROZEN})
FUNDED: Final = frozenset({EscrowState.HELD, EscrowState.FROZEN})
PAID: Final = frozenset({EscrowState.RELEASED, EscrowState.SPLIT})


class EngagementRules(Struct, frozen=True, kw_only=True):
    """What the operator decided, as delivered; copied into every agreement. The fee is in basis points, its least for credits alone."""

    fee_basis_points: int = 1000
    fee_min: int = 1
    sign_days: int = 7
    answer_days: int = 14
    object_days: int = 5
    submit_days: int = 7
    week_minutes: int = 40 * 60


class Escrow(Struct, frozen=True, kw_only=True):
    """One hold of the ledger, and its row. `id` is the hold's; `paid_gross` is the worker's part before `paid_fee`, the rest went back.

    `funded_from` is `wallet`, or the provider's account in the ledger (`provider:sandbox`), where what is not paid goes back to.
    `clawed` is what the client's bank has taken back while it was held; the worker can only get what is `left`.
    """

    id: UUID
    kind: Kind
    subject_id: UUID
    round: int
    agreement_id: UUID | None
    project_id: UUID
    client_id: UUID
    worker_id: UUID
    title: str
    amount: int
    asset: str
    state: EscrowState
    fee_bp: int
    fee_min: int
    created_at: datetime
    frozen_by: str | None = None
    release_at: datetime | None = None
    paid_gross: int = 0
    paid_fee: int = 0
    funded_from: str | None = None
    funded_at: datetime | None = None
    closed_at: datetime | None = None
    clawed: int = 0

    @property
    def left(self) -> int:
        """What was set aside, less what the client's bank has taken back."""
        return self.amount - self.clawed

    @property
    def returned(self) -> int:
        """What goes back to the client once it is decided."""
        return self.left - self.paid_gross

    @property
    def money(self) -> Money:
        """The whole amount."""
        return Money(self.amount, self.asset)

    @property
    def subject(self) -> Subject:
        """What it pays for."""
        return Subject(self.kind, self.subject_id)

    @property
    def is_live(self) -> bool:
        """Whether it is not decided yet."""
        return self.state in LIVE

    @property
    def is_funded(self) -> bool:
        """Whether the money is set aside."""
        return self.state in FUNDED

    @property
    def freeze_key(self) -> Subject | None:
        """The case that keeps it."""
        if self.frozen_by is None:
            return None
        kind, _, case_id = self.frozen_by.partition(":")
        return Subject(kind, UUID(case_id))

    def is_due(self, now: datetime) -> bool:
        """Whether nobody has answered in time, so that the worker has a right to it, be the sweep ever so late."""
        return self.release_at is not None and self.release_at <= now

    def check_answerable(self, verb: str, now: datetime) -> None:
        """Refuse the client's answer (a participle: "sent back") once its time has passed."""
        if self.is_due(now):
            raise EscrowMoved(status="due to the worker", verb=verb)

    def check_state(self, verb: str, *allowed: EscrowState) -> None:
        """Refuse the verb (a participle: "released") unless the money is in one of these states."""
        if self.state not in allowed:
            raise EscrowMoved(status=self.state, verb=verb)

    def funded(self, source: str, now: datetime) -> Self:
        """Return it with the money set aside."""
        self.check_state("funded", EscrowState.PENDING_FUNDING)
        return replace(self, state=EscrowState.HELD, funded_from=source, funded_at=now)

    def due(self, at: datetime | None) -> Self:
        """Return it with the time at which it is released by itself; None while nothing is delivered."""
        return replace(self, release_at=at)

    def paid(self, gross: int, now: datetime) -> Self:
        """Return it decided: `gross` to the worker, less the fee, the rest back to the client."""
        self.check_state("released", EscrowState.HELD, EscrowState.FROZEN)
        state = EscrowState.REFUNDED if not gross else EscrowState.RELEASED if gross == self.left else EscrowState.SPLIT
        return replace(self, state=state, frozen_by=None, paid_gross=gross, paid_fee=self.fee_of(gross), closed_at=now)

    def captured(self, gross: int, now: datetime) -> Self:
        """Return a week's decided by its hours: they are paid, and what its limit held beyond them goes back."""
        after = self.paid(gross, now)
        return replace(after, state=EscrowState.RELEASED) if gross else after

    def taken(self, amount: int, now: datetime) -> Self:
        """Return it with so much taken back by the client's bank; with nothing left it is over."""
        after = replace(self, clawed=self.clawed + amount)
        return after if after.left else after.paid(0, now)

    def given_up(self, now: datetime) -> Self:
        """Return it given back, or never funded; a decided one stays."""
        if self.state is EscrowState.PENDING_FUNDING:
            return replace(self, state=EscrowState.CANCELLED, closed_at=now)
        return self.paid(0, now) if self.is_live else self

    def frozen(self, case: Subject) -> Self:
        """Return it kept until the case lets it go."""
        self.check_state("frozen", EscrowState.HELD, EscrowState.FROZEN)
        return replace(self, state=EscrowState.FROZEN, frozen_by=str(case))

    def thawed(self, case: Subject) -> Self:
        """Return it free again; what another case keeps stays. The time of its release goes on running meanwhile."""
        if self.frozen_by != str(case):
            return self
        return replace(self, state=EscrowState.HELD, frozen_by=None)

    def part(self, basis_points: int) -> int:
        """Return so much of what is left, floored."""
        return self.left * basis_points // WHOLE

    def fee_of(self, gross: int) -> int:
        """Return the platform's part of what the worker gets."""
        return fee_of(gross, self.fee_bp, self.fee_min if self.asset == CREDIT else 0)

    def fee_in(self, gross: int) -> int:
        """Return how much of the fee that was taken belongs to so much of what the worker got; for all of it the whole fee."""
        return self.paid_fee * gross // self.paid_gross


def escrow_id(kind: Kind, subject_id: UUID, round_: int = 1) -> UUID:
    """Return the id of the hold; each round has its own, so that none is ever used twice."""
    return derived(kind, subject_id, round_)
