"""HTTP of money that goes back: refunds, and money in suspense."""

from uuid import UUID

from skillhall.kernel.http import Answer, Call, Key, get, post
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.ledger.api import HoldFrozen, Insufficient
from skillhall.payments.commands.refund import RefundPayment, refund_payment, retry_refund
from skillhall.payments.commands.resolve_suspense import Resolution, resolve_suspense
from skillhall.payments.model import refund_refusals as no
from skillhall.payments.model.refusals import PaymentNotFound
from skillhall.payments.queries.refunds import RefundView, refunds_of
from skillhall.payments.queries.suspense import SuspenseQuery, SuspenseView, suspended

SPENT = (Insufficient, HoldFrozen)


@post(
    "/payments/{payment_id:uuid}/refund",
    created="/payments/{payment_id}/refunds",
    key=Key.NATURAL,
    limit="money",
    refuses=(
        PaymentNotFound, no.NotRefundable, no.RefundTooLate, no.RefundTooMuch, no.PaymentDisputed, no.OtherCurrency, *SPENT,
    ),
    example={"reason": "I bought too many."},
)  # fmt: skip
async def refund_payment_of(call: Call, payment_id: UUID, data: RefundPayment) -> Answer[RefundView]:
    """Send money back to where it came from, within 30 days: all that may go back, or an amount of it, which needs an Idempotency-Key.

    Of credits what is not spent may go back; of work that was paid out, what its payee or staff gives back.
    """
    return await call.run(refund_payment, payment_id, data, has_key=call.header("idempotency-key") is not None)


@get("/payments/{payment_id:uuid}/refunds", refuses=(PaymentNotFound,))
async def list_payment_refunds(call: Call, payment_id: UUID, query: ListQuery) -> Page[RefundView]:
    """List what went back of a payment, newest first: its payer, its payee, and staff."""
    return await refunds_of(call.read, call.by, payment_id, query)


@post(
    "/payments/refunds/{refund_id:uuid}/retry",
    key=Key.NATURAL,
    permission="payout.decide",
    refuses=(no.RefundNotFound, no.RefundMoved),
)
async def retry_failed_refund(call: Call, refund_id: UUID) -> Answer[RefundView]:
    """Send a refund again that failed and still has its money aside; answers with the new one. Staff only."""
    return await call.run(retry_refund, refund_id)


@get("/payments/suspense", permission="account.read")
async def list_suspense(call: Call, query: SuspenseQuery) -> Page[SuspenseView]:
    """List money that came in and was not what had been quoted. Staff only."""
    return await suspended(call.read, query)


@post(
    "/payments/suspense/{suspense_id:uuid}/resolve",
    key=Key.NATURAL,
    permission="payout.decide",
    refuses=(no.SuspenseNotFound, no.SuspenseResolved),
    example={"evidence": "Refunded in the dashboard as re_3Px81."},
)
async def resolve_suspense_money(call: Call, suspense_id: UUID, data: Resolution) -> Answer[SuspenseView]:
    """Note that money in suspense was sent back in the provider's dashboard. Staff only."""
    return await call.run(resolve_suspense, suspense_id, data)
