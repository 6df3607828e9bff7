"""The shapes of answers."""

from uuid import UUID

from skillhall.calendar.api import Slot
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, View
from skillhall.profiles.api import PersonCard


class SkillCard(View, frozen=True, kw_only=True):
    """A skill as other views show one."""

    id: UUID
    slug: str
    name: str


class OfferCard(View, frozen=True, kw_only=True):
    """An offer as other views show one."""

    id: UUID
    title: str


class OfferView(View, frozen=True, kw_only=True):
    """A lesson on sale. `hostId` is the host's account, `host` the profile shown. `averageRating` is null until there are reviews."""

    id: UUID
    host_id: UUID
    host: PersonCard
    skill: SkillCard
    title: str
    description: str
    duration_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    price: Money
    instant_booking: bool
    notice_minutes: int
    max_days_ahead: int
    average_rating: float | None
    review_count: int
    version: int
    created_at: Instant
    updated_at: Instant


class FoundOffer(OfferView, frozen=True, kw_only=True):
    """A lesson that was searched for; `nextSlot` is the first that fits when free time was asked for, else null."""

    next_slot: Slot | None


class OfferSlotsView(View, frozen=True, kw_only=True):
    """Free slots that start from `from` up to `to`, ascending, UTC. Dates in the query are days of `timezone`."""

    offer: OfferCard
    host_id: UUID
    host: PersonCard
    duration_minutes: int
    price: Money
    timezone: str
    slots: list[Slot]


class SkillSlotsView(View, frozen=True, kw_only=True):
    """Free slots of everybody who teaches a skill."""

    skill_id: UUID
    hosts: list[OfferSlotsView]


class SessionCard(View, frozen=True, kw_only=True):
    """A session in a list. `status` is canonical, `legacyStatus` an older word for it; `learner` is null for groups."""

    id: UUID
    kind: str
    status: str
    legacy_status: str | None
    title: str
    starts_at: Instant
    ends_at: Instant
    duration_minutes: int
    price: Money
    host_id: UUID
    host: PersonCard
    learner_id: UUID | None
    learner: PersonCard | None
    skill: SkillCard
    offer: OfferCard
    capacity: int
    taken: int
    waiting: int
    created_at: Instant


class SeatView(View, frozen=True, kw_only=True):
    """One learner's place. Where its price went is known once it is settled; `problem` is told to its two sides and staff.

    `position` is the place in the waiting list, from 1; a seat is offered until `offeredUntil`, and kept to be paid until `payUntil`.
    `round` rises each time it is taken anew; `paidEarlier` is what rounds before this one cost. `closedAs` says why it ended although the
    session went on: left, busy, suspended, lapsed (the offer), unfilled (waited in vain), unpaid or reclaimed (the money was taken back).
    """

    id: UUID
    account_id: UUID
    learner: PersonCard
    status: str
    settlement: str
    price: Money
    paid_to_host: Money | None
    fee: Money | None
    returned: Money | None
    settle_at: Instant
    joined_at: Instant | None
    problem: str | None
    position: int | None
    offered_until: Instant | None
    pay_until: Instant | None
    round: int
    paid_earlier: Money | None
    closed_as: str | None


class PaymentStateView(View, frozen=True, kw_only=True):
    """Money for a seat: awaiting (to be paid by `expiresAt`, see `/payments/intent`), paid, refunded, or not_paid in time."""

    status: str
    amount: Money
    expires_at: Instant | None


class ReschedulingView(View, frozen=True, kw_only=True):
    """A proposal for another time that waits for the other side."""

    by: UUID
    starts_at: Instant
    ends_at: Instant
    expires_at: Instant
    reason: str | None


class MoveView(View, frozen=True, kw_only=True):
    """A move to another time: who wished for it, and when it was agreed, or made by the host of a group."""

    by: UUID
    from_starts_at: Instant
    starts_at: Instant
    moved_at: Instant
    reason: str | None


class SessionView(SessionCard, frozen=True, kw_only=True):
    """A session in full. `dueAt` is when time alone changes it next: a request expires, attendance decides, a lesson is over.

    `mySeat` is the caller's, and so is `payment`, null where nothing is paid in money. The seats of a group are shown to its host and
    staff, to a learner the own one only, to others none.
    `moves` are the times it has been moved, first to last, for those who take part and staff.
    """

    opens_at: Instant
    free_cancel_until: Instant
    due_at: Instant | None
    started_at: Instant | None
    ended_at: Instant | None
    cancelled_as: str | None
    cancelled_by: UUID | None
    cancel_reason: str | None
    rescheduling: ReschedulingView | None
    moves: list[MoveView]
    seats: list[SeatView]
    my_seat: SeatView | None
    payment: PaymentStateView | None


class RoomView(View, frozen=True, kw_only=True):
    """Where to meet. `token` is the ticket in `joinUrl`, where the room asks for one."""

    join_url: str
    password: str | None
    token: str | None


class JoinedView(View, frozen=True, kw_only=True):
    """The room, and the session one has entered."""

    room: RoomView
    session: SessionView


class SideFigures(View, frozen=True, kw_only=True):
    """One's sessions on one side. Minutes are those of completed sessions; amounts are those paid to the host, after the fee for a host.

    They are `credits`, and `money` by currency.
    """

    total: int
    by_status: dict[str, int]
    completed: int
    minutes: int
    people: int
    credits: Money
    money: list[Money]


class StatisticsView(View, frozen=True, kw_only=True):
    """What somebody taught and learned. `held` are credits now set aside as a learner, `heldMoney` the same by currency.

    The rating is null until there are reviews.
    """

    as_host: SideFigures
    as_learner: SideFigures
    upcoming: int
    held: Money
    held_money: list[Money]
    average_rating: float | None
