"""A seat: one learner's place in a session, with its price and where that is."""

from datetime import datetime
from typing import Final, Self
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.kernel.ids import derived
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.shapes import instant
from skillhall.learning.model.refusals import SeatClosed, TooLate, TooManyRounds
from skillhall.learning.model.states import OPEN, ClosedAs, SeatState, Settlement
from skillhall.learning.model.terms import Terms

MOST_ROUNDS: Final = 20


class Seat(Struct, frozen=True, kw_only=True):
    """One learner's place. `gross` is what the host earned before `fee`; the learner got `price - gross` back.

    The round rises at every re-entry and the hold's id follows it, so that no hold is ever used twice; what earlier rounds
    earned stays in `past_gross` and `past_fee`. `queued_at`: since when it waits, or waited in vain; a seat that was taken has none.
    `is_moved`: the host has moved the session since, so leaving is free. A price in money comes from outside: the seat awaits it until
    `pay_until`.
    """

    id: UUID
    session_id: UUID
    account_id: UUID
    profile_id: UUID | None
    state: SeatState
    settlement: Settlement
    price: int
    settle_at: datetime
    created_at: datetime
    round: int = 1
    gross: int = 0
    fee: int = 0
    joined_at: datetime | None = None
    queued_at: datetime | None = None
    offered_until: datetime | None = None
    problem: str | None = None
    problem_by: UUID | None = None
    is_moved: bool = False
    past_gross: int = 0
    past_fee: int = 0
    closed_as: ClosedAs | None = None
    asset: str = CREDIT
    pay_until: datetime | None = None

    @property
    def hold_id(self) -> UUID:
        """The id of the ledger hold of this round."""
        return derived("seat", self.id, self.round)

    @property
    def is_open(self) -> bool:
        """Whether its price is set aside."""
        return self.settlement in OPEN

    @property
    def cost(self) -> Money:
        """What it costs."""
        return Money(self.price, self.asset)

    @property
    def is_paid_outside(self) -> bool:
        """Whether money has to come in before it is taken."""
        return self.price > 0 and self.asset != CREDIT

    @property
    def is_awaiting(self) -> bool:
        """Whether it is kept until its money comes."""
        return self.state is SeatState.AWAITING_PAYMENT

    def to(self, state: SeatState) -> Self:
        """Return the seat in another state."""
        return replace(self, state=state)

    def taken(self, state: SeatState = SeatState.CONFIRMED) -> Self:
        """Return the seat taken for good, its price set aside."""
        settlement = Settlement.HELD if self.price else Settlement.NONE
        return replace(self, state=state, settlement=settlement, queued_at=None, offered_until=None, pay_until=None)

    def awaiting(self, pay_until: datetime) -> Self:
        """Return the seat kept until its learner has paid."""
        return replace(self, state=SeatState.AWAITING_PAYMENT, queued_at=None, offered_until=None, pay_until=pay_until)

    def closed(self, closed_as: ClosedAs | None, state: SeatState = SeatState.CANCELLED) -> Self:
        """Return the seat given up; None: it ends with its session."""
        return replace(self, state=state, closed_as=closed_as, offered_until=None, pay_until=None)

    def renewed(self, profile_id: UUID | None, settle_at: datetime) -> Self:
        """Return the seat as its learner enters it again: a new round, in which nothing is held yet."""
        if self.is_open:
            raise SeatClosed(settlement=self.settlement)
        if self.round >= MOST_ROUNDS:
            raise TooManyRounds(rounds=MOST_ROUNDS)
        blank = replace(self, joined_at=None, queued_at=None, closed_as=None, is_moved=False, problem=None, problem_by=None)
        return replace(
            blank,
            profile_id=profile_id,
            settlement=Settlement.NONE,
            settle_at=settle_at,
            round=self.round + 1,
            gross=0,
            fee=0,
            past_gross=self.past_gross + self.gross,
            past_fee=self.past_fee + self.fee,
        )

    def refunded(self) -> Self:
        """Return the seat with everything given back; a free, frozen or decided seat stays as it is."""
        return replace(self, settlement=Settlement.REFUNDED) if self.settlement is Settlement.HELD else self

    def settled(self, gross: int, terms: Terms) -> Self:
        """Return the seat with `gross` earned by the host, less the fee, and the rest given back."""
        if self.settlement is not Settlement.HELD:
            return self
        if gross == 0:
            return self.refunded()
        whole = Settlement.SETTLED if gross == self.price else Settlement.SPLIT
        return replace(self, settlement=whole, gross=gross, fee=terms.fee(gross))

    def reclaimed(self, amount: int) -> Self:
        """Return the seat after so much of what was set aside for it has gone back from outside: what is left is its price now."""
        if amount < self.price:
            return replace(self, price=self.price - amount)
        return replace(self, settlement=Settlement.REFUNDED)

    def returned(self, amount: int) -> Self:
        """Return the seat after so much of what its host earned has gone back: the fee goes in proportion, rounded down."""
        gross, fee = self.gross - amount, self.fee - part_of(self.fee, amount, self.gross)
        return replace(self, settlement=Settlement.SPLIT if gross else Settlement.REFUNDED, gross=gross, fee=fee)

    def returned_of_past(self, amount: int) -> Self:
        """Return the seat after the same of what an earlier round earned."""
        fee = self.past_fee - part_of(self.past_fee, amount, self.past_gross)
        return replace(self, past_gross=self.past_gross - amount, past_fee=fee)

    def reported(self, by: UUID, problem: str, now: datetime) -> Self:
        """Return the seat frozen until a dispute is decided; possible while its credits are held and `settle_at` is ahead."""
        if self.settlement is Settlement.FROZEN:
            return self
        if self.settlement is not Settlement.HELD:
            raise SeatClosed(settlement=self.settlement)
        if now >= self.settle_at:
            raise TooLate(closed_at=instant(self.settle_at))
        return replace(self, settlement=Settlement.FROZEN, problem=problem, problem_by=by)

    def thawed(self) -> Self:
        """Return the frozen seat with its credits held as before."""
        if self.settlement is not Settlement.FROZEN:
            raise SeatClosed(settlement=self.settlement)
        return replace(self, settlement=Settlement.HELD)


def part_of(fee: int, amount: int, gross: int) -> int:
    """Return the fee on `amount` of a gross, rounded down; all of it when the whole gross goes."""
    return fee * amount // gross if gross else 0
