"""Amounts: integer minor units of one asset, the community's credit or an ISO 4217 currency."""

from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Final

from msgspec import Meta, Struct

CREDIT: Final = "CREDIT"
NO_DECIMALS: Final = (
    CREDIT,
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
)  # fmt: skip
EXPONENTS: Final = MappingProxyType(
    {**dict.fromkeys(NO_DECIMALS, 0), **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3), "CLF": 4, "UYW": 4}
)
"""Decimals of the assets that have not two (ISO 4217)."""
Asset = Annotated[str, Meta(pattern=r"^(CREDIT|[A-Z]{3})$(?!\n)", description="CREDIT or an ISO 4217 code", examples=["EUR", "CREDIT"])]


class Money(Struct, frozen=True, forbid_unknown_fields=True):
    """`amount` in minor units of `currency`; credits are whole."""

    amount: Annotated[int, Meta(ge=-(2**53), le=2**53)]
    currency: Asset

    def __str__(self) -> str:
        """Return the amount as people read it: 30 credits, 9.99 EUR."""
        if self.currency == CREDIT:
            return f"{self.amount:,} {'credit' if self.amount == 1 else 'credits'}"
        return f"{major_units(self.amount, self.currency):,.{exponent(self.currency)}f} {self.currency}"


def exponent(asset: str) -> int:
    """Return how many decimals the major unit of an asset has: one EUR is 10 ** 2 minor units."""
    return EXPONENTS.get(asset, 2)


def minor_units(price: Money | Decimal, asset: str, *, least: int, most: int) -> int | None:
    """Return an amount as clients write it, money in minor units or a bare number in major units of `asset`; None for what is none.

    None too outside `least` to `most` minor units. Which currencies are taken is the caller's to say.
    """
    amount, decimals = (Decimal(price.amount), 0) if isinstance(price, Money) else (price, exponent(asset))
    if not amount.is_finite() or not Decimal(least).scaleb(-decimals) <= amount <= Decimal(most).scaleb(-decimals):
        return None
    amount = amount.scaleb(decimals)
    return int(amount) if amount == amount.to_integral_value() else None


def major_units(amount: int, asset: str) -> Decimal:
    """Return minor units in the major unit of their asset, with its decimals."""
    return Decimal(amount).scaleb(-exponent(asset))


def credits(amount: int) -> Money:  # noqa: A001 - the domain word; the builtin of that name is for the interactive prompt
    """Return `amount` credits."""
    return Money(amount, CREDIT)
