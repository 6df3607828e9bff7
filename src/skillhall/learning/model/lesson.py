"""A session with its seats and its open proposal: what one transaction sees and changes as a whole.

The verbs are functions from a lesson to the lesson after, in the modules beside; whoever stores the difference moves credits,
time and news by it. A verb that has already happened answers the same lesson, so that a repeated call changes nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.kernel.shapes import instant
from skillhall.learning.model.proposal import Proposal, ProposalState
from skillhall.learning.model.refusals import HostOnly, LearnerOnly, NotOpenYet, SessionMoved, SessionNotFound
from skillhall.learning.model.seat import Seat
from skillhall.learning.model.session import Session
from skillhall.learning.model.states import IN_LINE, KEPT, LIVE, TAKEN, ClosedAs, Kind, SeatState, SessionState


class Lesson(Struct, frozen=True, kw_only=True):
    """The session, every seat of it, and the proposal under discussion."""

    session: Session
    seats: tuple[Seat, ...]
    proposal: Proposal | None = None

    @property
    def is_live(self) -> bool:
        """Whether the session has yet to end."""
        return self.session.state in LIVE

    @property
    def learners(self) -> list[UUID]:
        """The accounts whose seats are taken."""
        return [seat.account_id for seat in self.seats if seat.state in TAKEN]

    @property
    def taken(self) -> int:
        """How many seats are or were used, or kept for who pays for them, or for whom they are offered to."""
        return sum(seat.state in KEPT or seat.state is SeatState.OFFERED for seat in self.seats)

    @property
    def queue(self) -> list[Seat]:
        """Who waits for a seat, in the order of their turn."""
        waiting = (seat for seat in self.seats if seat.state is SeatState.WAITING and seat.queued_at)
        return sorted(waiting, key=lambda seat: (seat.queued_at, seat.id))

    @property
    def waiting(self) -> int:
        """How many wait for a seat."""
        return sum(seat.state is SeatState.WAITING for seat in self.seats)

    @property
    def is_unpaid(self) -> bool:
        """Whether it is a lesson whose one learner has yet to pay, so that the host has not been asked."""
        return not self.is_group and any(seat.is_awaiting for seat in self.seats)

    @property
    def is_group(self) -> bool:
        """Whether it has seats to take and to leave."""
        return self.session.kind is Kind.GROUP

    @property
    def changes_at(self) -> datetime | None:
        """When time alone changes the state next; a lesson that is not paid only waits for that."""
        return None if self.is_unpaid else self.session.changes_at

    @property
    def can_fill(self) -> bool:
        """Whether a seat is free while somebody waits for one."""
        return self.session.state is SessionState.SCHEDULED and self.taken < self.session.capacity and self.waiting > 0

    @property
    def open_proposal(self) -> Proposal | None:
        """The proposal that waits for an answer."""
        return self.proposal if self.proposal and self.proposal.state is ProposalState.OPEN else None

    def is_host(self, account_id: UUID) -> bool:
        """Whether this is the host; refuse whoever takes no part at all."""
        if account_id == self.session.host_id:
            return True
        if self.find_seat(account_id) is None:
            raise SessionNotFound
        return False

    def check_host(self, account_id: UUID) -> None:
        """Refuse everybody but the host."""
        if not self.is_host(account_id):
            raise HostOnly

    def find_seat(self, account_id: UUID) -> Seat | None:
        """Return the seat of this account, left ones included, if it ever had one."""
        return next((seat for seat in self.seats if seat.account_id == account_id), None)

    def seat_of(self, account_id: UUID) -> Seat:
        """Return the seat of this learner, or refuse."""
        seat = None if self.is_host(account_id) else self.find_seat(account_id)
        if seat is None:
            raise LearnerOnly
        return seat

    def check_state(self, verb: str, *allowed: SessionState) -> None:
        """Refuse when the session stands elsewhere."""
        if self.session.state not in allowed:
            raise SessionMoved(status=self.session.state, verb=verb)

    def check_open(self, now: datetime, opens_at: datetime) -> None:
        """Refuse before `opens_at`."""
        if now < opens_at:
            raise NotOpenYet(opens_at=instant(opens_at))

    def each(self, change: Callable[[Seat], Seat], *states: SeatState) -> Self:
        """Return the lesson with `change` made to every seat in one of these states."""
        return replace(self, seats=tuple(change(seat) if seat.state in states else seat for seat in self.seats))

    def with_seat(self, changed: Seat) -> Self:
        """Return the lesson with this seat in place of the one of the same id, or in addition."""
        if all(seat.id != changed.id for seat in self.seats):
            return replace(self, seats=(*self.seats, changed))
        return replace(self, seats=tuple(changed if seat.id == changed.id else seat for seat in self.seats))

    def to(self, state: SessionState, now: datetime, **changes: Any) -> Self:  # noqa: ANN401 - fields of Session
        """Return the lesson in another state. When it begins or ends, an open proposal falls and nobody waits or pays any longer."""
        if state not in LIVE:
            changes["ended_at"] = now
        session = replace(self.session, state=state, **changes)
        session = replace(session, remind_at=session.reminder_after(now))
        lesson = replace(self, session=session)
        if state is not SessionState.SCHEDULED:
            lesson = lesson.each(lambda seat: seat.closed(ClosedAs.UNFILLED, SeatState.EXPIRED), *IN_LINE)
            lesson = lesson.each(lambda seat: seat.closed(ClosedAs.UNPAID, SeatState.EXPIRED), SeatState.AWAITING_PAYMENT)
        if self.open_proposal and state not in {SessionState.SCHEDULED, SessionState.INTERRUPTED}:
            lesson = lesson.closed_proposal(ProposalState.VOID, now)
        return lesson.timed()

    def closed_proposal(self, state: ProposalState, now: datetime) -> Self:
        """Return the lesson with its open proposal decided."""
        proposal = self.open_proposal
        return replace(self, proposal=replace(proposal, state=state, decided_at=now)).timed() if proposal else self

    def timed(self) -> Self:
        """Return the lesson with `due_at` as the earliest thing that time alone will do to it."""
        times = [self.changes_at, *(seat.pay_until for seat in self.seats), self.open_proposal.expires_at if self.open_proposal else None]
        if self.session.state is SessionState.SCHEDULED:
            line = [seat for seat in self.seats if seat.state in IN_LINE]
            times += [seat.offered_until or self.session.starts_at for seat in line]
        return replace(self, session=replace(self.session, due_at=min((at for at in times if at), default=None)))
