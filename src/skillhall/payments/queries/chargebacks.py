"""Chargebacks as they are shown: to staff, and to who was paid."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.payments.model.chargeback import State
from skillhall.payments.model.refund_refusals import ChargebackNotFound
from skillhall.payments.store.payments import payment

CHARGEBACKS = Listing(
    columns=sql("""
        c.id, c.payment_id, c.provider, c.ref, c.amount, c.asset, c.excess, c.reason, c.state, c.answer_by, c.opened_at, c.closed_at,
        p.payer_id, p.payee_id, p.purpose, p.title
    """),
    source=sql("payments.chargeback c JOIN payments.payment p ON p.id = c.payment_id"),
    sorts={"createdAt": sql("c.opened_at"), "amount": sql("c.amount")},
    default_sort="-createdAt",
    key=sql("c.id"),
    filters={
        "id": sql("c.id = {}"),
        "payee": sql("p.payee_id = {}"),
        "states": sql("c.state = ANY({}::text[])"),
        "payment": sql("c.payment_id = {}"),
    },
)


class ChargebackView(View, frozen=True, kw_only=True):
    """Money that the payer's bank has taken back. The bank hears evidence until `answerBy`; `ref` is the provider's name for it.

    `excess` is what it took beyond what the payment still had.
    """

    id: UUID
    payment_id: UUID
    payer_id: UUID
    payee_id: UUID | None
    purpose: str
    title: str
    amount: Money
    excess: Money
    provider: str
    ref: str
    reason: str
    status: State
    answer_by: Instant | None
    opened_at: Instant
    closed_at: Instant | None


class ChargebackQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of chargebacks."""

    status: Annotated[list[State], Meta(max_length=4)] | None = None
    payment_id: UUID | None = None


async def chargeback_view(read: Read, chargeback_id: UUID, by: Actor) -> ChargebackView:
    """Return one to staff that reads accounts and to who was paid; for others there is none."""
    found = await CHARGEBACKS.page(read, ListQuery(limit=1, cursor=""), decode=_view, where={"id": chargeback_id, "payee": _payee(by)})
    if not found.items:
        raise ChargebackNotFound
    return found.items[0]


async def chargebacks(read: Read, by: Actor, query: ChargebackQuery) -> Page[ChargebackView]:
    """Return the chargebacks of what one was paid; to staff all."""
    where = {"payee": _payee(by), "states": query.status, "payment": query.payment_id}
    return await CHARGEBACKS.page(read, query, decode=_view, where=where)


async def chargeback_facts(read: Read, chargeback_id: UUID) -> dict[str, object]:
    """Return what is known of a chargeback, for its case: what the bank says, and what was paid, when, in which lines."""
    found = await CHARGEBACKS.page(read, ListQuery(limit=1, cursor=""), decode=_view, where={"id": chargeback_id})
    facts = msgspec.to_builtins(found.items)
    paid = [await payment(read, one.payment_id) for one in found.items]
    return {
        "chargeback": facts,
        "payment": [
            {
                "id": one.id,
                "title": one.title,
                "amount": one.amount,
                "currency": one.asset,
                "succeededAt": maybe_instant(one.succeeded_at),
                "lines": msgspec.to_builtins(one.lines),
            }
            for one in paid
        ],
    }


def _payee(by: Actor) -> UUID | None:
    return None if by.may("account.read") or by.context else by.account_id


def _view(row: Row) -> ChargebackView:
    return ChargebackView(
        id=row["id"],
        payment_id=row["payment_id"],
        payer_id=row["payer_id"],
        payee_id=row["payee_id"],
        purpose=row["purpose"],
        title=row["title"],
        amount=Money(row["amount"], row["asset"]),
        excess=Money(row["excess"], row["asset"]),
        provider=row["provider"],
        ref=row["ref"],
        reason=row["reason"],
        status=State(row["state"]),
        answer_by=maybe_instant(row["answer_by"]),
        opened_at=instant(row["opened_at"]),
        closed_at=maybe_instant(row["closed_at"]),
    )
