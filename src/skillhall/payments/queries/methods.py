"""A member's payment methods as they are shown: never a number."""

from uuid import UUID

from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant
from skillhall.payments.store.methods import Method

METHODS = Listing(
    columns=sql("m.id, m.provider, m.kind, m.brand, m.last4, m.exp_month, m.exp_year, m.is_default, m.created_at"),
    source=sql("payments.method m"),
    sorts={"createdAt": sql("m.created_at")},
    default_sort="-createdAt",
    key=sql("m.id"),
    filters={"account": sql("m.account_id = {}")},
    always=sql("m.removed_at IS NULL"),
)


class MethodView(View, frozen=True, kw_only=True):
    """A way to pay again. `brand` and `last4` are what the provider shows of it."""

    id: UUID
    provider: str
    type: str
    brand: str
    last4: str
    exp_month: int | None
    exp_year: int | None
    is_default: bool
    created_at: Instant


async def methods(read: Read, account_id: UUID, query: ListQuery) -> Page[MethodView]:
    """Return a page of one's methods."""
    return await METHODS.page(read, query, decode=_row, where={"account": account_id})


def method_view(one: Method) -> MethodView:
    """Return a method as it is shown."""
    return MethodView(
        id=one.id, provider=one.provider, type=one.kind, brand=one.brand, last4=one.last4, exp_month=one.exp_month, exp_year=one.exp_year,
        is_default=one.is_default, created_at=instant(one.created_at),
    )  # fmt: skip


def _row(row: Row) -> MethodView:
    return MethodView(
        id=row["id"], provider=row["provider"], type=row["kind"], brand=row["brand"], last4=row["last4"], exp_month=row["exp_month"],
        exp_year=row["exp_year"], is_default=row["is_default"], created_at=instant(row["created_at"]),
    )  # fmt: skip
