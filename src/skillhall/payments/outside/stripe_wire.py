"""Stripe's objects as far as we read them, and what they say in our words. Field names are Stripe's own."""

from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct, field

from skillhall.kernel.money import exponent
from skillhall.payments.outside.reading import our_id, since_epoch
from skillhall.payments.ports import (
    ChargebackFacts,
    ChargebackState,
    Facts,
    MethodFacts,
    Movement,
    MovementKind,
    PaymentFacts,
    PaymentState,
    PayoutFacts,
    RefundFacts,
    RefundState,
)

EXPONENTS: Final = {"ISK": 2, "UGX": 2, "MGA": 0}
"""Where Stripe's smallest unit is not ISO 4217's."""
STATES: Final[dict[str, PaymentState]] = {
    "requires_payment_method": "created",
    "requires_confirmation": "created",
    "requires_action": "requires_action",
    "processing": "processing",
    "requires_capture": "processing",
    "canceled": "cancelled",
    "succeeded": "succeeded",
}
REFUND_STATES: Final[dict[str, RefundState]] = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}
DISPUTE_STATES: Final[dict[str, ChargebackState]] = {
    "needs_response": "open",
    "under_review": "under_review",
    "won": "won",
    "lost": "lost",
}
"""Inquiries (`warning_…`) and `prevented` move no money, and are no chargebacks."""
NOT_CHARGED: Final = frozenset({"authentication_required"})


class Source(Struct):
    """What a line of the account is about, when it was asked for."""

    id: str
    object: str = ""
    payment_intent: str | None = None
    transfer: str | None = None
    metadata: dict[str, str] | None = None


class Balance(Struct):
    """A line of the account: `fee` is what Stripe kept, in the account's currency."""

    id: str
    amount: int
    currency: str
    created: int
    type: str
    fee: int = 0
    reporting_category: str = ""
    source: Source | str | None = None


class Card(Struct):
    """A card as Stripe shows it."""

    brand: str | None = None
    last4: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None


class Method(Struct):
    """A payment method."""

    id: str
    type: str
    card: Card | None = None
    customer: str | None = None


class Details(Struct):
    """What a charge was made with."""

    type: str
    card: Card | None = None


class Charge(Struct):
    """The latest try to charge an intent."""

    id: str
    balance_transaction: Balance | str | None = None
    payment_method: str | None = None
    payment_method_details: Details | None = None


class Failure(Struct):
    """Why the last try did not work."""

    code: str | None = None
    decline_code: str | None = None


class RedirectTo(Struct):
    """Where the payer's bank asks."""

    url: str | None = None


class NextAction(Struct):
    """What the payer has to do; most of it runs in Stripe's own script."""

    redirect_to_url: RedirectTo | None = None


class Intent(Struct):
    """A payment intent."""

    id: str
    amount: int
    currency: str
    status: str
    amount_received: int | None = None
    client_secret: str | None = None
    customer: str | None = None
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    latest_charge: Charge | str | None = None
    next_action: NextAction | None = None
    last_payment_error: Failure | None = None
    setup_future_usage: str | None = None


class Refund(Struct):
    """A refund."""

    id: str
    amount: int
    currency: str
    status: str | None = None
    payment_intent: str | None = None
    failure_reason: str | None = None
    metadata: dict[str, str] | None = None


class Evidence(Struct):
    """Until when a dispute may be answered."""

    due_by: int | None = None


class Dispute(Struct):
    """A dispute. Its balance transactions are the money taken and, when won, given back."""

    id: str
    amount: int
    currency: str
    status: str
    reason: str = ""
    payment_intent: str | None = None
    balance_transactions: list[Balance] = field(default_factory=list[Balance])
    evidence_details: Evidence | None = None


class Transfer(Struct):
    """Money sent to a connected account, which is what a member's destination is."""

    id: str
    amount: int
    currency: str
    reversed: bool = False
    metadata: dict[str, str] | None = None


class Setup(Struct):
    """A setup intent: a method to be kept without a charge."""

    id: str
    status: str
    client_secret: str | None = None
    customer: str | None = None
    payment_method: Method | str | None = None
    metadata: dict[str, str] | None = None


def to_stripe(amount: int, asset: str) -> int:
    """Return an amount in Stripe's smallest unit of its currency."""
    steps = EXPONENTS.get(asset, exponent(asset)) - exponent(asset)
    return amount * 10**steps if steps >= 0 else amount // 10**-steps


def from_stripe(amount: int, currency: str) -> int:
    """Return an amount of Stripe's in minor units."""
    asset = currency.upper()
    steps = EXPONENTS.get(asset, exponent(asset)) - exponent(asset)
    return amount // 10**steps if steps >= 0 else amount * 10**-steps


def step(asset: str) -> int:
    """Return in which steps an amount is charged: what has no smaller unit there, and of three decimals the last is zero."""
    decimals = exponent(asset)
    return 10 ** max(0, decimals - EXPONENTS.get(asset, decimals), decimals - 2)


def payment(intent: Intent) -> PaymentFacts:
    """Return what an intent says. One that waits for the payer's bank off-session comes as a declined card."""
    asset = intent.currency.upper()
    state, failure = STATES.get(intent.status, "unknown"), ""
    if intent.last_payment_error is not None and state == "created":
        failure = intent.last_payment_error.decline_code or intent.last_payment_error.code or "declined"
        state = "requires_action" if NOT_CHARGED & {failure, intent.last_payment_error.code} else "failed"
    received = intent.amount if intent.amount_received is None else intent.amount_received
    booked = intent.latest_charge.balance_transaction if isinstance(intent.latest_charge, Charge) else None
    fee = booked.fee if isinstance(booked, Balance) and booked.currency == intent.currency else None
    redirect = intent.next_action.redirect_to_url if intent.next_action else None
    return PaymentFacts(
        ref=intent.id, state=state, payment_id=our_id(intent.metadata.get("payment_id")),
        captured=from_stripe(received, asset) if state == "succeeded" else 0, asset=asset,
        fee=None if fee is None else from_stripe(fee, asset), client_secret=intent.client_secret,
        action_url=redirect.url if redirect else None, failure=failure, method=_kept(intent) if state == "succeeded" else None,
        customer=intent.customer,
    )  # fmt: skip


def _kept(intent: Intent) -> MethodFacts | None:
    """Return what an intent was paid with, where Stripe keeps that and the charge was asked for."""
    charge = intent.latest_charge
    if not intent.setup_future_usage or not isinstance(charge, Charge) or not charge.payment_method or not charge.payment_method_details:
        return None
    details = charge.payment_method_details
    return shown(Method(id=charge.payment_method, type=details.type, card=details.card, customer=intent.customer))


def refunded(refund: Refund) -> RefundFacts:
    """Return what a refund says."""
    metadata = refund.metadata or {}
    return RefundFacts(
        ref=refund.id, state=REFUND_STATES.get(refund.status or "", "processing"), amount=from_stripe(refund.amount, refund.currency),
        asset=refund.currency.upper(), payment_ref=refund.payment_intent or "", payment_id=our_id(metadata.get("payment_id")),
        refund_id=our_id(metadata.get("refund_id")), failure=refund.failure_reason or "",
    )  # fmt: skip


def disputed(dispute: Dispute) -> ChargebackFacts | None:
    """Return what a dispute says, or nothing when it moves no money."""
    state = DISPUTE_STATES.get(dispute.status)
    if state is None:
        return None
    asset = dispute.currency.upper()
    due_by = dispute.evidence_details.due_by if dispute.evidence_details else None
    fee = sum(line.fee for line in dispute.balance_transactions if line.currency == dispute.currency)
    return ChargebackFacts(
        ref=dispute.id, state=state, amount=from_stripe(dispute.amount, asset), asset=asset, payment_ref=dispute.payment_intent or "",
        fee=from_stripe(fee, asset), reason=dispute.reason, answer_by=None if due_by is None else since_epoch(due_by),
    )  # fmt: skip


def transferred(transfer: Transfer) -> PayoutFacts:
    """Return what a transfer says: it is there at once, and may come back."""
    return PayoutFacts(
        ref=transfer.id, state="returned" if transfer.reversed else "paid", amount=from_stripe(transfer.amount, transfer.currency),
        asset=transfer.currency.upper(), payout_id=our_id((transfer.metadata or {}).get("payout_id")),
    )  # fmt: skip


def shown(method: Method) -> MethodFacts:
    """Return a method as we show it."""
    card = method.card or Card()
    return MethodFacts(
        token=method.id, kind=method.type, brand=card.brand or "", last4=card.last4 or "", exp_month=card.exp_month,
        exp_year=card.exp_year, customer=method.customer,
    )  # fmt: skip


def moved(line: Balance) -> Movement:
    """Return a line of the account in our words; `source` tells what it is about when it was asked for."""
    source = line.source if isinstance(line.source, Source) else Source(id=line.source or "")
    ours = source.metadata or {}
    own = source.id
    kind: MovementKind = "other"
    ref, key = own, ""
    match line.type:
        case "charge" | "payment":
            kind, ref, key = "charge", source.payment_intent or own, "payment_id"
        case "refund" | "payment_refund":
            kind, key = "refund", "refund_id"
        case "adjustment" if source.object == "dispute" or line.reporting_category.startswith("dispute"):
            kind = "chargeback" if line.amount < 0 else "chargeback_won"
        case "transfer":
            kind, key = "payout", "payout_id"
        case "transfer_refund" | "transfer_reversal":
            kind, ref = "payout_returned", source.transfer or own
        case "stripe_fee" | "stripe_fx_fee" | "tax_fee":
            kind = "fee"
        case _:
            pass
    return _movement(line, kind, ref, our_id(ours.get(key)))


def _movement(line: Balance, kind: MovementKind, ref: str, ours: UUID | None) -> Movement:
    asset = line.currency.upper()
    amount, fee = from_stripe(line.amount, asset), from_stripe(line.fee, asset)
    return Movement(id=line.id, kind=kind, amount=amount, fee=fee, asset=asset, at=since_epoch(line.created), ref=ref, our_id=ours)


def told(kind: str, thing: object) -> Facts | None:
    """Return what an event of this kind says with the object it carries; nothing when we have no use for it."""
    match kind.split("."):
        case ["payment_intent", *_]:
            return payment(msgspec.convert(thing, Intent))
        case ["refund", *_] | ["charge", "refund", "updated"]:
            return refunded(msgspec.convert(thing, Refund))
        case ["charge", "dispute", *_]:
            return disputed(msgspec.convert(thing, Dispute))
        case ["transfer", *_]:
            return transferred(msgspec.convert(thing, Transfer))
        case _:
            return None
