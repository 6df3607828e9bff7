"""The numbers of a lesson: settings for new ones, and afterwards a copy on the row that alone rules it."""

from datetime import timedelta
from typing import Annotated, Self

from msgspec import Meta, Struct
from msgspec.structs import replace

from skillhall.kernel.money import CREDIT

Minutes = Annotated[int, Meta(ge=0)]
BasisPoints = Annotated[int, Meta(ge=0, le=10_000)]


class Terms(Struct, frozen=True, kw_only=True):
    """Fee, cancel policy and timers, copied onto each session when it is booked."""

    fee_bp: BasisPoints = 1_000
    fee_min: Annotated[int, Meta(ge=0)] = 1
    late_bp: BasisPoints = 5_000
    free_cancel_minutes: Minutes = 24 * 60
    request_minutes: Minutes = 48 * 60
    request_close_minutes: Minutes = 60
    open_minutes: Minutes = 10
    claim_minutes: Minutes = 15
    decide_minutes: Minutes = 30
    grace_minutes: Minutes = 15
    settle_minutes: Minutes = 48 * 60
    recover_minutes: Minutes = 48 * 60
    proposal_minutes: Minutes = 48 * 60
    offer_minutes: Minutes = 120
    pay_minutes: Minutes = 15
    reminder_minutes: tuple[int, ...] = (24 * 60, 30)

    def of(self, asset: str) -> Self:
        """Return the terms of a lesson priced in `asset`: the least fee is one of credits, and money has none."""
        return self if asset == CREDIT else replace(self, fee_min=0)

    def answer_minutes(self, *, is_paid_outside: bool) -> int:
        """Return how long before the start a lesson has to be asked for, so that there is time to pay and to answer."""
        return self.request_close_minutes + (self.pay_minutes if is_paid_outside else 0)

    def fee(self, gross: int) -> int:
        """Return the platform's part of what a host earns: a share, rounded down, yet at least `fee_min` when gross is more."""
        return max(gross * self.fee_bp // 10_000, self.fee_min if gross > self.fee_min else 0)

    def late_part(self, price: int) -> int:
        """Return what a host earns, before the fee, when a confirmed learner cancels late."""
        return price * self.late_bp // 10_000


class LearningRules(Struct, frozen=True, kw_only=True):
    """The operator's settings of this context."""

    terms: Terms = Terms()
    default_buffer_minutes: Annotated[int, Meta(ge=0, le=60)] = 5
    default_notice_minutes: Minutes = 60
    default_days_ahead: Annotated[int, Meta(ge=1, le=365)] = 60
    most_seats: Annotated[int, Meta(ge=1, le=32_767)] = 500


def minutes(count: int) -> timedelta:
    """Return so many minutes."""
    return timedelta(minutes=count)
