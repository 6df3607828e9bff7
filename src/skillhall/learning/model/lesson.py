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
from skillhall.learning.model.states import LIVE, OCCUPIED, TAKEN, SeatState, SessionState


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
        """How many seats are or were used."""
        return sum(seat.state in OCCUPIED for seat in self.seats)

    @property
    def open_proposal(self) -> Proposal | None:
        """The proposal that waits for an answer."""
        return self.proposal if self.proposal and self.proposal.state is ProposalState.OPEN else None

    def is_host(self, account_id: UUID) -> bool:
        """Whether this is the host; refuse whoever takes no part at all."""
        if account_id == self.session.host_id:
            return True
        if all(seat.account_id != account_id for seat in self.seats):
            raise SessionNotFound
        return False

    def check_host(self, account_id: UUID) -> None:
        """Refuse everybody but the host."""
        if not self.is_host(account_id):
            raise HostOnly

    def seat_of(self, account_id: UUID) -> Seat:
        """Return the seat of this learner, or refuse."""
        if self.is_host(account_id):
            raise LearnerOnly
        return next(seat for seat in self.seats if seat.account_id == account_id)

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
        """Return the lesson with this seat in place of the one of the same id."""
        return replace(self, seats=tuple(changed if seat.id == changed.id else seat for seat in self.seats))

    def to(self, state: SessionState, now: datetime, **changes: Any) -> Self:  # noqa: ANN401 - fields of Session
        """Return the lesson in another state; an open proposal falls when the lesson begins or ends."""
        if state not in LIVE:
            changes["ended_at"] = now
        session = replace(self.session, state=state, **changes)
        session = replace(session, remind_at=session.reminder_after(now))
        lesson = replace(self, session=session)
        if self.open_proposal and state not in {SessionState.SCHEDULED, SessionState.INTERRUPTED}:
            lesson = lesson.closed_proposal(ProposalState.VOID, now)
        return lesson.timed()

    def closed_proposal(self, state: ProposalState, now: datetime) -> Self:
        """Return the lesson with its open proposal decided."""
        proposal = self.open_proposal
        return replace(self, proposal=replace(proposal, state=state, decided_at=now)).timed() if proposal else self

    def timed(self) -> Self:
        """Return the lesson with `due_at` as the earliest thing that time alone will do to it."""
        times = [at for at in (self.session.changes_at, self.open_proposal and self.open_proposal.expires_at) if at]
        return replace(self, session=replace(self.session, due_at=min(times, default=None)))
