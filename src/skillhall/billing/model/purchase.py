"""A purchase: what was quoted, what its payment brings, and what of it may go back. Pure."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from skillhall.billing.model.price import Off, Purpose
from skillhall.billing.model.subscription import Terms
from skillhall.billing.model.tax import Tax
from skillhall.payments.api import QuoteLine

PURCHASE: Final = "purchase"
"""How payments knows a purchase."""
Kind = Literal["package", "plan", "renewal", "upgrade", "boost"]
GIVEN_UP: Final = frozenset({"cancelled", "superseded"})
"""Why a purchase is dead by somebody's will: money that still comes goes back."""


class Purchase(Struct, frozen=True, kw_only=True):
    """One purchase; see the table."""

    id: UUID
    account_id: UUID
    purpose: Purpose
    kind: Kind
    asked_kind: str
    asked_id: UUID
    title: str
    amount: int
    tax: int
    asset: str
    lines: tuple[QuoteLine, ...]
    created_at: datetime
    expires_at: datetime | None = None
    credits: int = 0
    terms: Terms | None = None
    old_terms: Terms | None = None
    old_net: int = 0
    subscription_id: UUID | None = None
    period_no: int | None = None
    is_trial: bool = False
    discount: Off | None = None
    boost: str | None = None
    days: int | None = None
    coupon_code: str | None = None
    state: Literal["open", "paid", "dead"] = "open"
    dead_reason: str | None = None
    payment_id: UUID | None = None
    money_back: int = 0
    credits_back: int = 0
    revoked_at: datetime | None = None
    paid_at: datetime | None = None

    @property
    def net(self) -> int:
        """The price without tax."""
        return self.amount - self.tax

    @property
    def plan(self) -> Terms:
        """The plan it is for; only those of subscriptions have one."""
        if self.terms is None:
            raise LookupError(f"purchase {self.id} of a {self.kind} is for no plan")
        return self.terms


def line(text: str, price: int, off: int, tax: Tax) -> QuoteLine:
    """Return the one line of a purchase: its price, what a coupon takes off, the tax on the rest."""
    return QuoteLine(text=text, quantity=1, net=price - off, discount=off, tax=tax.amount, tax_bp=tax.bp, tax_name=tax.name)


def most_back(purchase: Purchase, unspent: int) -> int:
    """Return how much of a package may go back because somebody asks: its price by the credits that are still there, rounded down.

    `unspent` are the bought credits in the buyer's wallet.
    """
    left = purchase.credits - purchase.credits_back
    there = min(left, unspent)
    rest = purchase.amount - purchase.money_back
    if not there:
        return 0
    return rest if there == left else min(rest, purchase.amount * there // purchase.credits)


def credits_for(purchase: Purchase, amount: int) -> int:
    """Return the credits that leave with this part of the price, rounded up; with all that is left of it, all that are left."""
    left = purchase.credits - purchase.credits_back
    if amount >= purchase.amount - purchase.money_back:
        return left
    return min(left, -(-purchase.credits * amount // purchase.amount))


def tax_in(purchase: Purchase, amount: int) -> int:
    """Return the tax in the next part of the price that goes back, as its credit note says it; all parts together have all of it."""
    before, whole = purchase.money_back, purchase.amount
    return amount - (purchase.net * (before + amount) // whole - purchase.net * before // whole)
