"""HTTP of papers, billing addresses and tax rates."""

from uuid import UUID

from skillhall.billing.commands.set_address import SetAddress, set_address
from skillhall.billing.commands.tax_rates import AddTaxRate, ChangeTaxRate, add_tax_rate, change_tax_rate, remove_tax_rate
from skillhall.billing.model import paper_refusals as no
from skillhall.billing.papers.press import printed
from skillhall.billing.queries import invoices as queries
from skillhall.billing.queries.addresses import AddressView, address_view
from skillhall.billing.queries.invoices import InvoiceQuery, InvoiceView
from skillhall.billing.queries.taxes import TaxRateQuery, TaxRateView, tax_rates
from skillhall.identity.api import person
from skillhall.kernel.http import Answer, Call, Deleted, Raw, delete, get, patch, post, put
from skillhall.kernel.shapes import Page

PDF = "application/pdf"
RATES = "settings.write"
ADDRESS = {"name": "प्रियंका श्रीवास्तव", "lines": ["12 Ganga Apartments", "411001 Pune"], "country": "IN", "taxId": None}
RATE = {"country": "DE", "name": "VAT", "rate": 1900, "sparesBusinesses": False}


@get("/billing/invoices")
async def list_invoices(call: Call, query: InvoiceQuery) -> Page[InvoiceView]:
    """List one's invoices, receipts, fee invoices and credit notes, the newest first; `role=seller`: receipts that name one as host."""
    return await queries.invoices(call.read, call.by, query)


@get("/billing/invoices/{invoice_id:uuid}", refuses=(no.InvoiceNotFound,))
async def read_invoice(call: Call, invoice_id: UUID) -> InvoiceView | Raw:
    """Read a paper: whom it is for, the host it names, and staff. With `Accept: application/pdf` the file."""
    return await _shown(call, invoice_id)


@get("/billing/invoices/{invoice_id:uuid}/pdf", refuses=(no.InvoiceNotFound,), media=PDF)
async def download_invoice(call: Call, invoice_id: UUID) -> Raw:
    """Download a paper as PDF."""
    return await _file(call, invoice_id)


@get("/payments/{payment_id:uuid}/invoice", refuses=(no.InvoiceNotFound, no.InvoicePending))
async def read_payment_invoice(call: Call, payment_id: UUID) -> InvoiceView | Raw:
    """Read the invoice or receipt of a payment. It is issued a moment after the money is here; until then 404 with `Retry-After`."""
    return await _shown(call, await queries.invoice_of_payment(call.read, call.by, payment_id))


@get("/billing/address", etag=True)
async def read_billing_address(call: Call) -> AddressView:
    """Read where one's invoices go."""
    return await address_view(call.read, await person(call.read, call.by.account_id))


@put("/billing/address", etag=True, refuses=(no.AddressIncomplete,), example=ADDRESS)
async def set_billing_address(call: Call, data: SetAddress) -> Answer[AddressView]:
    """Say where invoices go; the country decides which tax is added. Papers already issued stay as they are.

    Receipts for a host's lessons and work name the host: with a tax id with the whole address, without one with name and country.
    """
    return await call.run(set_address, data, call.match.check)


@get("/billing/tax-rates", permission=RATES)
async def list_tax_rates(call: Call, query: TaxRateQuery) -> Page[TaxRateView]:
    """List which tax is added for buyers of which country."""
    return await tax_rates(call.read, query)


@post("/billing/tax-rates", created="/billing/tax-rates/{id}", permission=RATES, refuses=(no.TaxRateExists,), example=RATE)
async def create_tax_rate(call: Call, data: AddTaxRate) -> Answer[TaxRateView]:
    """Tax the buyers of a country from now on. Without a rate they pay none."""
    return await call.run(add_tax_rate, data)


@patch("/billing/tax-rates/{rate_id:uuid}", permission=RATES, refuses=(no.TaxRateNotFound,), example={"rate": 1600})
async def update_tax_rate(call: Call, rate_id: UUID, data: ChangeTaxRate) -> Answer[TaxRateView]:
    """Change a country's tax for purchases to come."""
    return await call.run(change_tax_rate, rate_id, data)


@delete("/billing/tax-rates/{rate_id:uuid}", permission=RATES, refuses=(no.TaxRateNotFound,))
async def delete_tax_rate(call: Call, rate_id: UUID) -> Answer[Deleted]:
    """Tax the buyers of a country no longer."""
    return await call.run(remove_tax_rate, rate_id)


async def _shown(call: Call, invoice_id: UUID) -> InvoiceView | Raw:
    if PDF in (call.header("accept") or ""):
        return await _file(call, invoice_id)
    return await queries.invoice_view(call.read, call.by, invoice_id)


async def _file(call: Call, invoice_id: UUID) -> Raw:
    found = await queries.stored_paper(call.read, call.by, invoice_id)
    body = await printed(found.paper, found.issued_at, call.read.house.config.community_name)
    headers = {"content-disposition": f'inline; filename="{found.paper.number}.pdf"', "cache-control": "private, max-age=86400"}
    return Raw(body, PDF, headers)
