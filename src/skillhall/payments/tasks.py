"""Work that payments puts aside for itself: ids alone."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Task


class SendRefund(Task, frozen=True, kw_only=True):
    """Send money back, or ask what became of it where that is not known."""

    name: ClassVar[str] = "payments.send_refund"
    refund_id: UUID


class ResumeRefund(Task, frozen=True, kw_only=True):
    """Send again what a chargeback that was won had taken out of refunds."""

    name: ClassVar[str] = "payments.resume_refund"
    chargeback_id: UUID


class ChargeMethod(Task, frozen=True, kw_only=True):
    """Charge a stored method without the payer."""

    name: ClassVar[str] = "payments.charge_method"
    attempt_id: UUID


class ResolveAttempt(Task, frozen=True, kw_only=True):
    """Ask what became of a call that got no answer."""

    name: ClassVar[str] = "payments.resolve_attempt"
    attempt_id: UUID


class AskAfterCharge(Task, frozen=True, kw_only=True):
    """Ask what became of a charge that its provider was still at, and says no more of."""

    name: ClassVar[str] = "payments.ask_after_charge"
    payment_id: UUID


class CancelCharge(Task, frozen=True, kw_only=True):
    """Give up at the provider what was given up here."""

    name: ClassVar[str] = "payments.cancel_charge"
    payment_id: UUID


class ApplyNews(Task, frozen=True, kw_only=True):
    """Apply what a provider has told and could not be applied at once."""

    name: ClassVar[str] = "payments.apply_news"
    event_id: UUID


class KeepMethod(Task, frozen=True, kw_only=True):
    """Keep what a payment was made with as a method of its payer."""

    name: ClassVar[str] = "payments.keep_method"
    payment_id: UUID


class DetachMethod(Task, frozen=True, kw_only=True):
    """Tell the provider that a method is not used any more."""

    name: ClassVar[str] = "payments.detach_method"
    method_id: UUID


class SendPayout(Task, frozen=True, kw_only=True):
    """Send earnings out, or ask what became of them where that is not known; `is_check` also of a payout that had ended here."""

    name: ClassVar[str] = "payments.send_payout"
    payout_id: UUID
    is_check: bool = False


class ReconcileDay(Task, frozen=True, kw_only=True):
    """Compare our books with a provider's statement of one UTC day."""

    name: ClassVar[str] = "payments.reconcile_day"
    provider: str
    day: date
