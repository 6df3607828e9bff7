"""HTTP of what is sold: plans, packages, coupons."""

from uuid import UUID

from skillhall.billing.commands import sell
from skillhall.billing.commands.sell import SETTINGS
from skillhall.billing.commands.try_coupon import CouponTrialView, validate_coupon
from skillhall.billing.model import refusals as no
from skillhall.billing.model.bodies import EditCoupon, EditPackage, EditPlan, NewCoupon, NewPackage, NewPlan, TryCoupon
from skillhall.billing.queries import catalogue
from skillhall.billing.queries.catalogue import CouponQuery, CouponView, PackageView, PlanView
from skillhall.kernel.http import Answer, Call, Deleted, delete, get, post, put
from skillhall.kernel.shapes import ListQuery, Page

EURO = "EUR"
PLAN, PACKAGE, COUPON = "/billing/plans/{plan_id:uuid}", "/billing/packages/{package_id:uuid}", "/billing/coupons/{coupon_id:uuid}"


@get("/billing/plans", public=True)
async def list_plans(call: Call, query: ListQuery) -> Page[PlanView]:
    """List the plans that are sold, with what a month brings. Whoever has no subscription has the free one."""
    return await catalogue.plans(call.read, query)


@get(PLAN, public=True, etag=True, refuses=(no.PlanNotFound,))
async def read_plan(call: Call, plan_id: UUID) -> PlanView:
    """Read a plan."""
    return await catalogue.one_plan(call.read, plan_id)


@post(
    "/billing/plans",
    created="/billing/plans/{id}",
    permission=SETTINGS,
    etag=True,
    refuses=(no.CodeTaken, no.FreePlanExists),
    example={
        "code": "team",
        "name": "Team",
        "prices": [{"amount": 4999, "currency": EURO}],
        "limits": {"ai_credits": 2000},
        "trialDays": 14,
    },
)
async def create_plan(call: Call, data: NewPlan) -> Answer[PlanView]:
    """Put a plan on sale. One without prices is the free plan, of which there is one."""
    return await call.run(sell.create_plan, data)


@put(
    PLAN,
    permission=SETTINGS,
    etag=True,
    refuses=(no.PlanNotFound, no.FreePlanExists),
    example={"prices": [{"amount": 5999, "currency": EURO}]},
)
async def update_plan(call: Call, plan_id: UUID, data: EditPlan) -> Answer[PlanView]:
    """Change a plan for new subscriptions; running ones keep the price and limits they were bought with."""
    return await call.run(sell.change_plan_sold, plan_id, data, call.match.check)


@delete(PLAN, permission=SETTINGS, refuses=(no.PlanNotFound,))
async def remove_plan(call: Call, plan_id: UUID) -> Answer[Deleted]:
    """Sell a plan no more. Subscriptions to it go on; its code is not given again."""
    return await call.run(sell.retire_plan, plan_id)


@get("/payments/packages", public=True)
async def list_packages(call: Call, query: ListQuery) -> Page[PackageView]:
    """List the packages of credits that are sold; none where the community sells no credits."""
    return await catalogue.packages(call.read, query)


@get(PACKAGE, public=True, etag=True, refuses=(no.PackageNotFound,))
async def read_package(call: Call, package_id: UUID) -> PackageView:
    """Read a package of credits."""
    return await catalogue.one_package(call.read, package_id)


@post(
    "/billing/packages",
    created="/billing/packages/{id}",
    permission=SETTINGS,
    etag=True,
    refuses=(no.CodeTaken, no.PriceBelowRedemption, no.NoRedeemPrice, no.NoCreditsSold),
    example={"code": "weekend", "name": "Weekend", "credits": 20, "prices": [{"amount": 499, "currency": EURO}]},
)
async def create_package(call: Call, data: NewPackage) -> Answer[PackageView]:
    """Put a package of credits on sale. After the largest coupon a credit may not cost less than it is redeemed for."""
    return await call.run(sell.create_package, data)


@put(
    PACKAGE,
    permission=SETTINGS,
    etag=True,
    refuses=(no.PackageNotFound, no.PriceBelowRedemption, no.NoRedeemPrice, no.NoCreditsSold),
    example={"prices": [{"amount": 549, "currency": EURO}]},
)
async def update_package(call: Call, package_id: UUID, data: EditPackage) -> Answer[PackageView]:
    """Change a package; what is being bought keeps its quote."""
    return await call.run(sell.change_package, package_id, data, call.match.check)


@delete(PACKAGE, permission=SETTINGS, refuses=(no.PackageNotFound,))
async def remove_package(call: Call, package_id: UUID) -> Answer[Deleted]:
    """Sell a package no more; its code is not given again."""
    return await call.run(sell.retire_package, package_id)


@post(
    "/billing/coupons/validate",
    limit="money",
    refuses=(
        no.CouponNotFound,
        no.CouponNotNow,
        no.CouponNotForThis,
        no.CouponUsedUp,
        no.CouponUsedByYou,
        no.PlanNotFound,
        no.PlanIsFree,
        no.PackageNotFound,
        no.NoPrice,
        no.NoCreditsSold,
    ),
    example={"code": "SPRING", "planCode": "pro"},
)
async def check_coupon(call: Call, data: TryCoupon) -> Answer[CouponTrialView]:
    """Learn what a coupon takes off a plan, package or boost, or why it does not. Nothing is kept: the last use may be gone by then."""
    return await call.run(validate_coupon, data)


@get("/billing/coupons", permission=SETTINGS)
async def list_coupons(call: Call, query: CouponQuery) -> Page[CouponView]:
    """List the coupons."""
    return await catalogue.coupons(call.read, query)


@get(COUPON, permission=SETTINGS, etag=True, refuses=(no.CouponNotFound,))
async def read_coupon(call: Call, coupon_id: UUID) -> CouponView:
    """Read a coupon."""
    return await catalogue.one_coupon(call.read, coupon_id)


@post(
    "/billing/coupons",
    created="/billing/coupons/{id}",
    permission=SETTINGS,
    etag=True,
    refuses=(no.CodeTaken, no.PriceBelowRedemption, no.NoRedeemPrice),
    example={"code": "SPRING", "percentBasisPoints": 1000, "purposes": ["subscription"], "limit": 100, "limitPerAccount": 1},
)
async def create_coupon(call: Call, data: NewCoupon) -> Answer[CouponView]:
    """Give a coupon out: so many basis points, or an amount per currency, off what it is for."""
    return await call.run(sell.create_coupon, data)


@put(
    COUPON,
    permission=SETTINGS,
    etag=True,
    refuses=(no.CouponNotFound, no.CouponUsedMore, no.PriceBelowRedemption, no.NoRedeemPrice),
    example={"limit": 200},
)
async def update_coupon(call: Call, coupon_id: UUID, data: EditCoupon) -> Answer[CouponView]:
    """Change a coupon; what was given with it stays."""
    return await call.run(sell.change_coupon, coupon_id, data, call.match.check)


@delete(COUPON, permission=SETTINGS, refuses=(no.CouponNotFound,))
async def remove_coupon(call: Call, coupon_id: UUID) -> Answer[Deleted]:
    """Take a coupon out of use; its code is not given again."""
    return await call.run(sell.retire_coupon, coupon_id)
