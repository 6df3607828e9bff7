"""Prices as clients write them: money of an asset in minor units, or a bare number in major units of the asset meant."""

from decimal import Decimal
from typing import Final

from skillhall.kernel.money import CREDIT, Money, exponent, major_units, minor_units
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.learning.model.refusals import PriceChanged

Price = Money | Decimal
MOST_CREDITS: Final = 1_000_000
MOST_MONEY: Final = 100_000_000


def money_of(price: Price, asset: str) -> Money:
    """Return a price from 0 to a million credits, or a hundred million minor units; a bare number is of `asset`. Refuses what is none."""
    if isinstance(price, Money):
        asset = price.currency
    most = MOST_CREDITS if asset == CREDIT else MOST_MONEY
    amount = minor_units(price, asset, least=0, most=most)
    if amount is None:
        text = f"Must be from 0 to {written(Money(most, asset))}, with at most {exponent(asset)} decimals."
        raise Invalid(FieldError("price", "body", "learning.price", text))
    return Money(amount, asset)


def check_price(shown: Money | None, now: Money) -> None:
    """Refuse when the price a client has shown is another one now; nothing in any asset is nothing."""
    if shown is not None and shown != now and (shown.amount or now.amount):
        raise PriceChanged(price=now, text=written(now))


def written(money: Money) -> str:
    """Return an amount as people read it: 30 credits, 25.00 EUR."""
    if money.currency == CREDIT:
        return f"{money.amount:,} credits"
    return f"{major_units(money.amount, money.currency):,.{exponent(money.currency)}f} {money.currency}"
