"""Papers follow money: once each, numbered without a gap whoever comes at once, never changed, and no more taken back than was paid."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from skillhall.billing.api import charge_fee, return_fee
from skillhall.billing.commands.follow_money import credit_chargeback, issue_invoice, take_credit_back
from skillhall.billing.commands.set_address import SetAddress, set_address
from skillhall.billing.commands.tax_rates import AddTaxRate, ChangeTaxRate, add_tax_rate, change_tax_rate, remove_tax_rate
from skillhall.billing.model.paper_refusals import AddressIncomplete, InvoiceNotFound, InvoicePending, TaxRateExists, TaxRateNotFound
from skillhall.billing.queries.invoices import Kind, invoice_of_payment, invoice_view
from skillhall.billing.queries.seller_report import COLUMNS, YearQuery, seller_report
from skillhall.billing.queries.statistics import FiguresQuery, figures
from skillhall.billing.queries.taxes import tax_of
from skillhall.identity.api import PersonalData
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.http import Match
from skillhall.kernel.refusals import Invalid
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Lines, Transfer, clawed_sale, fund, post, sale, settle, unearned
from skillhall.payments.api import QuoteLine
from skillhall.payments.events import ChargebackClosed
from tests.billing.paying import VAT, Payers
from tests.notifications.reading import notices
from tests.support.hall import TestHall

MANY = 16
ANY = Match(None).check
PACKAGE = QuoteLine(text="Learning: 150 credits", quantity=1, net=2100, tax=399, **VAT)
LESSON = QuoteLine(text="Cello", quantity=1, net=5000)
STAFF = Actor(account_id=ids.new(), permissions=frozenset({"account.read"}))


@pytest.fixture
def payers(hall: TestHall) -> Payers:
    """The people of a hall of its own."""
    return Payers(hall)


async def test_sixteen_at_once_get_numbers_without_a_gap(payers: Payers):
    hall, payer = payers.hall, await payers.person()
    paid = [await payers.paid(payer, PACKAGE) for _ in range(MANY)]
    news = [payers.succeeded(payment_id) for payment_id in paid]
    answers = await hall.race(*((lambda event=event: payers.tell(issue_invoice, event)) for event in [*news, *news]))
    assert answers == [None] * 2 * MANY
    year = (await payers.now()).year
    found = await payers.papers(payer)
    assert [paper.number for paper in found] == [f"INV-{year}-{number:06d}" for number in range(1, MANY + 1)]
    assert {paper.payment_id for paper in found} == set(paid)
    refunds = [ids.new() for _ in range(4)]
    await hall.race(*((lambda at=at: payers.refunded(paid[0], 1000, refunds[at % 4])) for at in range(MANY)))
    notes = await payers.papers(payer, kind=Kind.CREDIT_NOTE)
    assert [paper.total.amount for paper in notes] == [-1000, -1000, -499]
    assert (sum(paper.net.amount for paper in notes), sum(paper.tax.amount for paper in notes)) == (-2100, -399)
    with pytest.raises(ZeroDivisionError):
        await hall.work(_issue_and_die, payers.succeeded(await payers.paid(payer, PACKAGE)))
    await payers.invoiced(payer, PACKAGE)
    assert (await payers.papers(payer, kind=Kind.INVOICE))[-1].number == f"INV-{year}-{MANY + 1:06d}"
    with pytest.raises(asyncpg.RaiseError, match="stays as it was issued"):
        await hall.pool.execute("UPDATE billing.invoice SET title = 'Something else'")
    await hall.verify()


async def _issue_and_die(tx: Any, event: Any) -> None:
    await issue_invoice(event, tx)
    raise ZeroDivisionError


async def test_what_is_printed_and_who_may_see_it(payers: Payers):
    hall, payer, host = payers.hall, await payers.person(name="Ada Example"), await payers.person(name="Hana Host")
    body = SetAddress(name="प्रियंका श्रीवास्तव", lines=["फ्लैट 12", "पुणे 411001"], country="IN", tax_id="27AAPFU0939F1ZV")
    await hall.run(set_address, payer, body, ANY)
    bought = await payers.invoiced(payer, PACKAGE)
    took = await payers.invoiced(payer, LESSON, purpose="session", payee=host, hold_id=ids.new())
    read = await hall.read()
    invoice, receipt = await payers.papers(payer)
    assert (invoice.kind, invoice.buyer.name, invoice.buyer.lines, invoice.seller.name) == (
        "invoice", "प्रियंका श्रीवास्तव", ["फ्लैट 12", "पुणे 411001"], "Skillhall",
    )  # fmt: skip
    assert (receipt.kind, receipt.seller.name, receipt.on_behalf and receipt.on_behalf.name) == ("receipt", "Hana Host", "Skillhall")
    assert [(tax.rate, tax.net.amount, tax.amount.amount) for tax in invoice.taxes] == [(1900, 2100, 399)]
    assert (await payers.papers(host, role="seller"))[0].id == receipt.id
    assert [paper.id for paper in await payers.papers(STAFF, account_id=payer.account_id)] == [invoice.id, receipt.id]
    assert await payers.papers(host, account_id=payer.account_id) == []
    assert await invoice_of_payment(read, payer, took) == receipt.id
    await hall.run(set_address, payer, SetAddress(lines=["Elsewhere 1"], tax_id=None), ANY)
    assert (await invoice_view(read, payer, invoice.id)).buyer.tax_id == "27AAPFU0939F1ZV"
    with pytest.raises(InvoiceNotFound):
        await invoice_view(read, host, invoice.id)
    waiting = await payers.paid(payer, PACKAGE)
    with pytest.raises(InvoicePending):
        await invoice_of_payment(read, payer, waiting)
    for who, which in ((host, waiting), (payer, ids.new())):
        with pytest.raises(InvoiceNotFound):
            await invoice_of_payment(read, who, which)
    written = [row for row in await notices(hall, payer) if row["type"] == "billing.invoice_issued"]
    assert sum("INV-" in row["title"] and "24.99" in row["text"] for row in written) == 1, [row["text"] for row in written]
    data = next(port for port in read.ports(PersonalData) if port.name == "invoices")
    kept = await data.export(read, payer.account_id)
    assert [len(kept[name]) for name in ("address", "papers", "paidWork")] == [1, 2, 0]  # type: ignore[arg-type]
    assert await hall.work(data.erase, payer.account_id, "gone", 100)
    assert (await data.export(read, payer.account_id))["address"] == []
    assert (await invoice_view(read, payer, invoice.id)).buyer.name == "प्रियंका श्रीवास्तव"
    assert bought == invoice.payment_id


async def test_money_that_went_back_and_came_again(payers: Payers):
    payer = await payers.person()
    unwanted = await payers.paid(payer, PACKAGE)
    await payers.hall.pool.execute("UPDATE payments.payment SET surplus_reason = 'expired' WHERE id = $1", unwanted)
    await payers.refunded(unwanted, 2499)
    assert await payers.papers(payer) == []
    payment_id = await payers.paid(payer, PACKAGE)
    refund_id = await payers.refunded(payment_id, 1832)
    (invoice,) = await payers.papers(payer, kind=Kind.INVOICE)
    (note,) = await payers.papers(payer, kind=Kind.CREDIT_NOTE)
    assert (note.total.amount, note.corrects, note.corrects_number) == (-1832, invoice.id, invoice.number)
    await payers.tell(take_credit_back, payers.failed(payment_id, ids.new()))
    for _ in range(2):
        await payers.tell(take_credit_back, payers.failed(payment_id, refund_id))
    again = (await payers.papers(payer, kind=Kind.INVOICE))[1:]
    assert [(paper.total.amount, paper.corrects_number) for paper in again] == [(1832, note.number)]
    facts = {"payer_id": payer.account_id, "payee_id": None, "purpose": "credits", "paid_kind": "purchase", "paid_id": payment_id}
    for outcome, taken in (("won", 0), ("lost", -2499)):
        event = ChargebackClosed(**facts, payment_id=payment_id, amount=9999, asset="EUR", chargeback_id=payment_id, outcome=outcome)
        await payers.tell(credit_chargeback, event)
        notes = (await payers.papers(payer, kind=Kind.CREDIT_NOTE))[1:]
        assert sum(paper.total.amount for paper in notes) == taken
    await payers.hall.verify()


async def test_fees_are_invoiced_to_the_host_and_reported(payers: Payers):
    hall, host = payers.hall, await payers.person(name="Hana Host")
    operator = Actor(account_id=host.account_id)
    rate = await hall.run(add_tax_rate, operator, AddTaxRate(country="DE", name="VAT", rate=1900, spares_businesses=True))
    await hall.run(set_address, host, SetAddress(name="Hana Host", lines=["Weg 1", "10115 Berlin"], country="DE"), ANY)
    hold, other = ids.new(), ids.new()
    await hall.work(charge_fee, host.account_id, hold, "Cello", 10000, 1190, "EUR")
    await hall.work(charge_fee, host.account_id, other, "=Viola", 5000, 0, "EUR")
    await hall.work(charge_fee, host.account_id, other, "Viola", 30, 3, "CREDIT")
    await hall.work(return_fee, host.account_id, hold, "Cello", 5000, 595, "EUR")
    await hall.drain()
    (fee,) = await payers.papers(host, kind=Kind.FEE_INVOICE)
    (note,) = await payers.papers(host, kind=Kind.CREDIT_NOTE)
    assert (fee.net.amount, fee.tax.amount, fee.escrow_id, fee.lines[0].text) == (1000, 190, hold, "Platform fee: Cello")
    assert (note.net.amount, note.tax.amount, note.corrects) == (-500, -95, fee.id)
    year = (await payers.now()).year
    header, row = csv.reader(io.StringIO(await seller_report(await hall.read(), YearQuery(year=year))))
    told = dict(zip(header, row, strict=True))
    assert list(told) == COLUMNS
    assert (told["name"], told["address"], told["country"]) == ("Hana Host", "Weg 1, 10115 Berlin", "DE")
    assert (told["consideration"], told["fees"], told["activities"], told["currency"]) == ("94.05", "5.95", "2", "EUR")
    assert sum(float(told[f"consideration_q{quarter}"]) for quarter in (1, 2, 3, 4)) == pytest.approx(94.05)
    assert (await seller_report(await hall.read(), YearQuery(year=year - 1))).splitlines() == [",".join(header)]
    await hall.run(set_address, host, SetAddress(tax_id="DE123456789"), ANY)
    assert (await tax_of(await hall.read(), host.account_id, 1000)).amount == 0
    await hall.run(change_tax_rate, operator, rate.id, ChangeTaxRate(rate=700, spares_businesses=False))
    assert (await tax_of(await hall.read(), host.account_id, 1000)).amount == 70
    with pytest.raises(TaxRateExists):
        await hall.run(add_tax_rate, operator, AddTaxRate(country="DE", name="VAT", rate=1))
    await hall.run(remove_tax_rate, operator, rate.id)
    for refused in (
        lambda: hall.run(remove_tax_rate, operator, rate.id),
        lambda: hall.run(change_tax_rate, operator, rate.id, ChangeTaxRate()),
    ):
        with pytest.raises(TaxRateNotFound):
            await refused()
    assert (await tax_of(await hall.read(), host.account_id, 1000)).amount == 0
    stranger = await payers.person()
    with pytest.raises(AddressIncomplete) as incomplete:
        await hall.run(set_address, stranger, SetAddress(name="Nobody", country="DE"), ANY)
    assert [one.field for one in incomplete.value.details] == ["lines"]
    with pytest.raises(Invalid):
        await hall.run(set_address, stranger, SetAddress(name="Nobody", lines=["x"], country="ZZ"), ANY)
    await hall.verify()


async def test_figures_are_those_of_the_books(payers: Payers):
    hall, payer, host = payers.hall, await payers.person(), await payers.person()
    hold, party = ids.new(), "provider:sandbox"
    work = await payers.invoiced(payer, LESSON, purpose="booking", payee=host, hold_id=hold)
    postings: tuple[tuple[str, UUID, Lines], ...] = (
        ("fund", work, fund(hold, payer.account_id, 5000, "booking", hold, asset="EUR", provider=party, provider_fee=175)),
        ("settle", hold, settle(hold, host.account_id, 5000, fee=500)),
        ("sale", ids.new(), sale(1190, 190, asset="EUR", provider=party)),
        ("chargeback", ids.new(), clawed_sale(1190, 190, asset="EUR", provider=party)),
        ("refund_open", work, unearned(ids.new(), payer.account_id, host.account_id, 1000, 100, work, asset="EUR")),
    )
    for kind, subject_id, lines in postings:
        await hall.work(post, Transfer(id=ids.new(), kind=kind, subject=Subject("payment", subject_id), lines=lines))
    (euros,) = (await figures(await hall.read(), FiguresQuery())).currencies
    told = {purpose: amount.amount for purpose, amount in euros.revenue_by_purpose.items()}
    assert told == {"booking": 400, "chargebacks": -1000, "other": 1000}
    assert (euros.revenue.amount, euros.tax.amount, euros.provider_fees.amount, euros.mrr.amount) == (400, 0, 175, 0)
    today = (await payers.now()).date()
    for first, last in ((today, today - timedelta(days=1)), (today - timedelta(days=400), today)):
        with pytest.raises(Invalid):
            await figures(await hall.read(), FiguresQuery(from_=first, to=last))
    past = await figures(await hall.read(), FiguresQuery(to=today - timedelta(days=2)))
    assert (past.currencies, past.subscriptions.churn_rate) == ([], None)


async def test_notes_add_up_though_one_of_them_was_taken_back(payers: Payers):
    payer = await payers.person()
    payment_id = await payers.invoiced(payer, PACKAGE)
    first = await payers.refunded(payment_id, 1000)
    await payers.refunded(payment_id, 1)
    await payers.tell(take_credit_back, payers.failed(payment_id, first))
    await payers.refunded(payment_id, 2498)
    papers = await payers.papers(payer)
    assert (sum(paper.net.amount for paper in papers), sum(paper.tax.amount for paper in papers)) == (0, 0)
    await payers.hall.verify()
