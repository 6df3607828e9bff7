"""Prices as clients write them: credits, as money of the asset CREDIT or as a bare number."""

from decimal import Decimal

from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.learning.model.refusals import MoneyNotEnabled

Price = Money | int | str
_LARGEST = 1_000_000


def credits_of(price: Price | None) -> int | None:
    """Return whole credits from 0 to a million. Refuses another currency, and what is no such number."""
    if price is None:
        return None
    if isinstance(price, Money):
        if price.currency != CREDIT:
            raise MoneyNotEnabled(currency=price.currency)
        amount = Decimal(price.amount)
    else:
        amount = _number(price)
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 <= amount <= _LARGEST:
        raise _not_a_price()
    return int(amount)


def _number(price: int | str) -> Decimal:
    try:
        return Decimal(price)
    except ArithmeticError as error:
        raise _not_a_price() from error


def _not_a_price() -> Invalid:
    return Invalid(FieldError("price", "body", "learning.price", f"Must be whole credits from 0 to {_LARGEST:,}."))
