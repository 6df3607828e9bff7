"""Prices as this community takes them: in its credits, in its currency, or in both, as its books allow."""

from skillhall.kernel.db.tx import Read
from skillhall.kernel.money import CREDIT, Money
from skillhall.learning.model.prices import Price, money_of
from skillhall.learning.model.refusals import CurrencyNotAccepted
from skillhall.ledger.api import LedgerRules


def price_of(read: Read, price: Price) -> Money:
    """Return the price a lesson is to have; a bare number is of credits, or of money where there are none."""
    found = money_of(price, assets(read)[0])
    check_accepted(read, found)
    return found


def shown_price(price: Price | None, now: Money) -> Money | None:
    """Return the price a client has shown; a bare number is of the asset that is asked now."""
    return None if price is None else money_of(price, now.currency)


def check_accepted(read: Read, price: Money) -> None:
    """Refuse a price that cannot be paid here; nothing is free in any asset."""
    accepted = assets(read)
    if price.amount and price.currency not in accepted:
        raise CurrencyNotAccepted(currency=price.currency, accepted=", ".join(accepted))


def assets(read: Read) -> list[str]:
    """Return what lessons may be priced in, what is meant by a bare number first."""
    rules = read.setting(LedgerRules)
    return [CREDIT] * rules.has_credits + [read.house.config.community_currency] * (rules.mode != "points")


def priced_in(read: Read, currency: str | None, sort: str | None, *bounds: int | None) -> dict[str, object]:
    """Return filters that keep prices of different assets from being compared: of one asset where they are, and what is free."""
    is_compared = (sort or "").removeprefix("-") == "price" or any(bound is not None for bound in bounds)
    return {"asset": currency if not is_compared else None, "comparable": (currency or assets(read)[0]) if is_compared else None}
