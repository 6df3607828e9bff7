"""Papers are issued: one of each kind about one thing, numbered without a gap.

The row of a series is locked until the paper stands: whoever comes second finds the paper, or takes the next number. A transaction that
fails has taken none.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from skillhall.billing.events import InvoiceIssued
from skillhall.billing.model.invoice import Paper, PaperRules, Party, Series, credited, owed_again, series_of, taxes_of
from skillhall.billing.model.tax import Tax
from skillhall.billing.queries.addresses import as_seller, parties
from skillhall.billing.queries.taxes import tax_within
from skillhall.billing.store import invoices
from skillhall.billing.store.invoices import About, Issued, Place
from skillhall.billing.store.settlements import Settlement, charged_of_hold
from skillhall.identity.api import Person, people
from skillhall.kernel.db.tx import Tx
from skillhall.payments.api import Paid, QuoteLine, find_paid

FREE = "none"
"""The provider of what cost nothing."""


async def issue_for_payment(tx: Tx, payment_id: UUID) -> Issued | None:
    """Issue the invoice or receipt of a payment that has succeeded and is kept; return the one that stands, nothing for other payments."""
    paid = await find_paid(tx, payment_id=payment_id)
    if paid is None or paid.succeeded_at is None or paid.is_surplus:
        return None
    series = series_of(paid.purpose)
    place = await _place(tx, series)
    if await invoices.find_issued(tx, series, paid.id) is None:
        known = await people(tx, [account_id for account_id in (paid.payer_id, paid.payee_id) if account_id is not None])
        about, paper = _of_payment(tx, place, paid, known, await parties(tx, list(known.values())))
        await _issue(tx, place, about, paper)
    return await invoices.find_of_payment(tx, paid.id)


async def issue_all(tx: Tx, payments: Sequence[Paid]) -> int:
    """Issue the papers of many payments that came in elsewhere, in this order and without telling anybody; return how many had none."""
    have = await invoices.with_papers(tx, [paid.id for paid in payments])
    without = [paid for paid in payments if paid.id not in have]
    known = await people(tx, list({one for paid in without for one in (paid.payer_id, paid.payee_id) if one is not None}))
    named = await parties(tx, list(known.values()))
    next_ = {series: await _place(tx, series) for series in sorted({series_of(paid.purpose) for paid in without})}
    papers: list[tuple[Place, About, Paper]] = []
    for paid in without:
        place = next_[series_of(paid.purpose)]
        papers.append((place, *_of_payment(tx, place, paid, known, named)))
        next_[place.series] = place.following
    await invoices.add_all(tx, papers)
    return len(papers)


async def issue_fee_invoice(tx: Tx, settlement: Settlement) -> None:
    """Issue the invoice of what the platform kept of a settlement, unless it stands."""
    place = await _place(tx, Series.FEE)
    if await invoices.find_issued(tx, Series.FEE, settlement.id) is not None:
        return
    host = (await people(tx, [settlement.host_id]))[settlement.host_id]
    buyer = (await parties(tx, [host]))[host.id]
    tax = await tax_within(tx, host.id, settlement.fee)
    line = fee_line(settlement.title, settlement.fee, tax)
    seller = tx.setting(PaperRules).seller
    paper = _paper(
        tx, place, seller, buyer, [line], settlement.asset, settlement.hold_id, host.locale,
        title=settlement.title, supplied_at=settlement.at,
    )  # fmt: skip
    about = About(account_id=host.id, seller_id=None, payment_id=None, hold_id=settlement.hold_id, source_id=settlement.id, purpose="fee")
    await _issue(tx, place, about, paper)


async def issue_fee_credit(tx: Tx, settlement: Settlement) -> None:
    """Issue the credit note of a fee the platform gave up: of the hold's own invoices, issued first where they are not yet."""
    for charged in await charged_of_hold(tx, settlement.hold_id):
        await issue_fee_invoice(tx, charged)
    found = await invoices.find_of_hold(tx, settlement.hold_id)
    if found is not None:
        await issue_credit_note(tx, found, settlement.id, -settlement.fee, settlement.at)


async def issue_credit_note(tx: Tx, of: Issued, source_id: UUID, amount: int, supplied_at: datetime) -> None:
    """Issue the credit note of so much of a paper that went back, at most what is left of it, unless it stands."""
    place = await _place(tx, Series.CREDIT_NOTE)
    if await invoices.find_issued(tx, Series.CREDIT_NOTE, source_id) is not None:
        return
    original = of.paper
    before = await invoices.correcting(tx, of.id)
    left = min(amount, original.total + sum(paper.total for paper in before))
    if left <= 0:
        return
    reader = (await people(tx, [of.account_id]))[of.account_id]
    paper = _paper(
        tx, place, original.seller, original.buyer, credited(original, before, left), original.currency, original.reference, reader.locale,
        title=original.title, supplied_at=supplied_at, on_behalf=original.on_behalf, paid_with=original.paid_with,
        corrects=original.number,
    )  # fmt: skip
    await _issue(tx, place, _about(of, source_id), paper)


async def issue_again(tx: Tx, payment_id: UUID, source_id: UUID) -> None:
    """Take a credit note back: its money has returned, and is owed again. Nothing where there is no such note."""
    note, of = await invoices.find_credit_note(tx, source_id), await invoices.find_of_payment(tx, payment_id)
    if note is None or of is None:
        return
    original = of.paper
    place = await _place(tx, original.series)
    if await invoices.find_issued(tx, original.series, source_id) is not None:
        return
    reader = (await people(tx, [of.account_id]))[of.account_id]
    paper = _paper(
        tx, place, original.seller, original.buyer, owed_again(note.lines), original.currency, original.reference, reader.locale,
        title=original.title, supplied_at=tx.now, on_behalf=original.on_behalf, paid_with=original.paid_with, corrects=note.number,
    )  # fmt: skip
    await _issue(tx, place, _about(of, source_id), paper)


def lines_of(paid: Paid) -> Sequence[QuoteLine]:
    """Return the lines of a payment as it was quoted; one line where they are not its amount, as of money that came in elsewhere."""
    is_told = sum(line.net + line.tax for line in paid.lines) == paid.amount
    return paid.lines if paid.lines and is_told else (QuoteLine(text=paid.title, quantity=1, net=paid.amount),)


def fee_line(title: str, fee: int, tax: Tax) -> QuoteLine:
    """Return the line of a fee that holds its tax."""
    return QuoteLine(text=f"Platform fee: {title}", quantity=1, net=fee - tax.amount, tax=tax.amount, tax_bp=tax.bp, tax_name=tax.name)


def _of_payment(tx: Tx, place: Place, paid: Paid, known: Mapping[UUID, Person], named: Mapping[UUID, Party]) -> tuple[About, Paper]:
    """Return the invoice of a payment, or where a host was paid the receipt."""
    host_id = paid.payee_id if place.series is Series.RECEIPT else None
    platform = tx.setting(PaperRules).seller
    paper = _paper(
        tx, place, platform if host_id is None else as_seller(named[host_id]), named[paid.payer_id], lines_of(paid), paid.asset, paid.id,
        known[paid.payer_id].locale, title=paid.title, supplied_at=paid.succeeded_at or tx.now,
        on_behalf=None if host_id is None else platform, paid_with="" if paid.provider == FREE else paid.provider,
    )  # fmt: skip
    about = About(
        account_id=paid.payer_id, seller_id=host_id, payment_id=paid.id, hold_id=paid.hold_id, source_id=paid.id, purpose=paid.purpose
    )
    return about, paper


def _about(of: Issued, source_id: UUID) -> About:
    return About(
        account_id=of.account_id, seller_id=of.seller_id, payment_id=of.payment_id, hold_id=of.hold_id, source_id=source_id,
        purpose=of.purpose, corrects=of.id,
    )  # fmt: skip


async def _place(tx: Tx, series: Series) -> Place:
    return await invoices.lock_series(tx, series, _day(tx, tx.now).year)


def _day(tx: Tx, at: datetime) -> date:
    """Return the day papers of this moment bear: the community's."""
    return at.astimezone(ZoneInfo(tx.house.config.community_timezone)).date()


def _paper(
    tx: Tx,
    place: Place,
    seller: Party,
    buyer: Party,
    lines: Sequence[QuoteLine],
    asset: str,
    reference: object,
    locale: str,
    *,
    title: str,
    supplied_at: datetime,
    on_behalf: Party | None = None,
    paid_with: str = "",
    corrects: str = "",
) -> Paper:
    return Paper(
        series=place.series,
        number=place.text,
        issued_on=_day(tx, place.at),
        supplied_on=_day(tx, supplied_at),
        title=title,
        seller=seller,
        buyer=buyer,
        lines=tuple(lines),
        taxes=taxes_of(lines),
        net=sum(line.net for line in lines),
        tax=sum(line.tax for line in lines),
        currency=asset,
        reference=str(reference),
        locale=locale,
        on_behalf=on_behalf,
        paid_with=paid_with,
        corrects=corrects,
    )


async def _issue(tx: Tx, place: Place, about: About, paper: Paper) -> None:
    invoice_id = await invoices.add(tx, place, about, paper)
    event = InvoiceIssued(
        invoice_id=invoice_id, account_id=about.account_id, series=paper.series, payment_id=about.payment_id, total=paper.total,
        asset=paper.currency,
    )  # fmt: skip
    tx.publish(event)
