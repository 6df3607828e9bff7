"""Somebody's part in a session: what they may read of it, add to it and say about it, and the refusals that follow."""

from typing import Final
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.refusals import Forbidden
from skillhall.learning.model.refusals import HostOnly, SessionMoved, SessionNotFound
from skillhall.learning.model.states import LIVE, SeatState, SessionState

SEATED: Final = frozenset({SeatState.REQUESTED, SeatState.CONFIRMED, SeatState.JOINED, SeatState.ATTENDED, SeatState.NO_SHOW})
HELD_OR_TO_BE: Final = LIVE | {SessionState.COMPLETED}
BEGUN: Final = frozenset({SessionState.IN_PROGRESS, SessionState.PAUSED, SessionState.INTERRUPTED, SessionState.COMPLETED})


class SeatNeeded(Forbidden):
    """Only who has a seat, or held one to the end, is given this."""

    code = "learning.seat_needed"
    message = "This is for the host and for those who have a seat in this session."


class Part(Struct, frozen=True, kw_only=True):
    """What one caller is to a session. `seat` is their seat's state, `is_staff` whether they may read every session."""

    session_id: UUID
    title: str
    state: SessionState
    is_host: bool
    is_staff: bool
    seat: SeatState | None

    @property
    def takes_part(self) -> bool:
        """Whether this is the host, or a learner whose seat is taken or was used."""
        return self.is_host or self.seat in SEATED

    @property
    def may_read(self) -> bool:
        """Whether what the host hands out is for this caller."""
        return self.takes_part or self.is_staff

    def check_reads(self) -> None:
        """Refuse who is not to read what the host hands out."""
        self._check(self.may_read)

    def check_takes_part(self) -> None:
        """Refuse everybody but host and seated learners, staff too."""
        self._check(self.takes_part)

    def check_concerned(self) -> None:
        """Refuse who has nothing to do with the session; a seat that was given up is enough."""
        if not (self.may_read or self.seat):
            raise SessionNotFound

    def check_host(self) -> None:
        """Refuse everybody but the host."""
        self.check_concerned()
        if not self.is_host:
            raise HostOnly

    def check_state(self, verb: str, allowed: frozenset[SessionState]) -> None:
        """Refuse when the session stands elsewhere."""
        if self.state not in allowed:
            raise SessionMoved(status=self.state, verb=verb)

    def _check(self, is_allowed: bool) -> None:  # noqa: FBT001 - the one question
        self.check_concerned()
        if not is_allowed:
            raise SeatNeeded
