"""A payment as it is shown."""

from typing import Final, Literal
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, View, instant, maybe_instant
from skillhall.payments.model.payment import LEGACY, OPEN, Payment, status_of
from skillhall.payments.model.refusals import PaymentNotFound
from skillhall.payments.ports import Providers
from skillhall.payments.quote import QuoteLine
from skillhall.payments.store import payments

STAFF: Final = ("account.read", "payout.decide")


class NextAction(View, frozen=True, kw_only=True):
    """What the payer does next: go to `url`, or finish with the provider's own form and the client secret; `wait` while it is charged."""

    type: Literal["redirect", "confirm", "wait"]
    url: str | None = None


class PaymentView(View, frozen=True, kw_only=True):
    """A payment. `fee` is the platform's part of it and `netAmount` what the payee is due; `refunded` and `chargedBack` have left it.

    `paymentIntentId` is the provider's name for it; the payer alone sees `clientSecret`, while the payment is open. Why it failed and by
    which coupon it was cheaper is shown to the payer and to staff.
    """

    id: UUID
    purpose: str
    paid_kind: str
    paid_id: UUID
    title: str
    payer_id: UUID
    payee_id: UUID | None
    amount: Money
    fee: Money
    net_amount: Money
    tax: Money
    lines: list[QuoteLine]
    refunded: Money
    charged_back: Money
    provider: str
    payment_intent_id: str | None
    client_secret: str | None
    publishable_key: str | None
    status: str
    legacy_status: str | None
    next_action: NextAction | None
    failure: str | None
    coupon_code: str | None
    is_off_session: bool
    is_surplus: bool
    created_at: Instant
    expires_at: Instant | None
    succeeded_at: Instant | None


async def payment_view(read: Read, payment_id: UUID, by: Actor) -> PaymentView:
    """Return a payment as this caller sees it, or refuse."""
    return shown(read, await seen_payment(read, payment_id, by), by)


async def seen_payment(read: Read, payment_id: UUID, by: Actor) -> Payment:
    """Return a payment to those who know all of it, and to its payee once it has brought money; for others there is none."""
    found = await payments.payment(read, payment_id)
    if not _knows(found, by) and not (by.account_id == found.payee_id and found.captured):
        raise PaymentNotFound
    return found


def is_staff(by: Actor) -> bool:
    """Whether somebody may see everybody's payments."""
    return any(by.may(permission) for permission in STAFF)


def shown(read: Read, payment: Payment, by: Actor) -> PaymentView:
    """Return a payment as `by` sees it, who may see it."""
    is_payer = by.account_id == payment.payer_id and payment.state in OPEN
    knows = _knows(payment, by)
    party = next((found.by_name.get(payment.provider) for found in read.ports(Providers)), None) if is_payer else None
    status = status_of(payment)
    tax = sum(line.tax for line in payment.lines)
    return PaymentView(
        id=payment.id,
        purpose=payment.purpose,
        paid_kind=payment.asked_kind,
        paid_id=payment.asked_id,
        title=payment.title,
        payer_id=payment.payer_id,
        payee_id=payment.payee_id,
        amount=Money(payment.amount, payment.asset),
        fee=Money(payment.fee, payment.asset),
        net_amount=Money(payment.amount - payment.fee, payment.asset),
        tax=Money(tax, payment.asset),
        lines=list(payment.lines),
        refunded=Money(payment.refunded, payment.asset),
        charged_back=Money(payment.disputed + payment.charged_back, payment.asset),
        provider=payment.provider,
        payment_intent_id=payment.ref,
        client_secret=payment.client_secret if is_payer else None,
        publishable_key=party.publishable_key if party else None,
        status=status,
        legacy_status=LEGACY.get(status),
        next_action=_next(payment) if is_payer else None,
        failure=payment.failure or None if knows else None,
        coupon_code=payment.coupon_code if knows else None,
        is_off_session=payment.is_off_session,
        is_surplus=payment.surplus_reason is not None,
        created_at=instant(payment.created_at),
        expires_at=maybe_instant(payment.expires_at) if payment.state in OPEN else None,
        succeeded_at=maybe_instant(payment.succeeded_at),
    )


def _knows(payment: Payment, by: Actor) -> bool:
    """Whether somebody may know all of a payment: its payer, staff that reads accounts, and contexts of our own."""
    return by.account_id == payment.payer_id or is_staff(by) or by.context is not None


def _next(payment: Payment) -> NextAction:
    if payment.state in {"processing", "unknown"} or payment.ref is None:
        return NextAction(type="wait")
    return NextAction(type="redirect", url=payment.action_url) if payment.action_url else NextAction(type="confirm")
