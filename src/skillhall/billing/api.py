"""The face of billing: what other contexts may use."""

from skillhall.billing.commands.adopt import AdoptedSale, adopt, adopt_papers
from skillhall.billing.commands.charge_fee import charge_fee, return_fee
from skillhall.billing.commands.entitle import give_back, reserve, use
from skillhall.billing.commands.load_catalogue import CURRENCIES, load_catalogue
from skillhall.billing.events import BoostPaid, BoostRestored, BoostRevoked
from skillhall.billing.model.refusals import (
    CouponNotForThis,
    CouponNotFound,
    CouponNotNow,
    CouponUsedByYou,
    CouponUsedUp,
    LimitReached,
    NothingToBoost,
    OtherPurchaseOpen,
)
from skillhall.billing.model.usage import Entitlement
from skillhall.billing.ports import Boostable
from skillhall.billing.queries.news import PaperNews, SubscriptionNews, paper_news, subscription_news

__all__ = [
    "CURRENCIES",
    "AdoptedSale",
    "BoostPaid",
    "BoostRestored",
    "BoostRevoked",
    "Boostable",
    "CouponNotForThis",
    "CouponNotFound",
    "CouponNotNow",
    "CouponUsedByYou",
    "CouponUsedUp",
    "Entitlement",
    "LimitReached",
    "NothingToBoost",
    "OtherPurchaseOpen",
    "PaperNews",
    "SubscriptionNews",
    "adopt",
    "adopt_papers",
    "charge_fee",
    "give_back",
    "load_catalogue",
    "paper_news",
    "reserve",
    "return_fee",
    "subscription_news",
    "use",
]
