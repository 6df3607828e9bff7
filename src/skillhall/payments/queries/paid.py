"""Payments as other contexts ask for them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import Subject
from skillhall.payments.model.payment import Payment
from skillhall.payments.ports import PaymentState
from skillhall.payments.quote import Purpose, QuoteLine
from skillhall.payments.store import payments


class Paid(Struct, frozen=True, kw_only=True):
    """A payment whose money came in, or did not yet; `captured` tells. `charged_back` includes what is still disputed."""

    id: UUID
    payer_id: UUID
    payee_id: UUID | None
    purpose: Purpose
    subject: Subject
    title: str
    amount: int
    asset: str
    lines: tuple[QuoteLine, ...]
    fee: int
    provider: str
    captured: int
    refunded: int
    charged_back: int
    state: PaymentState
    hold_id: UUID | None
    is_surplus: bool
    succeeded_at: datetime | None


async def find_paid(read: Read, *, payment_id: UUID | None = None, hold_id: UUID | None = None) -> Paid | None:
    """Return a payment by its id, or the one whose money filled a hold; nothing when there is none."""
    found = None
    if payment_id is not None:
        found = await payments.find(read, payment_id)
    elif hold_id is not None:
        found = await payments.find_filling(read, hold_id)
    return None if found is None else _paid(found)


async def adopted(read: Read) -> list[Paid]:
    """Return all payments that came in elsewhere, the oldest first."""
    return [_paid(found) for found in await payments.imported(read)]


def _paid(payment: Payment) -> Paid:
    return Paid(
        id=payment.id,
        payer_id=payment.payer_id,
        payee_id=payment.payee_id,
        purpose=payment.purpose,
        subject=payment.subject,
        title=payment.title,
        amount=payment.amount,
        asset=payment.asset,
        lines=payment.lines,
        fee=payment.fee,
        provider=payment.provider,
        captured=payment.captured,
        refunded=payment.refunded,
        charged_back=payment.disputed + payment.charged_back,
        state=payment.state,
        hold_id=payment.hold_id,
        is_surplus=payment.surplus_reason is not None,
        succeeded_at=payment.succeeded_at,
    )
