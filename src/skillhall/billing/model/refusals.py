"""Every "no" of what billing sells."""

from skillhall.kernel.refusals import Conflict, NotFound, Refused


class LimitReached(Refused):
    """The plan brings no more of it in this period."""

    code = "billing.limit_reached"
    message = "Your plan includes {limit} of this a month, and they are used up. A larger plan has more."


class PlanNotFound(NotFound):
    """No plan has this id or code, or it is not sold any more."""

    code = "billing.plan_not_found"
    message = "There is no such plan."


class PackageNotFound(NotFound):
    """No package has this id or code, or it is not sold any more."""

    code = "billing.package_not_found"
    message = "There is no such package of credits."


class PurchaseNotFound(NotFound):
    """No purchase of the caller has this id."""

    code = "billing.purchase_not_found"
    message = "There is no such purchase."


class CouponNotFound(NotFound):
    """No coupon has this code."""

    code = "billing.coupon_not_found"
    message = "There is no such coupon."


class CouponNotNow(Refused):
    """The coupon is switched off, not yet valid, or not any more."""

    code = "billing.coupon_not_now"
    message = "The coupon {code} is not valid now."


class CouponNotForThis(Refused):
    """The coupon is for other things, or for other currencies."""

    code = "billing.coupon_not_for_this"
    message = "The coupon {code} is not for this."


class CouponUsedUp(Refused):
    """Others were faster."""

    code = "billing.coupon_used_up"
    message = "The coupon {code} is used up."


class CouponUsedByYou(Refused):
    """Each account may use it so many times."""

    code = "billing.coupon_used_by_you"
    message = "You have used the coupon {code} as often as one person may."


class CouponUsedMore(Refused):
    """The new limit lies below what is used already."""

    code = "billing.coupon_used_more"
    message = "This coupon has been used {taken} times already; the limit cannot lie below."


class CodeTaken(Conflict):
    """Codes are given once, also to what is not sold any more."""

    code = "billing.code_taken"
    message = "The code {value} is taken."


class FreePlanExists(Conflict):
    """Whoever has no subscription has the one free plan."""

    code = "billing.free_plan_exists"
    message = "There is a free plan already; a hall has one."


class PriceBelowRedemption(Refused):
    """Credits would cost less than they are redeemed for: buying from oneself would earn money."""

    code = "billing.price_below_redemption"
    message = "A credit of {package} would cost less than the {redeem} it is redeemed for, with the largest coupon counted in."


class NoRedeemPrice(Refused):
    """What credits cost in a currency without a redeem price cannot be compared with what they are redeemed for in others."""

    code = "billing.no_redeem_price"
    message = "{package} cannot be sold in {currency}: credits are redeemed here, and there is no redeem price in {currency}."


class NoCreditsSold(Refused):
    """Only the mode `voucher` sells credits."""

    code = "billing.no_credits_sold"
    message = "This community's ledger runs in mode {mode}, which sells no credits."


class NoPrice(Refused):
    """It is not sold in this currency."""

    code = "billing.no_price"
    message = "This is not sold in {currency}."


class PlanIsFree(Refused):
    """There is nothing to pay for the free plan."""

    code = "billing.plan_is_free"
    message = "This plan is free: whoever has no subscription has it. Cancel the subscription to return to it."


class AlreadySubscribed(Conflict):
    """There is a live subscription to this plan."""

    code = "billing.already_subscribed"
    message = "You have a subscription already."


class NotSubscribed(NotFound):
    """There is no live subscription."""

    code = "billing.not_subscribed"
    message = "You have no subscription."


class NotAnUpgrade(Refused):
    """A plan that costs no more begins with the next period; nothing is bought for it."""

    code = "billing.not_an_upgrade"
    message = "This plan costs no more than yours: change to it, and it begins with the next period."


class SamePlan(Refused):
    """The subscription is for this plan already."""

    code = "billing.same_plan"
    message = "Your subscription is for this plan already."


class RenewalOpen(Conflict):
    """The period is over and the next one is not paid yet."""

    code = "billing.renewal_open"
    message = "The next period of your subscription is not paid yet. Pay it, or cancel, first."


class OtherPurchaseOpen(Conflict):
    """The same thing is being bought with another coupon."""

    code = "billing.other_purchase_open"
    message = "You are buying this already with other conditions. Pay that, or cancel its payment."


class NothingToBoost(Refused):
    """Nothing here can be boosted."""

    code = "billing.nothing_to_boost"
    message = "Nothing can be boosted in this community."


class NothingDue(Refused):
    """It costs nothing or is paid: there is nothing to charge."""

    code = "billing.nothing_due"
    message = "Nothing is due."


class NotRefundable(Refused):
    """Only the buyer, or staff, asks for the price back."""

    code = "billing.not_refundable"
    message = "Nothing of this purchase can be refunded: {why}."
