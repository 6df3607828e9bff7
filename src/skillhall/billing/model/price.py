"""Prices by currency, codes, and coupons. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.billing.model.refusals import CouponNotForThis, CouponNotNow, NoPrice, NoRedeemPrice, PriceBelowRedemption
from skillhall.kernel import ids
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.refusals import FieldError, Invalid

Purpose = Literal["credits", "subscription", "boost"]
Prices = dict[str, int]
"""Minor units by ISO 4217 currency."""
Code = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$(?!\n)", description="Up to 40 letters, digits, - and _", examples=["SPRING"])
]
WHOLE: Final = 10_000
MOST: Final = 10**12


class Off(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a coupon takes off: basis points, or an amount. `left` is for how many periods of a subscription to come; None: all.

    `items` are the codes of what it is for, none: everything; a subscription may change to another plan meanwhile.
    """

    code: str
    percent_bp: int | None = None
    amount: int | None = None
    left: int | None = None
    items: tuple[str, ...] = ()

    def of(self, price: int) -> int:
        """Return what it takes off this price: never more than all of it."""
        return min(price, self.amount or 0) if self.percent_bp is None else price * self.percent_bp // WHOLE

    def is_for(self, item: str) -> bool:
        """Whether it is for the thing with this code."""
        return not self.items or item in self.items

    @property
    def is_left(self) -> bool:
        """Whether it takes something off the next period too."""
        return self.left is None or self.left > 0


class Coupon(Struct, frozen=True, kw_only=True):
    """A coupon. `items` are codes of plans and packages and kinds of boosts; none: everything of its purposes."""

    id: UUID
    code: str
    percent_bp: int | None
    amounts: Prices | None
    purposes: tuple[Purpose, ...]
    items: tuple[str, ...]
    periods: int | None
    most: int | None
    most_each: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    is_active: bool
    taken: int = 0
    version: int = 1

    def check(self, purpose: str, item: str, asset: str, now: datetime) -> Off:
        """Return what it takes off this thing now, or refuse."""
        if not self.is_active or (self.starts_at and now < self.starts_at) or (self.ends_at and now >= self.ends_at):
            raise CouponNotNow(code=self.code)
        if purpose not in self.purposes or (self.items and item not in self.items):
            raise CouponNotForThis(code=self.code)
        if self.amounts is not None and asset not in self.amounts:
            raise CouponNotForThis(code=self.code)
        amount = None if self.amounts is None else self.amounts[asset]
        return Off(code=self.code, percent_bp=self.percent_bp, amount=amount, left=self.periods, items=self.items)


class Priced(Struct, frozen=True, kw_only=True):
    """A package as the guard of redemption sees it."""

    code: str
    credits: int
    prices: Prices


def plan_id(code: str) -> UUID:
    """Return the id of the plan with this code; codes are never given twice."""
    return ids.derived("plan", code.lower())


def package_id(code: str) -> UUID:
    """Return the id of the package with this code."""
    return ids.derived("package", code.lower())


def price_in(prices: Mapping[str, int], asset: str) -> int:
    """Return the price in this currency, or refuse."""
    if asset not in prices:
        raise NoPrice(currency=asset)
    return prices[asset]


def prices_of(given: Sequence[Money], *, least: int = 1, field: str = "prices") -> Prices:
    """Return prices by currency. Refuses credits, the same currency twice, and what is below `least`."""
    prices = {money.currency: money.amount for money in given}
    if len(prices) != len(given):
        raise _wrong(field, "one_each", "Give one price per currency.")
    if CREDIT in prices or any(not least <= amount <= MOST for amount in prices.values()):
        raise _wrong(field, "price", f"A price is money, from {least} minor units to a trillion.")
    return prices


def shown(prices: Mapping[str, int]) -> list[Money]:
    """Return prices as the wire has them."""
    return [Money(amount, asset) for asset, amount in sorted(prices.items())]


def check_redemption(packages: Iterable[Priced], coupons: Sequence[Coupon], redeem: Mapping[str, int], now: datetime) -> None:
    """Refuse when some package costs less per credit than a credit is redeemed for, after the largest coupon that is or will be valid.

    Credits bought in one currency are redeemed in any. The redeem prices are the operator's word on what is worth the same, so while there
    are any, every currency of a package needs one.
    """
    if not any(redeem.values()):
        return
    off = [
        coupon for coupon in coupons if coupon.is_active and "credits" in coupon.purposes and not (coupon.ends_at and coupon.ends_at <= now)
    ]
    for package in packages:
        for asset, price in package.prices.items():
            least = redeem.get(asset, 0)
            if not least:
                raise NoRedeemPrice(package=package.code, currency=asset)
            usable = [coupon for coupon in off if not coupon.items or package.code in coupon.items]
            largest = max((_taken(coupon, price, asset) for coupon in usable), default=0)
            if price - largest < least * package.credits:
                raise PriceBelowRedemption(package=package.code, redeem=Money(least, asset))


def _taken(coupon: Coupon, price: int, asset: str) -> int:
    return Off(code=coupon.code, percent_bp=coupon.percent_bp, amount=(coupon.amounts or {}).get(asset)).of(price)


def _wrong(field: str, code: str, message: str) -> Invalid:
    return Invalid(FieldError(field, "body", f"billing.{code}", message))
