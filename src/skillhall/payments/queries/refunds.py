"""Refunds as they are shown."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.payments.model.refund import Refund, State
from skillhall.payments.model.refund_refusals import RefundNotFound
from skillhall.payments.queries.views import seen_payment
from skillhall.payments.store import refunds

REFUNDS = Listing(
    columns=sql("""
        r.id, r.payment_id, r.amount, r.asset, r.why, r.provider, r.created_at, r.updated_at, r.state, r.reason, r.by_id, r.hold_id,
        r.credits, r.ref, r.failure, r.sent_at, r.succeeded_at, r.replaced_by
    """),
    source=sql("payments.refund r"),
    sorts={"createdAt": sql("r.created_at"), "amount": sql("r.amount")},
    default_sort="-createdAt",
    key=sql("r.id"),
    filters={"payment": sql("r.payment_id = {}")},
)
LAST_ASKED = sql("""
SELECT id FROM payments.refund
WHERE payment_id = $1 AND by_id = $2 AND why = 'asked' AND state IN ('pending', 'sent', 'unknown', 'succeeded')
ORDER BY created_at DESC, id DESC LIMIT 1
""")
WORDS = {State.PENDING: "processing", State.SENT: "processing"}


class RefundView(View, frozen=True, kw_only=True):
    """Money on its way back, or back. `credits` were given up for it; `why`: asked, released, surplus, or by the provider (dashboard)."""

    id: UUID
    payment_id: UUID
    amount: Money
    credits: Money | None
    status: str
    why: str
    reason: str | None
    failure: str | None
    replaced_by: UUID | None
    created_at: Instant
    succeeded_at: Instant | None


async def refunds_of(read: Read, by: Actor, payment_id: UUID, query: ListQuery) -> Page[RefundView]:
    """Return what went back of a payment, newest first."""
    await seen_payment(read, payment_id, by)
    return await REFUNDS.page(read, query, decode=lambda row: shown(refunds.refund_of(row)), where={"payment": payment_id})


async def last_asked(read: Read, payment_id: UUID, by: Actor) -> RefundView | None:
    """Return the last refund this caller has asked for, unless it failed."""
    refund_id = await read.value(LAST_ASKED, payment_id, by.account_id)
    return None if refund_id is None else await refund_view(read, refund_id)


async def refund_view(read: Read, refund_id: UUID) -> RefundView:
    """Return one refund."""
    found = await refunds.find_refund(read, refund_id)
    if found is None:
        raise RefundNotFound
    return shown(found)


def shown(one: Refund) -> RefundView:
    """Return a refund as everybody sees it who may see its payment."""
    return RefundView(
        id=one.id,
        payment_id=one.payment_id,
        amount=Money(one.amount, one.asset),
        credits=Money(one.credits, CREDIT) if one.credits else None,
        status=WORDS.get(one.state, one.state),
        why=one.why,
        reason=one.reason or None,
        failure=one.failure or None,
        replaced_by=one.replaced_by,
        created_at=instant(one.created_at),
        succeeded_at=maybe_instant(one.succeeded_at),
    )
