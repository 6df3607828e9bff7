"""The work that is paid for: a milestone, the booking, a week, and what was delivered. Where its money is stands in its escrow."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from skillhall.gigs.model.escrow import EscrowState
from skillhall.kernel.shapes import Subject

WEEK: Final = timedelta(days=7)
MINUTES: Final = 60


class MilestoneState(StrEnum):
    """Where the work stands; what clients see is `status_of` this and its money."""

    WAITING = "waiting"
    IN_PROGRESS = "in_progress"
    DELIVERED = "delivered"
    REVISION = "revision"


class BookingState(StrEnum):
    """Where a booking stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class WeekState(StrEnum):
    """Whether the hours of a week are told, and disputed between the two."""

    OPEN = "open"
    SUBMITTED = "submitted"
    OBJECTED = "objected"


class Milestone(Struct, frozen=True, kw_only=True):
    """One part of fixed work. `revisions` counts those the client has asked for."""

    id: UUID
    agreement_id: UUID
    position: int
    title: str
    description: str
    due_on: date | None
    state: MilestoneState = MilestoneState.WAITING
    revisions: int = 0
    started_at: datetime | None = None
    delivered_at: datetime | None = None


class Booking(Struct, frozen=True, kw_only=True):
    """A worker booked as a whole, with or without a time in the calendar."""

    id: UUID
    agreement_id: UUID
    state: BookingState
    starts_at: datetime | None
    ends_at: datetime | None
    notes: str
    revisions: int = 0
    confirmed_at: datetime | None = None
    started_at: datetime | None = None
    delivered_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def subject(self) -> Subject:
        """How the calendar knows it."""
        return Subject("booking", self.id)

    @property
    def takes_time(self) -> bool:
        """Whether the worker's calendar keeps its time: not when it is called off, or done before it has begun."""
        if self.starts_at is None or self.state is BookingState.CANCELLED:
            return False
        return self.closed_at is None or self.closed_at > self.starts_at


class Week(Struct, frozen=True, kw_only=True):
    """A week of hourly work from Monday on. `lapse_at`: when it is given up unless its hours are told, or told again."""

    id: UUID
    agreement_id: UUID
    starts_on: date
    rate: int
    cap_minutes: int
    state: WeekState = WeekState.OPEN
    minutes: int | None = None
    note: str = ""
    objection: str = ""
    submitted_at: datetime | None = None
    lapse_at: datetime | None = None

    @property
    def starts_at(self) -> datetime:
        """Monday 00:00 UTC."""
        return datetime.combine(self.starts_on, time(), UTC)

    @property
    def ends_at(self) -> datetime:
        """The Monday after."""
        return self.starts_at + WEEK

    def price(self, minutes: int) -> int:
        """Return what so many minutes cost, floored."""
        return price_of(minutes, self.rate)


class Handed(Struct, frozen=True, kw_only=True):
    """A file as it was handed over."""

    file_id: UUID
    file_name: str
    content_type: str
    size: int


class Delivery(Struct, frozen=True, kw_only=True):
    """What the worker handed over, and what the client answered."""

    id: UUID
    agreement_id: UUID
    subject_kind: Literal["milestone", "booking"]
    subject_id: UUID
    by_id: UUID
    notes: str
    url: str | None
    files: tuple[Handed, ...]
    delivered_at: datetime
    answer: Literal["approved", "revision"] | None = None
    answer_text: str = ""
    answered_by: UUID | None = None
    answered_at: datetime | None = None


_BY_MONEY: Final[dict[EscrowState, str]] = {
    EscrowState.PENDING_FUNDING: "draft",
    EscrowState.FROZEN: "disputed",
    EscrowState.RELEASED: "released",
    EscrowState.REFUNDED: "refunded",
    EscrowState.SPLIT: "split",
    EscrowState.CANCELLED: "cancelled",
}


def status_of(work: MilestoneState | WeekState, escrow: EscrowState) -> str:
    """Return what a milestone or week is called: its money decides, and while that is held its work does."""
    if escrow is EscrowState.PENDING_FUNDING and isinstance(work, WeekState):
        return escrow.value
    if escrow is EscrowState.HELD:
        return "funded" if work is MilestoneState.WAITING else work.value
    return _BY_MONEY[escrow]


def monday_of(at: datetime) -> date:
    """Return the Monday of the week, in UTC."""
    day = at.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def price_of(minutes: int, rate: int) -> int:
    """Return what so many minutes cost at a rate an hour, floored."""
    return minutes * rate // MINUTES
