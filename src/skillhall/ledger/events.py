"""What the ledger says."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Event


class GiftGiven(Event, frozen=True, kw_only=True):
    """A member gave credits to another."""

    name: ClassVar[str] = "ledger.gift_given"
    about: ClassVar[tuple[str, str]] = ("transfer", "transfer_id")
    public: ClassVar[bool] = True

    transfer_id: UUID
    from_account_id: UUID
    to_account_id: UUID
    amount: int


class CreditsAdjusted(Event, frozen=True, kw_only=True):
    """Staff added credits to an account, or (below zero) took some."""

    name: ClassVar[str] = "ledger.credits_adjusted"
    about: ClassVar[tuple[str, str]] = ("transfer", "transfer_id")

    transfer_id: UUID
    account_id: UUID
    amount: int
