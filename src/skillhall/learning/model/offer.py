"""An offer: a host's lesson on sale."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.shapes import instant
from skillhall.learning.model.refusals import OwnOffer, PriceChanged, TooFarAhead, TooSoon
from skillhall.learning.model.terms import Terms, minutes


class Offer(Struct, frozen=True, kw_only=True):
    """What a host sells: a skill, a length, a price in credits, and how far before it may be booked."""

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

    def ends_at(self, starts_at: datetime) -> datetime:
        """Return when a lesson that starts then ends."""
        return starts_at + minutes(self.duration_minutes)

    def check_bookable(self, learner_id: UUID, starts_at: datetime, price: int | None, terms: Terms, now: datetime) -> None:
        """Refuse what this offer does not sell: to oneself, too soon, too far ahead, or at a price that has changed."""
        if learner_id == self.host_id:
            raise OwnOffer
        if price is not None and price != self.price:
            raise PriceChanged(price=self.price)
        answer = 0 if self.is_instant else terms.request_close_minutes
        earliest = now + minutes(max(self.notice_minutes, answer))
        if starts_at < earliest:
            raise TooSoon(earliest=instant(earliest))
        if starts_at > now + timedelta(days=self.days_ahead):
            raise TooFarAhead(days=self.days_ahead)
