"""Money that belongs to nothing we know, on the screens of staff."""

from uuid import UUID

from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.payments.model.refund_refusals import SuspenseNotFound

SUSPENSE = Listing(
    columns=sql("""
        s.id, s.provider, s.ref, s.payment_id, s.amount, s.asset, s.reason, s.received_at, s.resolved_at, s.resolved_by, s.resolution
    """),
    source=sql("payments.suspense s"),
    sorts={"createdAt": sql("s.received_at"), "amount": sql("s.amount")},
    default_sort="-createdAt",
    key=sql("s.id"),
    filters={"id": sql("s.id = {}"), "provider": sql("s.provider = {}"), "is_open": sql("s.resolved_at IS NULL")},
)


class SuspenseView(View, frozen=True, kw_only=True):
    """Money that came in for a payment and was not what was quoted. `ref` is the provider's name for it."""

    id: UUID
    provider: str
    ref: str
    payment_id: UUID | None
    amount: Money
    reason: str
    received_at: Instant
    resolved_at: Instant | None
    resolved_by: UUID | None
    resolution: str | None


class SuspenseQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of money in suspense."""

    provider: str | None = None
    is_open: bool = False


async def suspense_view(read: Read, suspense_id: UUID) -> SuspenseView:
    """Return one, or refuse."""
    found = await SUSPENSE.page(read, ListQuery(limit=1, cursor=""), decode=_view, where={"id": suspense_id})
    if not found.items:
        raise SuspenseNotFound
    return found.items[0]


async def suspended(read: Read, query: SuspenseQuery) -> Page[SuspenseView]:
    """Return them all, newest first."""
    return await SUSPENSE.page(read, query, decode=_view, where={"provider": query.provider, "is_open": query.is_open})


def _view(row: Row) -> SuspenseView:
    return SuspenseView(
        id=row["id"],
        provider=row["provider"],
        ref=row["ref"],
        payment_id=row["payment_id"],
        amount=Money(row["amount"], row["asset"]),
        reason=row["reason"],
        received_at=instant(row["received_at"]),
        resolved_at=maybe_instant(row["resolved_at"]),
        resolved_by=row["resolved_by"],
        resolution=row["resolution"] or None,
    )
