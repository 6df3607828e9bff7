"""What learning says: what became of each session and of the price of each seat. Ids, numbers and times alone."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from msgspec import field

from skillhall.kernel.events import Event
from skillhall.kernel.money import CREDIT

SESSION = ("session", "session_id")


class SessionFact(Event, frozen=True, kw_only=True):
    """What every fact about a session tells. `waiting_ids` are those who wait for a seat, or did until now, or have yet to pay for it."""

    about: ClassVar[tuple[str, str]] = SESSION
    public: ClassVar[bool] = True
    session_id: UUID
    host_id: UUID
    learner_ids: list[UUID]
    skill_id: UUID
    starts_at: datetime
    ends_at: datetime
    waiting_ids: list[UUID] = field(default_factory=list)


class SessionRequested(SessionFact, frozen=True, kw_only=True):
    """A learner asks for a lesson, and has paid for it where it costs money; the host has until `expires_at`."""

    name: ClassVar[str] = "learning.session_requested"
    expires_at: datetime | None


class SessionScheduled(SessionFact, frozen=True, kw_only=True):
    """The date is firm: the host accepted, or the offer is booked instantly."""

    name: ClassVar[str] = "learning.session_scheduled"


class SessionOpened(SessionFact, frozen=True, kw_only=True):
    """A host has opened a group session with so many seats, each at `price` of `asset`."""

    name: ClassVar[str] = "learning.session_opened"
    capacity: int
    price: int
    asset: str = CREDIT


class SessionDeclined(SessionFact, frozen=True, kw_only=True):
    """The host does not accept the request."""

    name: ClassVar[str] = "learning.session_declined"


class SessionExpired(SessionFact, frozen=True, kw_only=True):
    """Nobody answered the request in time, or nobody took a seat of the group."""

    name: ClassVar[str] = "learning.session_expired"


class SessionCancelled(SessionFact, frozen=True, kw_only=True):
    """One side called it off, or the hall did (`cancelled_by` is null)."""

    name: ClassVar[str] = "learning.session_cancelled"
    cancelled_by: UUID | None


class SessionRescheduled(SessionFact, frozen=True, kw_only=True):
    """Both agreed on another time, or the host of a group moved it; `from_starts_at` was the old one."""

    name: ClassVar[str] = "learning.session_rescheduled"
    from_starts_at: datetime


class RescheduleProposed(SessionFact, frozen=True, kw_only=True):
    """One side asks for another time; the other has until `expires_at`."""

    name: ClassVar[str] = "learning.reschedule_proposed"
    proposed_by: UUID
    proposed_starts_at: datetime
    expires_at: datetime


class RescheduleDeclined(SessionFact, frozen=True, kw_only=True):
    """The old time stands: the proposal was declined, withdrawn or not answered."""

    name: ClassVar[str] = "learning.reschedule_declined"


class SessionStarted(SessionFact, frozen=True, kw_only=True):
    """The lesson has begun."""

    name: ClassVar[str] = "learning.session_started"


class SessionInterrupted(SessionFact, frozen=True, kw_only=True):
    """The lesson broke off; until `expires_at` both may agree on another time."""

    name: ClassVar[str] = "learning.session_interrupted"
    expires_at: datetime | None


class SessionCompleted(SessionFact, frozen=True, kw_only=True):
    """The lesson is over. `attended_ids` are the learners who came."""

    name: ClassVar[str] = "learning.session_completed"
    attended_ids: list[UUID]


class HostMissedSession(SessionFact, frozen=True, kw_only=True):
    """The host did not come."""

    name: ClassVar[str] = "learning.host_missed_session"


class ReminderDue(SessionFact, frozen=True, kw_only=True):
    """The lesson starts in so many minutes."""

    name: ClassVar[str] = "learning.reminder_due"
    minutes_before: int


class HandedOut(Event, frozen=True, kw_only=True):
    """What every fact about a thing kept beside a session tells. `learner_ids` are those who have a seat, and so may see it."""

    about: ClassVar[tuple[str, str]] = SESSION
    public: ClassVar[bool] = True
    session_id: UUID
    host_id: UUID
    learner_ids: list[UUID]


class MaterialAdded(HandedOut, frozen=True, kw_only=True):
    """The host has handed something out."""

    name: ClassVar[str] = "learning.material_added"
    material_id: UUID


class RecordingAdded(HandedOut, frozen=True, kw_only=True):
    """The host has added what was recorded; everybody had agreed."""

    name: ClassVar[str] = "learning.recording_added"
    recording_id: UUID


class SeatFact(Event, frozen=True, kw_only=True):
    """What every fact about a seat tells. Amounts are credits, or minor units of the currency that `asset` names."""

    about: ClassVar[tuple[str, str]] = SESSION
    public: ClassVar[bool] = True
    session_id: UUID
    seat_id: UUID
    account_id: UUID
    host_id: UUID
    price: int
    asset: str = CREDIT


class SeatSettled(SeatFact, frozen=True, kw_only=True):
    """The host earned `gross`, of which `fee` went to the platform; the learner got `price - gross` back. Told anew when more goes back."""

    name: ClassVar[str] = "learning.seat_settled"
    gross: int
    fee: int


class SeatRefunded(SeatFact, frozen=True, kw_only=True):
    """The learner got everything back."""

    name: ClassVar[str] = "learning.seat_refunded"


class ProblemReported(SeatFact, frozen=True, kw_only=True):
    """One side objects; the price is frozen until the dispute is decided."""

    name: ClassVar[str] = "learning.problem_reported"
    reported_by: UUID | None


class PlaceFact(SeatFact, frozen=True, kw_only=True):
    """What every fact about a place in a session tells."""

    starts_at: datetime


class SeatTaken(PlaceFact, frozen=True, kw_only=True):
    """A learner has a seat."""

    name: ClassVar[str] = "learning.seat_taken"


class PaymentAwaited(PlaceFact, frozen=True, kw_only=True):
    """A seat, and its time, is kept for a learner until `expires_at`, to be paid for in money."""

    name: ClassVar[str] = "learning.payment_awaited"
    expires_at: datetime | None


class SeatWaiting(PlaceFact, frozen=True, kw_only=True):
    """A learner waits for a seat."""

    name: ClassVar[str] = "learning.seat_waiting"


class SeatPromoted(PlaceFact, frozen=True, kw_only=True):
    """A seat came free and went to who waited for it."""

    name: ClassVar[str] = "learning.seat_promoted"


class SeatOffered(PlaceFact, frozen=True, kw_only=True):
    """A seat came free and is kept until `expires_at` for who waited for it."""

    name: ClassVar[str] = "learning.seat_offered"
    expires_at: datetime | None


class SeatLeft(PlaceFact, frozen=True, kw_only=True):
    """A learner no longer has a seat, or no longer waits for one, of a session that goes on.

    `left_as`: left (their wish), busy (when the host has moved it to), suspended, lapsed (an offer not taken), unfilled (waited in vain),
    unpaid (the money did not come in time), reclaimed (it was taken back). Of their price so much was `returned`.
    """

    name: ClassVar[str] = "learning.seat_left"
    left_as: str
    returned: int = 0
