"""PayPal's objects as far as we read them, and what they say in our words. Field names are PayPal's own; amounts are decimal texts."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from msgspec import Struct, field

from skillhall.kernel.money import exponent, major_units
from skillhall.payments.outside.paypal_vault import Paid, kept_with
from skillhall.payments.outside.reading import our_id
from skillhall.payments.outside.rest import Declined, Unanswered
from skillhall.payments.ports import (
    ChargebackFacts,
    ChargebackState,
    Movement,
    MovementKind,
    PaymentFacts,
    PaymentState,
    PayoutFacts,
    PayoutState,
    RefundFacts,
    RefundState,
)

WHOLE: Final = frozenset({"HUF", "JPY", "TWD"})
"""What PayPal takes without decimals."""
ORDER_STATES: Final[dict[str, PaymentState]] = {
    "CREATED": "created",
    "SAVED": "created",
    "APPROVED": "created",
    "PAYER_ACTION_REQUIRED": "requires_action",
    "VOIDED": "cancelled",
    "COMPLETED": "processing",
}
"""An approved order waits for our call that captures it."""
CAPTURE_STATES: Final[dict[str, PaymentState]] = {
    "COMPLETED": "succeeded",
    "PARTIALLY_REFUNDED": "succeeded",
    "REFUNDED": "succeeded",
    "PENDING": "processing",
    "DECLINED": "failed",
    "FAILED": "failed",
}
REFUND_STATES: Final[dict[str, RefundState]] = {"COMPLETED": "succeeded", "FAILED": "failed", "CANCELLED": "failed"}
PAYOUT_STATES: Final[dict[str, PayoutState]] = {
    "SUCCESS": "paid",
    "FAILED": "failed",
    "DENIED": "failed",
    "BLOCKED": "failed",
    "RETURNED": "returned",
    "REFUNDED": "returned",
    "REVERSED": "returned",
}
DISPUTE_STATES: Final[dict[str, ChargebackState]] = {"UNDER_REVIEW": "under_review", "RESOLVED": "won"}
LOST: Final = frozenset({"RESOLVED_BUYER_FAVOUR", "RESOLVED_WITH_PAYOUT", "ACCEPTED"})
KINDS: Final[dict[str, MovementKind]] = {
    "T0006": "charge",
    "T0003": "charge",
    "T0000": "charge",
    "T1107": "refund",
    "T1106": "chargeback",
    "T1110": "chargeback",
    "T1201": "chargeback",
    "T1111": "chargeback_won",
    "T1202": "chargeback_won",
    "T0001": "payout",
    "T1105": "payout_returned",
    "T1115": "payout_returned",
}
"""What PayPal's codes of transactions mean to us; those that begin with T01 are fees."""


class Money(Struct):
    """An amount as PayPal writes it."""

    currency_code: str
    value: str


class Breakdown(Struct):
    """What of a capture is ours."""

    paypal_fee: Money | None = None


class Related(Struct):
    """The order that a capture belongs to."""

    order_id: str = ""


class Supplement(Struct):
    """Wrapper of `Related`."""

    related_ids: Related = field(default_factory=Related)


class Capture(Struct):
    """Money taken."""

    id: str
    status: str
    amount: Money
    custom_id: str | None = None
    seller_receivable_breakdown: Breakdown | None = None
    supplementary_data: Supplement = field(default_factory=Supplement)


class Authorization(Struct):
    """Money set aside with the payer's bank."""

    id: str
    status: str


class Link(Struct):
    """Where to go, or what this belongs to."""

    rel: str
    href: str


class Refund(Struct):
    """Money sent back."""

    id: str
    status: str
    amount: Money
    custom_id: str | None = None
    links: list[Link] = []


class Payments(Struct):
    """What came of an order."""

    captures: list[Capture] = []
    authorizations: list[Authorization] = []
    refunds: list[Refund] = []


class Unit(Struct):
    """What an order is for."""

    custom_id: str | None = None
    amount: Money | None = None
    payments: Payments = field(default_factory=Payments)


class Order(Struct):
    """What a payment intent is elsewhere."""

    id: str
    status: str
    purchase_units: list[Unit] = []
    links: list[Link] = []
    payment_source: dict[str, Paid] = {}


class Disputed(Struct):
    """The capture that a dispute is about."""

    seller_transaction_id: str


class Outcome(Struct):
    """How a dispute has ended."""

    outcome_code: str = ""


class Dispute(Struct):
    """A dispute; PayPal holds the money from its beginning."""

    dispute_id: str
    status: str
    dispute_amount: Money
    disputed_transactions: list[Disputed]
    reason: str = ""
    dispute_outcome: Outcome | None = None
    seller_response_due_date: datetime | None = None


class PayoutBody(Struct):
    """What we asked for."""

    sender_item_id: str = ""
    amount: Money | None = None


class PayoutItem(Struct):
    """Money sent to one receiver."""

    transaction_status: str = "PENDING"
    payout_batch_id: str = ""
    payout_item: PayoutBody = field(default_factory=PayoutBody)
    payout_item_fee: Money | None = None


class BatchHeader(Struct):
    """The name of a batch."""

    payout_batch_id: str
    batch_status: str = "PENDING"


class Batch(Struct):
    """A batch of payouts; ours has one item."""

    batch_header: BatchHeader
    items: list[PayoutItem] = []


class Line(Struct):
    """A line of the account."""

    transaction_id: str
    transaction_event_code: str
    transaction_initiation_date: datetime
    transaction_amount: Money
    fee_amount: Money | None = None
    custom_field: str | None = None
    paypal_reference_id: str | None = None
    transaction_status: str = "S"


class Detail(Struct):
    """Wrapper of a line."""

    transaction_info: Line


class Report(Struct):
    """One page of the account."""

    transaction_details: list[Detail] = []
    total_pages: int = 1


def step(asset: str) -> int:
    """Return in which steps PayPal takes amounts of a currency."""
    return 10 ** exponent(asset) if asset in WHOLE else 1


def written(amount: int, asset: str) -> Money:
    """Return an amount as PayPal writes it, or say that it cannot: another amount is never sent instead."""
    if amount % step(asset):
        raise Declined("amount_not_whole")
    value = major_units(amount, asset)
    return Money(asset, str(value.quantize(Decimal(1) if asset in WHOLE else Decimal(1).scaleb(-exponent(asset)))))


def read(money: Money) -> int:
    """Return an amount of PayPal's in minor units."""
    try:
        return int(Decimal(money.value).scaleb(exponent(money.currency_code)))
    except InvalidOperation as error:
        raise Unanswered from error


def ordered(order: Order) -> PaymentFacts:
    """Return what an order says: the money taken decides, else its own state."""
    unit = order.purchase_units[0] if order.purchase_units else Unit()
    if unit.payments.captures:
        facts = captured(unit.payments.captures[-1])
        return PaymentFacts(
            ref=order.id, state=facts.state, payment_id=our_id(unit.custom_id) or facts.payment_id, captured=facts.captured,
            asset=facts.asset, fee=facts.fee, failure=facts.failure, method=kept_with(order.payment_source),
        )  # fmt: skip
    page = next((link.href for link in order.links if link.rel in {"payer-action", "approve"}), None)
    return PaymentFacts(
        ref=order.id, state=ORDER_STATES.get(order.status, "unknown"), payment_id=our_id(unit.custom_id),
        asset=unit.amount.currency_code if unit.amount else "", action_url=page, is_approved=order.status == "APPROVED",
    )  # fmt: skip


def captured(capture: Capture) -> PaymentFacts:
    """Return what a capture says of its order."""
    state = CAPTURE_STATES.get(capture.status, "unknown")
    fee = capture.seller_receivable_breakdown.paypal_fee if capture.seller_receivable_breakdown else None
    is_same = fee is not None and fee.currency_code == capture.amount.currency_code
    return PaymentFacts(
        ref=capture.supplementary_data.related_ids.order_id, state=state, payment_id=our_id(capture.custom_id),
        captured=read(capture.amount) if state == "succeeded" else 0, asset=capture.amount.currency_code,
        fee=read(fee) if fee is not None and is_same else None, failure=capture.status.lower() if state == "failed" else "",
    )  # fmt: skip


def refunded(refund: Refund, order_id: str, payment: Capture | None = None) -> RefundFacts:
    """Return what a refund says. One from PayPal's own desk carries the payment's id, not a refund's."""
    ours, paid = our_id(refund.custom_id), our_id(payment.custom_id) if payment else None
    return RefundFacts(
        ref=refund.id, state=REFUND_STATES.get(refund.status, "processing"), amount=read(refund.amount), asset=refund.amount.currency_code,
        payment_ref=order_id, payment_id=paid, refund_id=None if ours == paid else ours,
    )  # fmt: skip


def disputed(dispute: Dispute, payment: Capture) -> ChargebackFacts:
    """Return what a dispute about this capture says."""
    state = DISPUTE_STATES.get(dispute.status, "open")
    if state == "won" and dispute.dispute_outcome and dispute.dispute_outcome.outcome_code in LOST:
        state = "lost"
    return ChargebackFacts(
        ref=dispute.dispute_id, state=state, amount=read(dispute.dispute_amount), asset=dispute.dispute_amount.currency_code,
        payment_ref=payment.supplementary_data.related_ids.order_id, payment_id=our_id(payment.custom_id), reason=dispute.reason.lower(),
        answer_by=dispute.seller_response_due_date,
    )  # fmt: skip


def paid_out(item: PayoutItem, batch_id: str) -> PayoutFacts:
    """Return what the one item of a batch says."""
    amount = item.payout_item.amount
    return PayoutFacts(
        ref=batch_id, state=PAYOUT_STATES.get(item.transaction_status, "processing"), amount=read(amount) if amount else 0,
        asset=amount.currency_code if amount else "", payout_id=our_id(item.payout_item.sender_item_id),
        fee=read(item.payout_item_fee) if item.payout_item_fee else 0,
    )  # fmt: skip


def moved(line: Line) -> Movement:
    """Return a line of the account in our words."""
    code = line.transaction_event_code
    kind = KINDS.get(code, "fee" if code.startswith("T01") else "other")
    return Movement(
        id=line.transaction_id, kind=kind, amount=read(line.transaction_amount), fee=-read(line.fee_amount) if line.fee_amount else 0,
        asset=line.transaction_amount.currency_code, at=line.transaction_initiation_date,
        ref=(kind == "charge" and line.paypal_reference_id) or line.transaction_id, our_id=our_id(line.custom_field),
    )  # fmt: skip
