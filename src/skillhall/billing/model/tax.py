"""Tax on what the community itself sells: a rate by the buyer's country, added to the net price. Pure."""

from typing import Final

from msgspec import Struct

ALL: Final = 10_000
REVERSE_CHARGE: Final = "Reverse charge"


class Rate(Struct, frozen=True, kw_only=True):
    """A country's rate in basis points. Buyers with a tax id may owe it in person (reverse charge): then nothing is added."""

    name: str
    bp: int
    spares_businesses: bool = False


class Tax(Struct, frozen=True, kw_only=True):
    """What is added to a net price: `amount` in its minor units, `bp` of it, and the tax's name for the invoice line."""

    bp: int = 0
    name: str = ""
    amount: int = 0


def tax_on(net: int, rate: Rate | None, *, has_tax_id: bool) -> Tax:
    """Return the tax on a net price, half a unit rounded up; none where no rate is known."""
    if rate is None:
        return Tax()
    if rate.spares_businesses and has_tax_id:
        return Tax(name=REVERSE_CHARGE)
    return Tax(bp=rate.bp, name=rate.name, amount=share(net, rate.bp, ALL))


def tax_in(gross: int, rate: Rate | None, *, has_tax_id: bool) -> Tax:
    """Return the tax that a price already holds, half a unit rounded up."""
    if rate is None or (rate.spares_businesses and has_tax_id):
        return tax_on(0, rate, has_tax_id=has_tax_id)
    return Tax(bp=rate.bp, name=rate.name, amount=share(gross, rate.bp, ALL + rate.bp))


def share(amount: int, part: int, whole: int) -> int:
    """Return `part` of `whole` of an amount above zero, half a unit rounded up."""
    return (2 * amount * part + whole) // (2 * whole)
