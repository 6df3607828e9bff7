"""Look what a coupon would do, and what a change of plan would cost; nothing is kept."""

from datetime import datetime
from typing import Literal

from skillhall.billing.commands.quoting import check_sold, terms_of
from skillhall.billing.model import refusals as no
from skillhall.billing.model.bodies import PlanChoice, TryCoupon, check_one_choice
from skillhall.billing.model.price import plan_id, price_in
from skillhall.billing.model.subscription import BillingRules, change_to, rest_of, upgrade_net, worth_of
from skillhall.billing.queries.taxes import tax_of
from skillhall.billing.store import catalogue, coupons, subscriptions
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, View, instant


class CouponTrialView(View, frozen=True, kw_only=True):
    """What a coupon takes off the price, before tax. `periods` of a subscription it is for, null: all."""

    code: str
    is_valid: Literal[True] = True
    price: Money
    discount: Money
    amount: Money
    periods: int | None


class ChangePreviewView(View, frozen=True, kw_only=True):
    """What changing the plan would mean: what is due now, tax included, and what the rest of the paid period counts for."""

    kind: Literal["upgrade", "downgrade", "switch", "cancel"]
    plan_code: str
    effective_at: Instant
    amount_due: Money
    tax: Money
    credited: Money
    next_payment: Money
    next_payment_at: Instant


async def validate_coupon(tx: Tx, by: Actor, command: TryCoupon) -> CouponTrialView:
    """Return what a coupon would take off this thing now, or refuse with why it would not."""
    check_one_choice(command)
    coupon = await coupons.coupon(tx, command.code)
    purpose, item, price, asset = await _priced(tx, command)
    off = coupon.check(purpose, item, asset, tx.now)
    if coupon.most is not None and coupon.taken >= coupon.most:
        raise no.CouponUsedUp(code=coupon.code)
    await coupons.check_own_uses(tx, coupon, by.account_id)
    cut = off.of(price)
    return CouponTrialView(
        code=coupon.code, price=Money(price, asset), discount=Money(cut, asset), amount=Money(price - cut, asset), periods=coupon.periods
    )


async def preview_change(tx: Tx, by: Actor, command: PlanChoice) -> ChangePreviewView:
    """Return what changing to this plan now would cost."""
    sub = await subscriptions.live(tx, by.account_id)
    if sub is None:
        raise no.NotSubscribed
    plan, asset = await catalogue.plan(tx, plan_id(command.plan_code)), sub.terms.asset
    zero, end = Money(0, asset), instant(sub.period_end)
    if plan.is_free:
        return _preview("cancel", plan.code, sub.period_end, zero, zero, zero, zero, end)
    terms = await terms_of(tx, plan.id, asset)
    if sub.renewal_id is not None:
        raise no.RenewalOpen
    if terms.plan_id == sub.terms.plan_id:
        raise no.SamePlan
    coming = Money(worth_of(terms, sub.discount), asset)
    kind = change_to(sub, terms)
    if kind != "upgrade":
        return _preview(kind, terms.code, tx.now if kind == "switch" else sub.period_end, zero, zero, zero, coming, end)
    net = upgrade_net(sub, coming.amount, tx.now)
    tax = (await tax_of(tx, by.account_id, net)).amount
    credited = Money(rest_of(sub, sub.period_net, tx.now), asset)
    return _preview(kind, terms.code, tx.now, Money(net + tax, asset), Money(tax, asset), credited, coming, end)


async def _priced(tx: Tx, command: TryCoupon) -> tuple[str, str, int, str]:
    asset = command.currency or tx.house.config.community_currency
    if command.plan_code is not None:
        terms = await terms_of(tx, plan_id(command.plan_code), asset)
        return "subscription", terms.code, terms.price, asset
    if command.boost is not None:
        return "boost", command.boost.kind, tx.setting(BillingRules).boost_price(command.boost.kind, asset), asset
    check_sold(tx)
    if command.package_id is None:
        raise LookupError("nothing is chosen")
    package = await catalogue.package(tx, command.package_id)
    return "credits", package.code, price_in(package.prices, asset), asset


def _preview(
    kind: Literal["upgrade", "downgrade", "switch", "cancel"], code: str, at: datetime, due: Money, tax: Money, credited: Money,
    coming: Money, next_at: Instant,
) -> ChangePreviewView:  # fmt: skip
    return ChangePreviewView(
        kind=kind, plan_code=code, effective_at=instant(at), amount_due=due, tax=tax, credited=credited, next_payment=coming,
        next_payment_at=next_at,
    )  # fmt: skip
