"""Razorpay's entities as far as we read them, and what they say in our words. Field names are Razorpay's own."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct, field

from skillhall.payments.outside.reading import our_id, since_epoch
from skillhall.payments.ports import (
    ChargebackFacts,
    Facts,
    MethodFacts,
    Movement,
    MovementKind,
    PaymentFacts,
    PayoutFacts,
    PayoutState,
    RefundFacts,
    RefundState,
)

Notes = dict[str, str] | list[object]
"""Our metadata; Razorpay writes an empty one as a list."""
OF: Final = "account_id"
"""The note of an order that says whose it is; only we write it."""
CAPTURED: Final = frozenset({"captured", "refunded"})
REFUND_STATES: Final[dict[str, RefundState]] = {"processed": "succeeded", "failed": "failed"}
PAYOUT_STATES: Final[dict[str, PayoutState]] = {
    "processed": "paid",
    "reversed": "returned",
    "failed": "failed",
    "rejected": "failed",
    "cancelled": "failed",
}


class Card(Struct):
    """A card as Razorpay shows it."""

    network: str = ""
    last4: str = ""
    expiry_month: int | None = None
    expiry_year: int | None = None


class Payment(Struct):
    """One try to pay an order. `fee` includes the tax on it. What was authorized and never `captured` goes back by itself: `refunded`."""

    id: str
    amount: int
    currency: str
    status: str
    created_at: int
    order_id: str | None = None
    fee: int | None = None
    error_code: str | None = None
    error_reason: str | None = None
    customer_id: str | None = None
    token_id: str | None = None
    method: str = ""
    card: Card | None = None
    captured: bool | None = None

    @property
    def is_taken(self) -> bool:
        """Whether its money came in, also when it has gone back since."""
        return self.status in CAPTURED and self.captured is not False


class Order(Struct):
    """What a payment intent is elsewhere."""

    id: str
    amount: int
    currency: str
    status: str
    created_at: int
    receipt: str | None = None
    customer_id: str | None = None
    notes: Notes = field(default_factory=dict[str, str])


class Customer(Struct):
    """A payer whose methods Razorpay keeps."""

    id: str
    notes: Notes = field(default_factory=dict[str, str])


class Refund(Struct):
    """A refund of a payment."""

    id: str
    amount: int
    currency: str
    status: str
    payment_id: str
    created_at: int
    notes: Notes = field(default_factory=dict[str, str])


class Dispute(Struct):
    """A dispute. Money is taken (`amount_deducted`) when it is lost."""

    id: str
    payment_id: str
    currency: str
    status: str
    amount_deducted: int
    created_at: int
    reason_code: str = ""


class Payout(Struct):
    """Money sent to a fund account; `reference_id` is ours."""

    id: str
    amount: int
    currency: str
    status: str
    created_at: int
    reference_id: str | None = None
    fees: int = 0
    failure_reason: str | None = None


class Token(Struct):
    """A method that a customer has saved."""

    id: str
    method: str = ""
    card: Card | None = None


def note(notes: Notes, name: str) -> str | None:
    """Return one of our notes, or nothing."""
    return notes.get(name) if isinstance(notes, dict) else None


def ordered(order: Order, payments: Sequence[Payment]) -> PaymentFacts:
    """Return what an order and the tries to pay it say: one capture decides, else the last try.

    Where the payer's method is to be kept, the form needs the customer; it is told as what the form needs, `client_secret`.
    """
    payment_id = our_id(order.receipt) or our_id(note(order.notes, "payment_id"))
    taken = next((payment for payment in payments if payment.is_taken), None)
    last = taken or max(payments, key=lambda payment: (payment.created_at, payment.status == "authorized"), default=None)
    if last is None:
        return PaymentFacts(
            ref=order.id, state="created", payment_id=payment_id, asset=order.currency, client_secret=order.customer_id,
            customer=order.customer_id,
        )  # fmt: skip
    facts = tried(last)
    return PaymentFacts(
        ref=order.id, state=facts.state, payment_id=payment_id, captured=facts.captured, asset=facts.asset, fee=facts.fee,
        failure=facts.failure, client_secret=order.customer_id, customer=order.customer_id, method=kept_with(last),
    )  # fmt: skip


def kept_with(payment: Payment) -> MethodFacts | None:
    """Return what was paid with, where the payer let it be kept."""
    if not payment.is_taken or not payment.customer_id or not payment.token_id:
        return None
    return shown(Token(id=payment.token_id, method=payment.method, card=payment.card), payment.customer_id)


def tried(payment: Payment) -> PaymentFacts:
    """Return what one try says of its order."""
    ref = payment.order_id or payment.id
    if payment.is_taken:
        return PaymentFacts(ref=ref, state="succeeded", captured=payment.amount, asset=payment.currency, fee=payment.fee)
    if payment.status in {"failed", "refunded"}:
        failure = payment.error_reason or payment.error_code or ("declined" if payment.status == "failed" else "not_captured")
        return PaymentFacts(ref=ref, state="failed", asset=payment.currency, failure=failure)
    return PaymentFacts(ref=ref, state="processing" if payment.status == "authorized" else "created", asset=payment.currency)


def refunded(refund: Refund, order_id: str) -> RefundFacts:
    """Return what a refund says."""
    return RefundFacts(
        ref=refund.id, state=REFUND_STATES.get(refund.status, "processing"), amount=refund.amount, asset=refund.currency,
        payment_ref=order_id, payment_id=our_id(note(refund.notes, "payment_id")), refund_id=our_id(note(refund.notes, "refund_id")),
    )  # fmt: skip


def disputed(dispute: Dispute, order_id: str) -> ChargebackFacts | None:
    """Return what a dispute says, or nothing while it has taken no money."""
    if not dispute.amount_deducted:
        return None
    return ChargebackFacts(
        ref=dispute.id, state="won" if dispute.status == "won" else "lost", amount=dispute.amount_deducted, asset=dispute.currency,
        payment_ref=order_id, reason=dispute.reason_code,
    )  # fmt: skip


def paid_out(payout: Payout) -> PayoutFacts:
    """Return what a payout says."""
    return PayoutFacts(
        ref=payout.id, state=PAYOUT_STATES.get(payout.status, "processing"), amount=payout.amount, asset=payout.currency,
        payout_id=our_id(payout.reference_id), fee=payout.fees, failure=payout.failure_reason or "",
    )  # fmt: skip


def shown(token: Token, customer: str) -> MethodFacts:
    """Return a method as we show it. Its customer is part of what charges it."""
    card = token.card or Card()
    return MethodFacts(
        token=f"{customer}/{token.id}", kind=token.method or "card", brand=card.network.lower(), last4=card.last4,
        exp_month=card.expiry_month, exp_year=card.expiry_year, customer=customer,
    )  # fmt: skip


class Entity(Struct):
    """A wrapper around each entity of an event."""

    entity: dict[str, object]


class Event(Struct):
    """A webhook's body."""

    event: str
    created_at: int
    payload: dict[str, Entity]


class Payments(Struct):
    """A list of payments."""

    items: list[Payment]


class Orders(Struct):
    """A list of orders."""

    items: list[Order]


class Refunds(Struct):
    """A list of refunds."""

    items: list[Refund]


class Disputes(Struct):
    """A list of disputes."""

    items: list[Dispute]


class Payouts(Struct):
    """A list of payouts."""

    items: list[Payout]


def told(event: Event) -> Facts | None:
    """Return what an event says; nothing when we have no use for it."""
    about = {name: wrapped.entity for name, wrapped in event.payload.items()}
    payment = msgspec.convert(about["payment"], Payment) if "payment" in about else None
    order_id = (payment.order_id or payment.id) if payment else ""
    match event.event.split("."):
        case ["payment", "dispute", *_]:
            return disputed(msgspec.convert(about["dispute"], Dispute), order_id)
        case ["order", "paid"] if payment:
            return ordered(msgspec.convert(about["order"], Order), [payment])
        case ["payment", *_] if payment:
            return tried(payment)
        case ["refund", *_]:
            return refunded(msgspec.convert(about["refund"], Refund), order_id)
        case ["payout", *_]:
            return paid_out(msgspec.convert(about["payout"], Payout))
        case _:
            return None


def movements(thing: Payment | Refund | Dispute | Payout) -> list[Movement]:
    """Return what this thing has moved on our account; one that came back has moved twice."""
    at = since_epoch(thing.created_at)

    def line(kind: MovementKind, amount: int, ref: str, ours: UUID | None = None, fee: int = 0, number: str = thing.id) -> Movement:
        return Movement(id=number, kind=kind, amount=amount, fee=fee, asset=thing.currency, at=at, ref=ref, our_id=ours)

    match thing:
        case Payment():
            return [line("charge", thing.amount, thing.order_id or thing.id, fee=thing.fee or 0)] if thing.is_taken else []
        case Refund():
            return [line("refund", -thing.amount, thing.id, our_id(note(thing.notes, "refund_id")))] if thing.status == "processed" else []
        case Dispute():
            return [line("chargeback", -thing.amount_deducted, thing.id)] if thing.amount_deducted else []
        case Payout():
            ours = our_id(thing.reference_id)
            out = [line("payout", -thing.amount, thing.id, ours, thing.fees)] if thing.status in {"processed", "reversed"} else []
            back = [line("payout_returned", thing.amount, thing.id, ours, number=f"{thing.id}/back")] if thing.status == "reversed" else []
            return [*out, *back]
