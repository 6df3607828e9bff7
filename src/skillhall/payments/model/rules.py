"""What an operator decides about payments; every number is copied onto the row it rules."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from skillhall.kernel.money import exponent

REDEEM_PRICES: Final[Mapping[str, int]] = MappingProxyType({"EUR": 10, "GBP": 8, "INR": 800, "USD": 10})
LEAST_PAYOUTS: Final[Mapping[str, int]] = MappingProxyType({"INR": 500_00})
LEAST_MAJOR: Final = 10


def redeem_prices(text: str) -> Mapping[str, int]:
    """Return the prices written as "EUR:10,TRY:350", in minor units; without any, those delivered."""
    given = (one.split(":") for one in text.split(",") if one)
    return {asset: int(price) for asset, price in given} or REDEEM_PRICES


class PaymentRules(Struct, frozen=True, kw_only=True):
    """The rules as they are delivered.

    `expires_after` is how long a payment stays open where its owner does not say, `unknown_after` how long a provider's answer is awaited.
    `credit_redeem_price` is what one earned credit is worth when it is redeemed, in minor units of each currency; a currency it lacks is
    not redeemed into. It may not be above the lowest price at which a credit is sold, or buying from oneself would earn money.
    `destination_days`: how long nothing goes to a destination that has replaced another.
    """

    expires_after: timedelta = timedelta(hours=24)
    unknown_after: timedelta = timedelta(seconds=60)
    payout_delay_days: int = 7
    destination_days: int = 3
    refund_days: int = 30
    credit_redeem_price: Mapping[str, int] = REDEEM_PRICES
    decide_after_hours: int = 72
    transit_days: int = 3
    least_payouts: Mapping[str, int] = LEAST_PAYOUTS

    @property
    def payout_delay(self) -> timedelta:
        """How long earnings wait before they can be paid out or redeemed."""
        return timedelta(days=self.payout_delay_days)

    @property
    def destination_delay(self) -> timedelta:
        """How long the owner of a payout account has to notice that somebody else has changed where the money goes."""
        return timedelta(days=self.destination_days)

    @property
    def decide_after(self) -> timedelta:
        """How long an outcome must have been unknown before two operators may decide it."""
        return timedelta(hours=self.decide_after_hours)

    def min_payout(self, asset: str) -> int:
        """Return the least that is paid out, in minor units of a currency."""
        return self.least_payouts.get(asset, LEAST_MAJOR * 10 ** exponent(asset))
