"""Papers: an invoice of the community, a receipt naming the host, a fee invoice to the host, a credit note that takes back. Pure.

A paper is what was printed: all of it is copied when it is issued, and none of it changes. Amounts are minor units of its currency;
those of a credit note are below zero.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from skillhall.billing.model.tax import REVERSE_CHARGE
from skillhall.payments.api import QuoteLine

OWN: Final = frozenset({"credits", "subscription", "boost"})
"""What the community itself sells; everything else is a host's, and gets a receipt."""


class Series(StrEnum):
    """The rows of numbers. A number is given away once, with none left out, and rises with time."""

    INVOICE = "INV"
    RECEIPT = "RCT"
    FEE = "FEE"
    CREDIT_NOTE = "CRN"


class Party(Struct, frozen=True, kw_only=True, rename="camel"):
    """Who sells or buys, as printed. `country` is an ISO 3166 code; empty where nothing is known."""

    name: str
    lines: tuple[str, ...] = ()
    country: str = ""
    tax_id: str = ""


class TaxSum(Struct, frozen=True, kw_only=True, rename="camel"):
    """All lines of one tax: what it is on, and how much it is."""

    name: str
    bp: int
    net: int
    amount: int


class Paper(Struct, frozen=True, kw_only=True, rename="camel"):
    """What is printed. `on_behalf` is the community where a host sells; `corrects` the number a credit note takes back from.

    `reference` is what the parties find the payment by; `paid_with` the provider, empty where nothing was paid.
    """

    series: Series
    number: str
    issued_on: date
    supplied_on: date
    title: str
    seller: Party
    buyer: Party
    lines: tuple[QuoteLine, ...]
    taxes: tuple[TaxSum, ...]
    net: int
    tax: int
    currency: str
    reference: str
    locale: str
    on_behalf: Party | None = None
    paid_with: str = ""
    corrects: str = ""

    @property
    def total(self) -> int:
        """All that is paid, or given back."""
        return self.net + self.tax

    @property
    def is_reverse_charged(self) -> bool:
        """Whether the buyer owes the tax in person, which the paper must say."""
        return any(tax.name == REVERSE_CHARGE for tax in self.taxes)


class PaperRules(Struct, frozen=True, kw_only=True):
    """Who the community is on paper, as its operator set it."""

    seller: Party


def series_of(purpose: str) -> Series:
    """Return the row of numbers a payment for this is papered in."""
    return Series.INVOICE if purpose in OWN else Series.RECEIPT


def taxes_of(lines: Iterable[QuoteLine]) -> tuple[TaxSum, ...]:
    """Return the taxes of these lines, each rate once, the highest first."""
    sums: dict[tuple[int, str], tuple[int, int]] = {}
    for line in lines:
        if line.tax_name:
            net, tax = sums.get((line.tax_bp, line.tax_name), (0, 0))
            sums[line.tax_bp, line.tax_name] = (net + line.net, tax + line.tax)
    return tuple(TaxSum(name=name, bp=bp, net=net, amount=tax) for (bp, name), (net, tax) in sorted(sums.items(), reverse=True))


def credited(paper: Paper, before: Iterable[Paper], amount: int) -> tuple[QuoteLine, ...]:
    """Return what a credit note says when `amount` of a paper goes back; all of it below zero.

    `before` are the papers that took back from it already, or say that it is owed again. Each line gives up its share of what is left, so
    that a paper given back bit by bit is given back to the last unit, and the notes add up to their amounts.
    """
    gone = _shares(_left(paper, before), amount)
    found = (
        QuoteLine(text=line.text, quantity=line.quantity, net=-net, tax=-tax, tax_bp=line.tax_bp, tax_name=line.tax_name)
        for line, net, tax in zip(paper.lines, gone[::2], gone[1::2], strict=True)
    )
    return tuple(line for line in found if line.net or line.tax)


def owed_again(lines: Iterable[QuoteLine]) -> tuple[QuoteLine, ...]:
    """Return the lines of a credit note that is taken back."""
    return tuple(replace(line, net=-line.net, tax=-line.tax) for line in lines)


def _left(paper: Paper, before: Iterable[Paper]) -> list[int]:
    """Return net and tax of each line as far as they have not gone back."""
    gone = Counter[tuple[str, int, str, str]]()
    for line in (line for one in before for line in one.lines):
        gone.update({(*_name(line), "net"): -line.net, (*_name(line), "tax"): -line.tax})
    left: list[int] = []
    for line in paper.lines:
        for kind, amount in (("net", line.net), ("tax", line.tax)):
            taken = min(amount, gone[*_name(line), kind])  # lines of one name give up one after the other
            gone[*_name(line), kind] -= taken
            left.append(amount - taken)
    return left


def _name(line: QuoteLine) -> tuple[str, int, str]:
    return line.text, line.tax_bp, line.tax_name


def _shares(parts: Sequence[int], amount: int) -> list[int]:
    """Return `amount` divided over the parts by their size: each gets its share of what those before it left."""
    whole, rest, found = sum(parts), amount, list[int]()
    for part in parts:
        found.append(rest * part // whole if whole else 0)
        whole, rest = whole - part, rest - found[-1]
    return found
