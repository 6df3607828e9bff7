"""Amounts as clients write them: money in minor units, or a bare number or text in major units. Pure."""

from decimal import Decimal
from typing import Final

from skillhall.kernel.money import Money, exponent, minor_units
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.payments.model.refund_refusals import OtherCurrency

LARGEST: Final = 10**12


def minor_of(price: Money | Decimal, asset: str, field: str = "amount") -> int:
    """Return minor units of `asset`, from 1 to a trillion. Refuses another currency, and what is no such amount."""
    if isinstance(price, Money) and price.currency != asset:
        raise OtherCurrency(currency=asset)
    amount = minor_units(price, asset, least=1, most=LARGEST)
    if amount is None:
        text = f"Must be an amount of {asset} above zero with at most {exponent(asset)} decimals."
        raise Invalid(FieldError(field, "body", "payments.amount", text))
    return amount
