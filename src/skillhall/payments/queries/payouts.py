"""Payouts, for those they go to and for staff."""

from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.payments.model.payout import Kind, State
from skillhall.payments.model.payout_refusals import PayoutNotFound

PAYOUTS = Listing(
    columns=sql("""p.id, p.account_id, p.amount, p.asset, p.kind, p.provider, p.label, p.is_automatic, p.state, p.ref, p.failure, p.why,
        p.is_short, p.requested_at, p.updated_at, p.sent_at, p.paid_at"""),
    source=sql("payments.payout p"),
    sorts={"createdAt": sql("p.requested_at")},
    default_sort="-createdAt",
    key=sql("p.id"),
    filters={
        "account": sql("p.account_id = {}"),
        "status": sql("p.state = {}"),
        "provider": sql("p.provider = {}"),
    },
)
ONE = sql("""
SELECT id, account_id, amount, asset, kind, provider, label, is_automatic, state, ref, failure, why, is_short, requested_at, updated_at,
    sent_at, paid_at
FROM payments.payout WHERE id = $1
""")


class PayoutView(View, frozen=True, kw_only=True):
    """Earnings on their way out. `isShort`: it waits until the provider holds enough of our money; `reference` is the provider's."""

    id: UUID
    account_id: UUID
    amount: Money
    status: State
    kind: Kind
    provider: str
    destination: str
    is_automatic: bool
    is_short: bool
    reference: str | None
    failure: str
    why: str
    created_at: Instant
    updated_at: Instant
    sent_at: Instant | None
    paid_at: Instant | None


class PayoutQuery(ListQuery, frozen=True, kw_only=True):
    """Which payouts; `accountId` and `provider` are for staff."""

    status: State | None = None
    account_id: UUID | None = None
    provider: str | None = None


def is_staff(by: Actor) -> bool:
    """Return whether this is somebody who looks after everybody's payouts."""
    return by.may("account.read") or by.may("payout.decide")


async def payouts(read: Read, by: Actor, query: PayoutQuery) -> Page[PayoutView]:
    """Return a page of one's own payouts; to staff everybody's."""
    account_id = query.account_id if is_staff(by) else by.account_id
    where = {"account": account_id, "status": query.status, "provider": query.provider}
    return await PAYOUTS.page(read, query, decode=_view, where=where)


async def payout_view(read: Read, payout_id: UUID, by: Actor) -> PayoutView:
    """Return one's own payout; to staff anybody's."""
    row = await read.row(ONE, payout_id)
    if row is None or (row["account_id"] != by.account_id and not is_staff(by)):
        raise PayoutNotFound
    return _view(row)


def _view(row: Row) -> PayoutView:
    return PayoutView(
        id=row["id"],
        account_id=row["account_id"],
        amount=Money(row["amount"], row["asset"]),
        status=State(row["state"]),
        kind=msgspec.convert(row["kind"], Kind),
        provider=row["provider"],
        destination=row["label"],
        is_automatic=row["is_automatic"],
        is_short=row["is_short"],
        reference=row["ref"],
        failure=row["failure"],
        why=row["why"],
        created_at=instant(row["requested_at"]),
        updated_at=instant(row["updated_at"]),
        sent_at=maybe_instant(row["sent_at"]),
        paid_at=maybe_instant(row["paid_at"]),
    )
