"""Prices as clients write them: money in minor units, or a bare number or text in major units of the currency beside it."""

from decimal import Decimal
from typing import Final

from skillhall.gigs.model.refusals import OtherCurrency
from skillhall.kernel.money import Money, exponent, minor_units
from skillhall.kernel.refusals import FieldError, Invalid

Price = Money | Decimal
LARGEST: Final = 10**12


def minor_of(price: Price, asset: str, field: str, *, least: int = 1) -> int:
    """Return minor units of `asset`, from `least` to a trillion. Refuses another currency, and what is no such amount."""
    if isinstance(price, Money) and price.currency != asset:
        raise OtherCurrency(currency=asset)
    amount = minor_units(price, asset, least=least, most=LARGEST)
    if amount is None:
        decimals = exponent(asset)
        raise Invalid(
            FieldError(field, "body", "gigs.amount", f"Must be an amount of {asset} with at most {decimals} decimals, not below {least}.")
        )
    return amount
