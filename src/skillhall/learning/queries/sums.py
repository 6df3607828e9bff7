"""Amounts added up by asset: credits apart, every currency for itself."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from skillhall.kernel.db.tx import Row
from skillhall.kernel.money import CREDIT, Money


class Sums(Struct, frozen=True):
    """`credits`, 0 included, and `money` by currency, without those of which there is none."""

    credits: Money
    money: list[Money]


def sums(rows: Iterable[Row]) -> Sums:
    """Return the sums of the `amount` of rows that name their `asset`."""
    total = Counter[str]()
    for row in rows:
        total[row["asset"]] += row["amount"]
    return Sums(
        credits=Money(total.pop(CREDIT, 0), CREDIT),
        money=[Money(amount, asset) for asset, amount in sorted(total.items()) if amount],
    )
