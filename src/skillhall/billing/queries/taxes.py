"""What tax a buyer pays, and the rates it follows from."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.billing.model.paper_refusals import TaxRateNotFound
from skillhall.billing.model.tax import Rate, Tax, tax_in, tax_on
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant

OF_BUYER = sql("""
SELECT r.name, r.bp, r.spares_businesses, a.tax_id <> '' AS has_tax_id
FROM billing.address a JOIN billing.tax_rate r ON r.country = a.country WHERE a.account_id = $1
""")
RATES = Listing(
    columns=sql("r.id, r.country, r.name, r.bp, r.spares_businesses, r.updated_at"),
    source=sql("billing.tax_rate r"),
    sorts={"country": sql("r.country"), "updatedAt": sql("r.updated_at")},
    default_sort="country",
    key=sql("r.id"),
    filters={"country": sql("r.country = {}"), "id": sql("r.id = {}")},
)


class TaxRateView(View, frozen=True, kw_only=True):
    """What is added to net prices for buyers of a country: `rate` basis points (1900 is 19 %).

    With `sparesBusinesses` nothing is added for buyers with a tax id, and their invoice says that they owe the tax (reverse charge).
    """

    id: UUID
    country: str
    name: str
    rate: int
    spares_businesses: bool
    updated_at: Instant


class TaxRateQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of tax rates."""

    country: Annotated[str, Meta(pattern="^[A-Z]{2}$", description="Two capital letters", examples=["DE"])] | None = None


async def tax_of(read: Read, account_id: UUID, net: int) -> Tax:
    """Return the tax this buyer pays on a net price in minor units: by the country of the billing address; without one, none."""
    rate, has_tax_id = await _rate(read, account_id)
    return tax_on(net, rate, has_tax_id=has_tax_id)


async def tax_within(read: Read, account_id: UUID, gross: int) -> Tax:
    """Return the tax that a price already holds for this buyer."""
    rate, has_tax_id = await _rate(read, account_id)
    return tax_in(gross, rate, has_tax_id=has_tax_id)


async def tax_rates(read: Read, query: TaxRateQuery) -> Page[TaxRateView]:
    """Return every country's rate."""
    return await RATES.page(read, query, decode=_view, where={"country": query.country})


async def tax_rate_view(read: Read, rate_id: UUID) -> TaxRateView:
    """Return one rate."""
    found = await RATES.page(read, ListQuery(limit=1, cursor=""), decode=_view, where={"id": rate_id})
    if not found.items:
        raise TaxRateNotFound
    return found.items[0]


async def _rate(read: Read, account_id: UUID) -> tuple[Rate | None, bool]:
    row = await read.row(OF_BUYER, account_id)
    if row is None:
        return None, False
    return Rate(name=row["name"], bp=row["bp"], spares_businesses=row["spares_businesses"]), row["has_tax_id"]


def _view(row: Row) -> TaxRateView:
    return TaxRateView(
        id=row["id"], country=row["country"], name=row["name"], rate=row["bp"], spares_businesses=row["spares_businesses"],
        updated_at=instant(row["updated_at"]),
    )  # fmt: skip
