"""Purchases on screens."""

from typing import Literal
from uuid import UUID

from skillhall.billing.model.refusals import PurchaseNotFound
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant

READ = "account.read"
PURCHASES = Listing(
    columns=sql("""
p.id, p.account_id, p.purpose, p.kind, p.asked_id, p.title, p.amount, p.tax, p.asset, p.credits, p.coupon_code, p.state, p.payment_id,
p.money_back, p.credits_back, p.revoked_at, p.created_at, p.expires_at, p.paid_at, p.subscription_id, p.lines
"""),
    source=sql("billing.purchase p"),
    sorts={"createdAt": sql("p.created_at"), "amount": sql("p.amount")},
    default_sort="-createdAt",
    key=sql("p.id"),
    filters={
        "id": sql("p.id = {}"),
        "account": sql("p.account_id = {}"),
        "purpose": sql("p.purpose = {}"),
        "status": sql("p.state = {}"),
    },
    search=sql("p.title ILIKE '%' || {} || '%'"),
)
LATEST = 5


class PurchaseView(View, frozen=True, kw_only=True):
    """Something bought of the community. `status` is open while its payment is awaited, dead when nobody waits any more.

    `returned` is what went back of its price, `creditsReturned` of the credits. `revokedAt`: what it brought has ended for that.
    """

    id: UUID
    account_id: UUID
    purpose: Literal["credits", "subscription", "boost"]
    kind: Literal["package", "plan", "renewal", "upgrade", "boost"]
    bought_id: UUID
    title: str
    amount: Money
    tax: Money
    discount: Money
    credits: int | None
    coupon_code: str | None
    status: Literal["open", "paid", "dead"]
    payment_id: UUID | None
    subscription_id: UUID | None
    returned: Money
    credits_returned: int | None
    revoked_at: Instant | None
    created_at: Instant
    expires_at: Instant | None
    paid_at: Instant | None


class PurchaseQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of purchases; staff reads one account's, or everybody's."""

    purpose: Literal["credits", "subscription", "boost"] | None = None
    status: Literal["open", "paid", "dead"] | None = None
    account_id: UUID | None = None


async def purchases_page(read: Read, by: Actor, query: PurchaseQuery) -> Page[PurchaseView]:
    """Return one's own purchases; to staff those of the account it names, or everybody's."""
    account = query.account_id if by.may(READ) else by.account_id
    where = {"account": account, "purpose": query.purpose, "status": query.status}
    return await PURCHASES.page(read, query, decode=_view, where=where)


async def purchase_view(read: Read, purchase_id: UUID, by: Actor) -> PurchaseView:
    """Return a purchase to its buyer and to staff."""
    page = await PURCHASES.page(read, ListQuery(limit=1, cursor=""), decode=_view, where={"id": purchase_id})
    found = [one for one in page.items if one.account_id == by.account_id or by.may(READ)]
    if not found:
        raise PurchaseNotFound
    return found[0]


async def recent(read: Read, account_id: UUID) -> list[PurchaseView]:
    """Return the latest purchases of an account."""
    page = await PURCHASES.page(read, ListQuery(limit=LATEST, cursor=""), decode=_view, where={"account": account_id})
    return list(page.items)


def _view(row: Row) -> PurchaseView:
    asset, is_package = row["asset"], row["kind"] == "package"
    return PurchaseView(
        id=row["id"],
        account_id=row["account_id"],
        purpose=row["purpose"],
        kind=row["kind"],
        bought_id=row["asked_id"],
        title=row["title"],
        amount=Money(row["amount"], asset),
        tax=Money(row["tax"], asset),
        discount=Money(sum(line["discount"] for line in row["lines"]), asset),
        credits=row["credits"] if is_package else None,
        coupon_code=row["coupon_code"],
        status=row["state"],
        payment_id=row["payment_id"],
        subscription_id=row["subscription_id"],
        returned=Money(row["money_back"], asset),
        credits_returned=row["credits_back"] if is_package else None,
        revoked_at=maybe_instant(row["revoked_at"]),
        created_at=instant(row["created_at"]),
        expires_at=maybe_instant(row["expires_at"]) if row["state"] == "open" else None,
        paid_at=maybe_instant(row["paid_at"]),
    )
