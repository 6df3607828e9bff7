"""Papers on screens: one, and lists of them, to whom they are for, to the host a receipt names, and to staff."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from skillhall.billing.model.invoice import Paper, Party, Series
from skillhall.billing.model.paper_refusals import InvoiceNotFound, InvoicePending
from skillhall.billing.queries.addresses import without_street
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant
from skillhall.payments.api import find_paid

INVOICES = Listing(
    columns=sql("i.id, i.account_id, i.seller_id, i.payment_id, i.hold_id, i.corrects, i.purpose, i.paper::text AS paper, i.issued_at"),
    source=sql("billing.invoice i"),
    sorts={"issuedAt": sql("i.issued_at"), "number": sql("i.number")},
    default_sort="-issuedAt",
    key=sql("i.id"),
    filters={
        "id": sql("i.id = {}"),
        "buyer": sql("i.account_id = {}"),
        "seller": sql("i.seller_id = {}"),
        "series": sql("i.series = {}"),
        "payment": sql("i.payment_id = {}"),
        "year": sql("i.year = {}"),
        "currency": sql("i.asset = {}"),
    },
    search=sql("(i.number ILIKE '%' || {} || '%' OR i.title ILIKE '%' || {} || '%')"),
)
OF_PAYMENT = sql("SELECT id FROM billing.invoice WHERE source_id = $1 AND series IN ('INV', 'RCT')")
ANYBODYS = "account.read"
RETRY_SECONDS = 2


class Kind(StrEnum):
    """The series of numbers by name."""

    INVOICE = "invoice"
    RECEIPT = "receipt"
    FEE_INVOICE = "fee_invoice"
    CREDIT_NOTE = "credit_note"


KINDS = dict(zip(Series, Kind, strict=True))
SERIES = {kind: series for series, kind in KINDS.items()}


class PartyView(View, frozen=True, kw_only=True):
    """Who sells or buys, as printed."""

    name: str
    lines: list[str]
    country: str | None
    tax_id: str | None


class InvoiceLine(View, frozen=True, kw_only=True):
    """One line: `net` after `discount`, without `tax`, which is `taxRate` basis points of it."""

    text: str
    quantity: int
    net: Money
    discount: Money
    tax: Money
    tax_rate: int
    tax_name: str | None


class InvoiceTax(View, frozen=True, kw_only=True):
    """All lines of one tax."""

    name: str
    rate: int
    net: Money
    amount: Money


class InvoiceView(View, frozen=True, kw_only=True):
    """A paper as it was issued; amounts of a credit note are below zero, and `corrects` is what it takes back from.

    A receipt names the host as its seller and the community, which took the payment, as `onBehalf`.
    """

    id: UUID
    kind: Kind
    number: str
    status: Literal["paid", "credited"]
    title: str
    purpose: str
    payment_id: UUID | None
    escrow_id: UUID | None
    corrects: UUID | None
    corrects_number: str | None
    issued_at: Instant
    issued_on: date
    supplied_on: date
    seller: PartyView
    buyer: PartyView
    on_behalf: PartyView | None
    lines: list[InvoiceLine]
    taxes: list[InvoiceTax]
    net: Money
    tax: Money
    total: Money
    provider: str | None
    is_reverse_charged: bool
    pdf_url: str


class InvoiceQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of papers. `role=seller` lists the receipts that name the caller as host."""

    kind: Kind | None = None
    role: Literal["buyer", "seller"] = "buyer"
    payment_id: UUID | None = None
    year: int | None = None
    currency: str | None = None
    account_id: UUID | None = None


class Stored(Struct, frozen=True, kw_only=True):
    """A paper, and who may see it."""

    paper: Paper
    issued_at: datetime


async def invoices(read: Read, by: Actor, query: InvoiceQuery) -> Page[InvoiceView]:
    """Return one's own papers; staff says whose by `accountId`."""
    whose = query.account_id if query.account_id is not None and by.may(ANYBODYS) else by.account_id
    where = {
        query.role: whose,
        "series": None if query.kind is None else SERIES[query.kind],
        "payment": query.payment_id,
        "year": query.year,
        "currency": query.currency,
    }
    return await INVOICES.page(read, query, decode=lambda row: _view(row, _paper(row, by), read.house.config.base_url), where=where)


async def invoice_view(read: Read, by: Actor, invoice_id: UUID) -> InvoiceView:
    """Return a paper to whom it is for, to the host it names, and to staff; for others there is none."""
    row = await _row(read, by, invoice_id)
    return _view(row, _paper(row, by), read.house.config.base_url)


async def stored_paper(read: Read, by: Actor, invoice_id: UUID) -> Stored:
    """Return what is to be printed, to those who may see it."""
    row = await _row(read, by, invoice_id)
    return Stored(paper=_paper(row, by), issued_at=row["issued_at"])


async def invoice_of_payment(read: Read, by: Actor, payment_id: UUID) -> UUID:
    """Return the invoice or receipt of a payment; says so while there is none yet."""
    found = await read.value(OF_PAYMENT, payment_id)
    if found is not None:
        return found
    paid = await find_paid(read, payment_id=payment_id)
    if paid is None or not (by.account_id in {paid.payer_id, paid.payee_id} or by.may(ANYBODYS)):
        raise InvoiceNotFound
    raise InvoicePending(retry_after=RETRY_SECONDS)


async def _row(read: Read, by: Actor, invoice_id: UUID) -> Row:
    found = await INVOICES.page(read, ListQuery(limit=1, cursor=""), decode=lambda row: row, where={"id": invoice_id})
    for row in found.items:
        if by.account_id in {row["account_id"], row["seller_id"]} or by.may(ANYBODYS):
            return row
    raise InvoiceNotFound


def _paper(row: Row, by: Actor) -> Paper:
    """Return a paper as this reader may see it: a host who is no business has no use for where their learner or client lives."""
    paper = msgspec.json.decode(row["paper"], type=Paper)
    is_private = by.account_id == row["seller_id"] and not paper.seller.tax_id and not by.may(ANYBODYS)
    return replace(paper, buyer=without_street(paper.buyer)) if is_private else paper


def _view(row: Row, paper: Paper, base_url: str) -> InvoiceView:
    def money(amount: int) -> Money:
        return Money(amount, paper.currency)

    return InvoiceView(
        id=row["id"],
        kind=KINDS[paper.series],
        number=paper.number,
        status="credited" if paper.series is Series.CREDIT_NOTE else "paid",
        title=paper.title,
        purpose=row["purpose"],
        payment_id=row["payment_id"],
        escrow_id=row["hold_id"],
        corrects=row["corrects"],
        corrects_number=paper.corrects or None,
        issued_at=instant(row["issued_at"]),
        issued_on=paper.issued_on,
        supplied_on=paper.supplied_on,
        seller=_party(paper.seller),
        buyer=_party(paper.buyer),
        on_behalf=None if paper.on_behalf is None else _party(paper.on_behalf),
        lines=[
            InvoiceLine(
                text=line.text, quantity=line.quantity, net=money(line.net), discount=money(line.discount), tax=money(line.tax),
                tax_rate=line.tax_bp, tax_name=line.tax_name or None,
            )
            for line in paper.lines
        ],
        taxes=[InvoiceTax(name=tax.name, rate=tax.bp, net=money(tax.net), amount=money(tax.amount)) for tax in paper.taxes],
        net=money(paper.net),
        tax=money(paper.tax),
        total=money(paper.total),
        provider=paper.paid_with or None,
        is_reverse_charged=paper.is_reverse_charged,
        pdf_url=f"{base_url}/api/v1/billing/invoices/{row['id']}/pdf",
    )  # fmt: skip


def _party(party: Party) -> PartyView:
    return PartyView(name=party.name, lines=list(party.lines), country=party.country or None, tax_id=party.tax_id or None)
