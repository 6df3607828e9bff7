"""Payments on screens: one's own as payer and payee, and what they come to."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.http.gate import PermissionMissing
from skillhall.kernel.money import Asset, Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Moment, Page, View
from skillhall.payments.model.payment import Payment
from skillhall.payments.queries.views import PaymentView, is_staff, shown
from skillhall.payments.quote import Purpose

STATUSES = (
    "created", "requires_action", "processing", "succeeded", "partially_refunded", "refunded", "disputed", "charged_back", "failed",
    "cancelled", "unknown",
)  # fmt: skip
ALIASES = {"completed": "succeeded", "pending": "created", "canceled": "cancelled", "requires_payment_method": "created"}
PAYMENTS = Listing(
    columns=sql("""
        p.id, p.payer_id, p.payee_id, p.purpose, p.asked_kind, p.asked_id, p.subject_kind, p.subject_id, p.title, p.amount, p.asset, p.fee,
        p.lines, p.hold_id, p.coupon_code, p.provider, p.ref, p.client_secret, p.action_url, p.method_id, p.is_off_session, p.state,
        p.captured, p.refunded, p.disputed, p.charged_back, p.provider_fee, p.surplus_reason, p.failure, p.origin, p.created_at,
        p.updated_at, p.expires_at, p.succeeded_at, p.heard_at
    """),
    source=sql("payments.payment p"),
    sorts={"createdAt": sql("p.created_at"), "amount": sql("p.amount")},
    default_sort="-createdAt",
    key=sql("p.id"),
    filters={
        "party": sql("(p.payer_id = {} OR p.payee_id = {} AND p.captured > 0)"),
        "payer": sql("p.payer_id = {}"),
        "payee": sql("(p.payee_id = {} AND p.captured > 0)"),
        "statuses": sql("""
            CASE WHEN p.state <> 'succeeded' OR p.captured = 0 THEN p.state WHEN p.charged_back > 0 THEN 'charged_back'
                WHEN p.disputed > 0 THEN 'disputed' WHEN p.refunded = p.captured THEN 'refunded'
                WHEN p.refunded > 0 THEN 'partially_refunded' ELSE 'succeeded' END = ANY({}::text[])
        """),
        "purpose": sql("p.purpose = {}"),
        "provider": sql("p.provider = {}"),
        "asset": sql("p.asset = {}"),
        "from": sql("p.created_at >= {}"),
        "to": sql("p.created_at < {}"),
    },
)
STATISTICS = sql("""
SELECT p.asset, count(*)::int AS payments,
    count(*) FILTER (WHERE p.state = 'succeeded')::int AS succeeded, count(*) FILTER (WHERE p.state = 'failed')::int AS failed,
    coalesce(sum(p.captured) FILTER (WHERE $1::uuid IS NULL OR p.payer_id = $1), 0)::bigint AS paid,
    coalesce(sum(p.refunded) FILTER (WHERE $1::uuid IS NULL OR p.payer_id = $1), 0)::bigint AS refunded,
    coalesce(sum(p.disputed + p.charged_back) FILTER (WHERE $1::uuid IS NULL OR p.payer_id = $1), 0)::bigint AS charged_back,
    coalesce(sum(p.captured - p.refunded - p.disputed - p.charged_back) FILTER (WHERE p.payee_id = $1), 0)::bigint AS received,
    coalesce(sum(p.fee) FILTER (WHERE p.captured > 0 AND ($1::uuid IS NULL OR p.payee_id = $1)), 0)::bigint AS fees
FROM payments.payment p
WHERE ($1::uuid IS NULL OR p.payer_id = $1 OR p.payee_id = $1 AND p.captured > 0) AND ($2::timestamptz IS NULL OR p.created_at >= $2)
  AND ($3::timestamptz IS NULL OR p.created_at < $3)
GROUP BY p.asset ORDER BY p.asset
""")


class PaymentQuery(ListQuery, frozen=True, kw_only=True):
    """Which payments; without `role` those on either side, for staff that reads accounts everybody's. `to` is excluded."""

    role: Literal["payer", "payee"] | None = None
    status: Annotated[list[str], Meta(max_length=12)] | None = None
    purpose: Purpose | None = None
    provider: Annotated[str, Meta(max_length=64)] | None = None
    currency: Asset | None = None
    from_: Moment | None = msgspec.field(name="from", default=None)
    to: Moment | None = None


class StatisticsQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose payments, and of which time; `to` is excluded. `platform` is everybody's, for staff that reads accounts."""

    scope: Literal["mine", "platform"] = "mine"

    from_: Moment | None = msgspec.field(name="from", default=None)
    to: Moment | None = None


class SumsView(View, frozen=True, kw_only=True):
    """What payments of one currency come to: paid by oneself, and received for what one sells, fees included in it."""

    currency: str
    payments: int
    succeeded: int
    failed: int
    paid: Money
    refunded: Money
    charged_back: Money
    received: Money
    fees: Money


class StatisticsView(View, frozen=True, kw_only=True):
    """One's payments in figures, or the community's."""

    total_payments: int
    succeeded_payments: int
    currencies: list[SumsView]


async def payments_page(read: Read, by: Actor, query: PaymentQuery) -> Page[PaymentView]:
    """Return one's payments, as payee those that brought money; to staff that reads accounts everybody's, unless they name a role."""
    where = {
        "party": by.account_id if query.role is None and not is_staff(by) else None,
        "payer": by.account_id if query.role == "payer" else None,
        "payee": by.account_id if query.role == "payee" else None,
        "statuses": _statuses(query.status),
        "purpose": query.purpose,
        "provider": query.provider,
        "asset": query.currency,
        "from": query.from_,
        "to": query.to,
    }
    return await PAYMENTS.page(read, query, decode=lambda row: shown(read, msgspec.convert(dict(row), Payment), by), where=where)


async def statistics(read: Read, by: Actor, query: StatisticsQuery) -> StatisticsView:
    """Return what one's payments come to, or those of the whole community, which only staff may ask for."""
    if query.scope == "platform" and not is_staff(by):
        raise PermissionMissing(permission="account.read")
    account_id: UUID | None = None if query.scope == "platform" else by.account_id
    rows = await read.rows(STATISTICS, account_id, query.from_, query.to)
    money = ("paid", "refunded", "charged_back", "received", "fees")
    sums = [
        SumsView(
            currency=row["asset"],
            payments=row["payments"],
            succeeded=row["succeeded"],
            failed=row["failed"],
            **{name: Money(row[name], row["asset"]) for name in money},
        )
        for row in rows
    ]
    return StatisticsView(
        total_payments=sum(one.payments for one in sums), succeeded_payments=sum(one.succeeded for one in sums), currencies=sums
    )  # fmt: skip


def _statuses(words: list[str] | None) -> list[str] | None:
    if words is None:
        return None
    plain = [word.strip().lower() for word in words]
    known = [ALIASES.get(word, word) for word in plain]
    if any(word not in STATUSES for word in known):
        raise Invalid(FieldError("status", "query", "not_an_option", f"Must be some of: {', '.join(STATUSES)}."))
    return known
