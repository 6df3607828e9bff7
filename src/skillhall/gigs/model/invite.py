"""An invite: an owner asks somebody to bid; with a price it is a direct offer."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

from skillhall.gigs.model.refusals import InviteMoved
from skillhall.kernel.shapes import instant

VALID: Final = timedelta(days=14)
MOST_OPEN: Final = 50


class InviteState(StrEnum):
    """Where an invite stands."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_ALIASES: Final[dict[str, InviteState]] = {
    "accept": InviteState.ACCEPTED,
    "decline": InviteState.DECLINED,
    "reject": InviteState.DECLINED,
    "rejected": InviteState.DECLINED,
    "cancelled": InviteState.WITHDRAWN,
}


class Invite(Struct, frozen=True, kw_only=True):
    """One invite as stored, to an account or to an e-mail address. Prices are minor units of the project's asset."""

    id: UUID
    project_id: UUID
    by_id: UUID
    account_id: UUID | None
    email: str | None
    message: str
    amount: int | None
    hourly_rate: int | None
    delivery_days: int | None
    state: InviteState
    expires_at: datetime
    created_at: datetime
    decided_at: datetime | None

    @property
    def is_offer(self) -> bool:
        """Whether a price is named."""
        return self.amount is not None or self.hourly_rate is not None

    def check_pending(self, verb: str, now: datetime) -> None:
        """Refuse the verb (a participle: "accepted") when the invite was answered, taken back, or its time is over."""
        if self.state is not InviteState.PENDING:
            raise InviteMoved(status=self.state, verb=verb)
        if self.expires_at <= now:
            raise InviteMoved(status=f"{InviteState.EXPIRED} since {instant(self.expires_at)}", verb=verb)


def invite_state(word: str) -> InviteState | None:
    """Return the state a client means, in any letter case and with any source's word, or nothing."""
    plain = word.strip().lower()
    try:
        return InviteState(plain)
    except ValueError:
        return _ALIASES.get(plain)
