"""The tax rates of countries, set by staff."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from skillhall.billing.commands.set_address import Code, Text, check_country
from skillhall.billing.model.paper_refusals import TaxRateExists, TaxRateNotFound
from skillhall.billing.model.tax import ALL
from skillhall.billing.queries.taxes import TaxRateView, tax_rate_view
from skillhall.billing.store import tax_rates
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.shapes import Body, Subject

Bp = Annotated[int, Meta(ge=0, le=ALL, description="Basis points: 1900 is 19 %.")]


class AddTaxRate(Body, frozen=True, kw_only=True):
    """A country's rate. `name` is what invoices call the tax."""

    country: Code
    name: Text
    rate: Bp
    spares_businesses: bool = False


class ChangeTaxRate(Body, frozen=True, kw_only=True):
    """What is left out stays as it is."""

    name: Text | UnsetType = UNSET
    rate: Bp | UnsetType = UNSET
    spares_businesses: bool | UnsetType = UNSET


async def add_tax_rate(tx: Tx, by: Actor, command: AddTaxRate) -> TaxRateView:  # noqa: ARG001 - the route asks for the permission
    """Tax buyers of a country from now on."""
    check_country(command.country)
    rate_id = ids.new()
    if not await tax_rates.add(tx, rate_id, command.country, command.name, command.rate, spares_businesses=command.spares_businesses):
        raise TaxRateExists(country=command.country)
    return await _audited(tx, rate_id, "billing.add_tax_rate", None)


async def change_tax_rate(tx: Tx, by: Actor, rate_id: UUID, command: ChangeTaxRate) -> TaxRateView:  # noqa: ARG001 - as before
    """Change what a country's rate is for purchases to come."""
    if not await tax_rates.lock(tx, rate_id):
        raise TaxRateNotFound
    before = await tax_rate_view(tx, rate_id)
    name = before.name if command.name is UNSET else command.name
    rate = before.rate if command.rate is UNSET else command.rate
    spares = before.spares_businesses if command.spares_businesses is UNSET else command.spares_businesses
    await tax_rates.change(tx, rate_id, name, rate, spares_businesses=spares)
    return await _audited(tx, rate_id, "billing.change_tax_rate", before)


async def remove_tax_rate(tx: Tx, by: Actor, rate_id: UUID) -> Deleted:  # noqa: ARG001 - as before
    """Tax buyers of this country no longer."""
    if not await tax_rates.lock(tx, rate_id):
        raise TaxRateNotFound
    before = await tax_rate_view(tx, rate_id)
    await tax_rates.remove(tx, rate_id)
    tx.audit("billing.remove_tax_rate", Subject("tax_rate", rate_id), before=before)
    return Deleted(id=rate_id)


async def _audited(tx: Tx, rate_id: UUID, action: str, before: TaxRateView | None) -> TaxRateView:
    after = await tax_rate_view(tx, rate_id)
    tx.audit(action, Subject("tax_rate", rate_id), before=before, after=after)
    return after
