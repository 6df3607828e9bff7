"""A paper as the sheet shows it: every text ready, in the reader's language, in its place. Pure."""

from typing import Any, Final

from skillhall.billing.model.invoice import Paper, Party, Series
from skillhall.billing.papers.countries import countries
from skillhall.billing.papers.words import KINDS, WORDS, amount_text, date_text, language_of, percent_text
from skillhall.payments.api import QuoteLine

PROVIDERS: Final = {"stripe": "Stripe", "razorpay": "Razorpay", "paypal": "PayPal", "sandbox": "Sandbox"}


def sheet(paper: Paper, community: str) -> dict[str, Any]:
    """Return what invoice.typ sets."""
    language = language_of(paper.locale)
    words, is_credit = WORDS[language], paper.series is Series.CREDIT_NOTE
    taxed = any(tax.amount for tax in paper.taxes)
    return {
        "language": language,
        "kind": KINDS[language][paper.series],
        "number": paper.number,
        "is_credit": is_credit,
        "community": community,
        "initial": community[:1].upper(),
        "seller": _party(paper.seller, words),
        "buyer": _party(paper.buyer, words),
        "words": {name: words[name] for name in ("seller", "buyer", "page", "of")},
        "facts": _facts(paper, words),
        "heads": [words["item"], words["quantity"], *([words["tax"]] if taxed else []), words["net"]],
        "has_tax": taxed,
        "lines": [_line(line, paper, words) for line in paper.lines],
        "sums": _sums(paper, words) if taxed else [],
        "total": [words["returned" if is_credit else "total"], amount_text(paper.total, paper.currency, paper.locale)],
        "notes": _notes(paper, words, taxed=taxed),
        "footer": [paper.seller.name, f"{words['reference']} {paper.reference}"],
    }


def _party(party: Party, words: dict[str, str]) -> dict[str, Any]:
    country = [countries().get(party.country, party.country)] if party.country else []
    tax_id = [f"{words['tax_id']} {party.tax_id}"] if party.tax_id else []
    return {"name": party.name, "lines": [*party.lines, *country, *tax_id]}


def _facts(paper: Paper, words: dict[str, str]) -> list[tuple[str, str]]:
    found = [(words["number"], paper.number), (words["issued"], date_text(paper.issued_on, paper.locale))]
    if paper.supplied_on != paper.issued_on:
        found.append((words["supplied"], date_text(paper.supplied_on, paper.locale)))
    if paper.corrects:
        found.append((words["corrects"], paper.corrects))
    if paper.paid_with:
        found.append((words["paid_with"], PROVIDERS.get(paper.paid_with, paper.paid_with)))
    return found


def _line(line: QuoteLine, paper: Paper, words: dict[str, str]) -> dict[str, str]:
    note = f"{words['discount']} {amount_text(line.discount, paper.currency, paper.locale)}" if line.discount else ""
    return {
        "text": line.text,
        "note": note,
        "quantity": str(line.quantity),
        "tax": percent_text(line.tax_bp, paper.locale),
        "net": amount_text(line.net, paper.currency, paper.locale),
    }


def _sums(paper: Paper, words: dict[str, str]) -> list[tuple[str, str]]:
    def amount(of: int) -> str:
        return amount_text(of, paper.currency, paper.locale)

    taxes = [
        (f"{tax.name} {percent_text(tax.bp, paper.locale)} {words['on']} {amount(tax.net)}", amount(tax.amount)) for tax in paper.taxes
    ]
    return [(words["subtotal"], amount(paper.net)), *taxes]


def _notes(paper: Paper, words: dict[str, str], *, taxed: bool) -> list[str]:
    found = [f"{words['on_behalf']} {paper.on_behalf.name}"] if paper.on_behalf else []
    if paper.series is Series.FEE:
        found.append(words["withheld"])
    if paper.is_reverse_charged:
        found.append(words["reverse_charge"])
    elif not taxed and paper.on_behalf is None:
        found.append(words["untaxed"])
    return found
