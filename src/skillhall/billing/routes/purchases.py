"""HTTP of buying: purchases, one's subscription, what is used of it."""

from uuid import UUID

from skillhall.billing.commands.buy import buy_this, change_subscription, pay_subscription
from skillhall.billing.commands.subscribe import cancel_subscription, resume_subscription
from skillhall.billing.commands.try_coupon import ChangePreviewView, preview_change
from skillhall.billing.flows.buying import BoughtView, buy
from skillhall.billing.model import refusals as no
from skillhall.billing.model.bodies import BuyThis, ChangePlan, PayRenewal, PlanChoice
from skillhall.billing.queries import membership, purchases
from skillhall.billing.queries.membership import BillingView, SubscriptionView, UsagePeriodView
from skillhall.billing.queries.purchases import PurchaseQuery, PurchaseView
from skillhall.identity.api import AccountNotActive
from skillhall.kernel.http import Answer, Call, Key, get, post
from skillhall.kernel.shapes import Page
from skillhall.payments.api import AlreadyOpen, AmountNotTaken, MethodNotFound, NoProvider, PaymentMoved

PAYING = (AlreadyOpen, AmountNotTaken, MethodNotFound, NoProvider, PaymentMoved, AccountNotActive)
COUPON = (no.CouponNotFound, no.CouponNotNow, no.CouponNotForThis, no.CouponUsedUp, no.CouponUsedByYou)
PLAN = (no.PlanNotFound, no.PlanIsFree, no.NoPrice, no.AlreadySubscribed, no.NotAnUpgrade, no.RenewalOpen)
THINGS = (no.PackageNotFound, no.NoCreditsSold, no.NothingToBoost, no.OtherPurchaseOpen, no.NothingDue)


@post(
    "/billing/purchase",
    created="/billing/purchases/{purchase_id}",
    key=Key.NATURAL,
    limit="money",
    refuses=(*PLAN, *THINGS, *COUPON, *PAYING),
    example={"planCode": "pro", "couponCode": "SPRING"},
)
async def purchase_something(call: Call, data: BuyThis) -> Answer[BoughtView]:
    """Buy a plan, a package of credits or a boost: the server says what it costs, and it is there when the payment has succeeded.

    Asked again, the same open purchase is answered. A plan dearer than one's own is an upgrade, paid in proportion; one's own plan, while
    its renewal is unpaid, pays that. With `paymentMethodId` the stored method is charged, otherwise the client finishes the payment.
    """
    return await buy(call, buy_this, data)


@get("/billing/purchases")
async def list_purchases(call: Call, query: PurchaseQuery) -> Page[PurchaseView]:
    """List one's own purchases; staff reads those of `accountId`, or everybody's."""
    return await purchases.purchases_page(call.read, call.by, query)


@get("/billing/purchases/{purchase_id:uuid}", refuses=(no.PurchaseNotFound,))
async def read_purchase(call: Call, purchase_id: UUID) -> PurchaseView:
    """Read a purchase: its buyer, and staff."""
    return await purchases.purchase_view(call.read, purchase_id, call.by)


@get("/billing")
async def read_billing(call: Call) -> BillingView:
    """Read one's plan, what is used of it, the subscription and the latest purchases."""
    return await membership.billing_view(call.read, call.by.account_id)


@get("/billing/usage")
async def read_usage(call: Call) -> UsagePeriodView:
    """Read what one has used of each entitlement in the period that runs, and what is left."""
    return await membership.usage_view(call.read, call.by.account_id)


@get("/billing/subscription")
async def read_subscription(call: Call) -> SubscriptionView:
    """Read one's subscription; the last one when it has ended, and `status` none where there never was one."""
    return await membership.subscription_view(call.read, call.by.account_id)


@post("/billing/subscription/cancel", key=Key.NATURAL, refuses=(no.NotSubscribed,))
async def cancel_own_subscription(call: Call) -> Answer[SubscriptionView]:
    """Let one's subscription end with its period; at once when that is over and the next one is not paid yet."""
    return await call.run(cancel_subscription)


@post("/billing/subscription/resume", key=Key.NATURAL, refuses=(no.NotSubscribed,))
async def resume_own_subscription(call: Call) -> Answer[SubscriptionView]:
    """Take a cancellation back before the period ends."""
    return await call.run(resume_subscription)


@post(
    "/billing/subscription/change",
    key=Key.NATURAL,
    limit="money",
    refuses=(no.NotSubscribed, no.SamePlan, no.PlanNotFound, no.NoPrice, no.RenewalOpen, no.OtherPurchaseOpen, *PAYING),
    example={"planCode": "enterprise"},
)
async def change_own_subscription(call: Call, data: ChangePlan) -> Answer[BoughtView]:
    """Change the plan: a dearer one once its difference for the rest of the period is paid, a cheaper one with the next period.

    The free plan is the same as cancelling; one's own plan takes a planned change back. During a trial every plan begins at once.
    """
    return await buy(call, change_subscription, data)


@post(
    "/billing/subscription/preview",
    refuses=(no.NotSubscribed, no.SamePlan, no.PlanNotFound, no.NoPrice, no.RenewalOpen),
    example={"planCode": "enterprise"},
)
async def preview_subscription_change(call: Call, data: PlanChoice) -> Answer[ChangePreviewView]:
    """Learn what changing to a plan would cost now, and from when it would be; nothing changes."""
    return await call.run(preview_change, data)


@post(
    "/billing/subscription/pay",
    key=Key.NATURAL,
    limit="money",
    refuses=(no.NotSubscribed, no.NothingDue, *PAYING),
    example={"paymentMethodId": "018f0000-0000-7000-8000-000000000002"},
)
async def pay_own_subscription(call: Call, data: PayRenewal) -> Answer[BoughtView]:
    """Pay the next period of a subscription whose charge was refused, with a stored method or on the client's side."""
    return await buy(call, pay_subscription, data)
