"""A learning session: a lesson between a host and learners, with the times that rule it."""

from datetime import datetime
from typing import Self
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.shapes import Subject
from skillhall.learning.model.states import Kind, SessionState
from skillhall.learning.model.terms import Terms, minutes


class Session(Struct, frozen=True, kw_only=True):
    """One lesson. `terms` are the numbers it was booked under; `room` is the unguessable name of its meeting room.

    `closed_as` says why a cancelled one was, `closed_reason` is what the person wrote.
    `due_at` is when time alone changes it next, `remind_at` when people are reminded next; both follow from the rest.
    `fill_at` is when a free seat goes to the waiting list next, and `fill_after` the last place in it that was tried in vain.
    """

    id: UUID
    offer_id: UUID
    host_id: UUID
    host_profile_id: UUID
    skill_id: UUID
    kind: Kind
    state: SessionState
    title: str
    starts_at: datetime
    ends_at: datetime
    buffer_before_minutes: int
    buffer_after_minutes: int
    capacity: int
    price: int
    terms: Terms
    room: str
    created_at: datetime
    asset: str = CREDIT
    is_instant: bool = False
    due_at: datetime | None = None
    remind_at: datetime | None = None
    fill_at: datetime | None = None
    fill_after: datetime | None = None
    host_joined_at: datetime | None = None
    started_at: datetime | None = None
    interrupted_at: datetime | None = None
    ended_at: datetime | None = None
    closed_as: str | None = None
    closed_by: UUID | None = None
    closed_reason: str | None = None

    @property
    def subject(self) -> Subject:
        """How calendar, ledger and audit know this session."""
        return Subject("session", self.id)

    @property
    def cost(self) -> Money:
        """What a seat costs."""
        return Money(self.price, self.asset)

    @property
    def opens_at(self) -> datetime:
        """When the room opens and the host may start."""
        return self.starts_at - minutes(self.terms.open_minutes)

    @property
    def claim_at(self) -> datetime:
        """When the side that came may say that the other is missing."""
        return self.starts_at + minutes(self.terms.claim_minutes)

    @property
    def decide_at(self) -> datetime:
        """When attendance decides about a session that nobody started."""
        return self.starts_at + minutes(self.terms.decide_minutes)

    @property
    def overrun_at(self) -> datetime:
        """When a session that nobody ended is taken as completed."""
        return self.ends_at + minutes(self.terms.grace_minutes)

    @property
    def free_until(self) -> datetime:
        """Until when a learner cancels for nothing."""
        return self.starts_at - minutes(self.terms.free_cancel_minutes)

    @property
    def settle_at(self) -> datetime:
        """When the host is paid if nobody objects."""
        return self.ends_at + minutes(self.terms.settle_minutes)

    @property
    def request_lapses_at(self) -> datetime:
        """When an unanswered request expires: the earlier of so long after it was made and so long before the start."""
        answer = self.created_at + minutes(self.terms.request_minutes)
        return min(answer, self.starts_at - minutes(self.terms.request_close_minutes))

    @property
    def changes_at(self) -> datetime | None:
        """When time alone changes the state next, or nothing when it has ended."""
        match self.state:
            case SessionState.REQUESTED:
                return self.request_lapses_at
            case SessionState.SCHEDULED:
                return self.decide_at
            case SessionState.IN_PROGRESS | SessionState.PAUSED:
                return self.overrun_at
            case SessionState.INTERRUPTED if self.interrupted_at:
                return self.interrupted_at + minutes(self.terms.recover_minutes)
            case _:
                return None

    def pay_until(self, now: datetime) -> datetime:
        """Return until when a seat taken now is kept for its learner to pay."""
        return min(now + minutes(self.terms.pay_minutes), self.starts_at)

    def reminder_after(self, now: datetime) -> datetime | None:
        """Return the next reminder later than `now`; only scheduled sessions have one."""
        if self.state is not SessionState.SCHEDULED:
            return None
        times = (self.starts_at - minutes(before) for before in self.terms.reminder_minutes)
        return min((at for at in times if at > now), default=None)

    def at(self, starts_at: datetime) -> Self:
        """Return the session moved to another start, as long as before."""
        return replace(self, starts_at=starts_at, ends_at=starts_at + (self.ends_at - self.starts_at))
