"""A payment that may be disputed: here the price of a seat."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.money import Money
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.seat import Seat


class Contested(Struct, frozen=True, kw_only=True):
    """What is held for one seat, by whom and for whom. `state` is the seat's settlement."""

    hold_id: UUID
    kind: Literal["seat"]
    subject_id: UUID
    title: str
    payer_id: UUID
    payee_id: UUID
    amount: Money
    can_dispute_until: datetime | None
    state: str


def contested_of(lesson: Lesson, seat: Seat) -> Contested:
    """Return the payment of this seat."""
    return Contested(
        hold_id=seat.hold_id,
        kind="seat",
        subject_id=seat.id,
        title=lesson.session.title,
        payer_id=seat.account_id,
        payee_id=lesson.session.host_id,
        amount=seat.cost,
        can_dispute_until=seat.settle_at,
        state=seat.settlement,
    )
