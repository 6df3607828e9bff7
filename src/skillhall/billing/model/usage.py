"""Entitlements: what a plan brings a period, and in which period something counts. Pure."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

Entitlement = Literal["ai_credits", "projects", "applications"]
ENTITLEMENTS: Final[tuple[Entitlement, ...]] = ("ai_credits", "projects", "applications")
Limits = dict[str, int]
"""How much a period brings of each entitlement; what is not named is not limited."""


class Allowance(Struct, frozen=True, kw_only=True):
    """What somebody may use now: by the subscription, else by the free plan, else without limit.

    Periods of a subscription run from its own day of the month; without one they are calendar months in UTC. While a renewal is
    unpaid the old period goes on.
    """

    is_counted: bool
    limits: Limits
    period_start: datetime
    period_end: datetime | None = None

    def most(self, entitlement: str) -> int | None:
        """Return the limit, or None when there is none."""
        return self.limits.get(entitlement)


class Reservation(Struct, frozen=True, kw_only=True):
    """So much of an entitlement, kept for one thing or used by it."""

    id: UUID
    account_id: UUID
    entitlement: str
    period_start: datetime
    amount: int
    state: str


def month_of(now: datetime) -> datetime:
    """Return the beginning of the calendar month in UTC."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
