"""An offer: a host's lesson on sale."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.shapes import instant
from skillhall.learning.model.prices import check_price
from skillhall.learning.model.refusals import OwnOffer, TooFarAhead, TooSoon
from skillhall.learning.model.terms import Terms, minutes


class Offer(Struct, frozen=True, kw_only=True):
    """What a host sells: a skill, a length, a price in credits or money, and how far before it may be booked."""

    id: UUID
    host_id: UUID
    profile_id: UUID
    skill_id: UUID
    title: str
    description: str
    duration_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    price: int
    is_instant: bool
    notice_minutes: int
    days_ahead: int
    version: int
    asset: str = CREDIT

    @property
    def cost(self) -> Money:
        """What a lesson costs."""
        return Money(self.price, self.asset)

    @property
    def is_paid_outside(self) -> bool:
        """Whether money has to come in before the lesson is asked for."""
        return self.price > 0 and self.asset != CREDIT

    def ends_at(self, starts_at: datetime) -> datetime:
        """Return when a lesson that starts then ends."""
        return starts_at + minutes(self.duration_minutes)

    def check_bookable(self, learner_id: UUID, starts_at: datetime, price: Money | None, terms: Terms, now: datetime) -> None:
        """Refuse what this offer does not sell: to oneself, too soon, too far ahead, or at a price that has changed."""
        if learner_id == self.host_id:
            raise OwnOffer
        check_price(price, self.cost)
        answer = 0 if self.is_instant else terms.answer_minutes(is_paid_outside=self.is_paid_outside)
        earliest = now + minutes(max(self.notice_minutes, answer))
        if starts_at < earliest:
            raise TooSoon(earliest=instant(earliest))
        if starts_at > now + timedelta(days=self.days_ahead):
            raise TooFarAhead(days=self.days_ahead)
