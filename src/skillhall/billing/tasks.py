"""Work that billing puts aside for itself."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Task


class IssueFeeInvoice(Task, frozen=True, kw_only=True):
    """Invoice a host the platform's fee of one settlement, or credit it."""

    name: ClassVar[str] = "billing.issue_fee_invoice"
    settlement_id: UUID


class GiveUpPayments(Task, frozen=True, kw_only=True):
    """Nobody waits for the payments of this purchase any more."""

    name: ClassVar[str] = "billing.give_up_payments"
    purchase_id: UUID
