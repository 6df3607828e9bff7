"""A proposal to hold a session at another time; the other side has to agree."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct


class ProposalState(StrEnum):
    """What became of it. Void: the session ended or began meanwhile."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    VOID = "void"


class Proposal(Struct, frozen=True, kw_only=True):
    """One wish for another time; together they are the history of moves."""

    id: UUID
    session_id: UUID
    by: UUID
    from_starts_at: datetime
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime
    created_at: datetime
    state: ProposalState = ProposalState.OPEN
    reason: str | None = None
    decided_at: datetime | None = None
