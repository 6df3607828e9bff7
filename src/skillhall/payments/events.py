"""What payments says: ids and amounts in minor units, never an address, a name or a card."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Event


class PaymentFact(Event, frozen=True, kw_only=True):
    """Something about one payment."""

    about: ClassVar[tuple[str, str]] = ("payment", "payment_id")

    payment_id: UUID
    payer_id: UUID
    payee_id: UUID | None
    purpose: str
    paid_kind: str
    paid_id: UUID
    amount: int
    asset: str


class PaymentSucceeded(PaymentFact, frozen=True, kw_only=True):
    """The money is here. `is_surplus`: nobody had a use for it any more, and it goes back."""

    name: ClassVar[str] = "payments.succeeded"
    public: ClassVar[bool] = True

    is_surplus: bool = False


class PaymentFailed(PaymentFact, frozen=True, kw_only=True):
    """The bank or the card said no, for now: another method may still be tried while the payment is open."""

    name: ClassVar[str] = "payments.failed"
    public: ClassVar[bool] = True

    failure: str
    is_off_session: bool


class PaymentCancelled(PaymentFact, frozen=True, kw_only=True):
    """It was given up: `why` is cancelled, expired or superseded."""

    name: ClassVar[str] = "payments.cancelled"

    why: str


class ActionRequired(PaymentFact, frozen=True, kw_only=True):
    """The bank asks the payer something. Of a charge the payer did not start, a mail brings the link."""

    name: ClassVar[str] = "payments.action_required"

    is_off_session: bool


class Refunded(PaymentFact, frozen=True, kw_only=True):
    """So much (`amount`) has gone back; `refunded` in all. `is_voluntary` is false for what the party did by itself."""

    name: ClassVar[str] = "payments.refunded"
    public: ClassVar[bool] = True

    refund_id: UUID
    refunded: int
    is_voluntary: bool


class RefundFailed(PaymentFact, frozen=True, kw_only=True):
    """The party could not send it back."""

    name: ClassVar[str] = "payments.refund_failed"

    refund_id: UUID


class ChargebackOpened(PaymentFact, frozen=True, kw_only=True):
    """The payer's bank has taken the money back. It hears us until `answer_by`."""

    name: ClassVar[str] = "payments.chargeback_opened"

    chargeback_id: UUID
    reason: str
    answer_by: datetime | None = None


class ChargebackClosed(PaymentFact, frozen=True, kw_only=True):
    """The bank has decided: `outcome` won (the money is back) or lost."""

    name: ClassVar[str] = "payments.chargeback_closed"

    chargeback_id: UUID
    outcome: str


class PayoutFact(Event, frozen=True, kw_only=True):
    """Something about one payout."""

    about: ClassVar[tuple[str, str]] = ("payout", "payout_id")

    payout_id: UUID
    account_id: UUID
    amount: int
    asset: str


class PayoutRequested(PayoutFact, frozen=True, kw_only=True):
    """Earnings are on their way out."""

    name: ClassVar[str] = "payments.payout_requested"


class PayoutPaid(PayoutFact, frozen=True, kw_only=True):
    """The party has sent it."""

    name: ClassVar[str] = "payments.payout_paid"
    public: ClassVar[bool] = True


class PayoutFailed(PayoutFact, frozen=True, kw_only=True):
    """It did not go out, or came back (`is_returned`): the earnings are there again."""

    name: ClassVar[str] = "payments.payout_failed"
    public: ClassVar[bool] = True

    is_returned: bool


class PayoutCancelled(PayoutFact, frozen=True, kw_only=True):
    """It was taken back before it went: by its owner, by staff, or because a chargeback needed it."""

    name: ClassVar[str] = "payments.payout_cancelled"

    why: str


class MoneySuspended(Event, frozen=True, kw_only=True):
    """Money that belongs to nothing we know is kept apart, or so much of it is again: staff finds out whose it is."""

    name: ClassVar[str] = "payments.money_suspended"
    about: ClassVar[tuple[str, str]] = ("suspense", "suspense_id")

    suspense_id: UUID
    amount: int
    asset: str


class DestinationChanged(Event, frozen=True, kw_only=True):
    """Somebody's earnings go somewhere else from now on; nothing goes there before `payable_from`."""

    name: ClassVar[str] = "payments.destination_changed"
    about: ClassVar[tuple[str, str]] = ("account", "account_id")

    account_id: UUID
    payable_from: datetime


class IdentityChecked(Event, frozen=True, kw_only=True):
    """Staff has decided whether somebody may be paid out: `status` verified or rejected."""

    name: ClassVar[str] = "payments.identity_checked"
    about: ClassVar[tuple[str, str]] = ("account", "account_id")

    account_id: UUID
    status: str
