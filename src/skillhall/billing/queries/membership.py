"""A member's plan, subscription and usage on screens."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from skillhall.billing.model.subscription import BillingRules, Subscription, after_months, grace_left, is_last_try, worth_of
from skillhall.billing.model.usage import ENTITLEMENTS, Entitlement, month_of
from skillhall.billing.queries.allowance import Used, allowance, used_of
from skillhall.billing.queries.purchases import PurchaseView, recent
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, View, instant, maybe_instant
from skillhall.payments.api import default_method

LAST = sql("SELECT s.* FROM billing.subscription s WHERE s.account_id = $1 ORDER BY s.started_at DESC, s.id DESC LIMIT 1")
FREE = sql("SELECT p.code, p.name FROM billing.plan p WHERE p.is_free AND p.archived_at IS NULL")


class PlanCard(View, frozen=True, kw_only=True):
    """A plan by its names."""

    code: str
    name: str


class SubscriptionView(View, frozen=True, kw_only=True):
    """One's subscription; `status` is `none` where there never was one, and the last one is shown when it has ended.

    `nextPayment` is due at `currentPeriodEnd`, before tax. In grace (`past_due`) `amountDue` waits to be paid, and the plan stays until
    `graceEndsAt`. `nextPlan` begins with the next period.
    """

    id: UUID | None
    status: Literal["none", "trialing", "active", "past_due", "ended"]
    plan: PlanCard | None
    price: Money | None
    current_period_start: Instant | None
    current_period_end: Instant | None
    cancel_at_period_end: bool
    next_plan: PlanCard | None
    next_payment: Money | None
    amount_due: Money | None
    due_purchase_id: UUID | None
    next_try_at: Instant | None
    grace_ends_at: Instant | None
    coupon_code: str | None
    started_at: Instant | None
    ended_at: Instant | None
    end_reason: str | None


class UsageView(View, frozen=True, kw_only=True):
    """One entitlement in this period. `limit` and `remaining` are null without a limit; `reserved` is kept for what is under way."""

    entitlement: Entitlement
    limit: int | None
    used: int
    reserved: int
    remaining: int | None


class UsagePeriodView(View, frozen=True, kw_only=True):
    """What is used in the period that runs; then counting starts anew."""

    period_start: Instant
    period_end: Instant
    usage: list[UsageView]


class BillingView(View, frozen=True, kw_only=True):
    """All of it on one screen: the plan, what is used of it, the subscription, the latest purchases."""

    plan: PlanCard | None
    subscription: SubscriptionView
    usage: UsagePeriodView
    purchases: list[PurchaseView]
    default_payment_method_id: UUID | None


async def subscription_view(read: Read, account_id: UUID) -> SubscriptionView:
    """Return the live subscription of an account, else its last one, else that there is none."""
    row = await read.row(LAST, account_id)
    if row is None:
        return SubscriptionView(
            id=None, status="none", plan=await _free(read), price=None, current_period_start=None, current_period_end=None,
            cancel_at_period_end=False, next_plan=None, next_payment=None, amount_due=None, due_purchase_id=None, next_try_at=None,
            grace_ends_at=None, coupon_code=None, started_at=None, ended_at=None, end_reason=None,
        )  # fmt: skip
    return _shown(msgspec.convert(dict(row), Subscription), read.setting(BillingRules))


async def usage_view(read: Read, account_id: UUID) -> UsagePeriodView:
    """Return what an account has used of its plan in this period."""
    allowed = await allowance(read, account_id)
    used = await used_of(read, account_id, allowed)
    return UsagePeriodView(
        period_start=instant(allowed.period_start),
        period_end=instant(allowed.period_end or after_months(month_of(read.now), 1)),
        usage=[_usage(name, allowed.most(name), used.get(name, Used())) for name in ENTITLEMENTS],
    )


async def billing_view(read: Read, account_id: UUID) -> BillingView:
    """Return everything a member pays for here."""
    subscription = await subscription_view(read, account_id)
    return BillingView(
        plan=await _free(read) if subscription.status == "ended" else subscription.plan,
        subscription=subscription,
        usage=await usage_view(read, account_id),
        purchases=await recent(read, account_id),
        default_payment_method_id=await default_method(read, account_id),
    )


async def _free(read: Read) -> PlanCard | None:
    row = await read.row(FREE)
    return None if row is None else PlanCard(code=row["code"], name=row["name"])


def _usage(name: Entitlement, most: int | None, used: Used) -> UsageView:
    left = None if most is None else max(0, most - used.used - used.reserved)
    return UsageView(entitlement=name, limit=most, used=used.used, reserved=used.reserved, remaining=left)


def _shown(sub: Subscription, rules: BillingRules) -> SubscriptionView:
    terms, coming = sub.terms, sub.next_terms or sub.terms
    is_going_on = sub.is_live and not sub.is_cancelling and sub.renewal_id is None
    due = Money(worth_of(coming, sub.discount), coming.asset) if sub.is_live and not sub.is_cancelling else None
    is_due = sub.renewal_id is not None
    return SubscriptionView(
        id=sub.id,
        status=sub.state.value,
        plan=PlanCard(code=terms.code, name=terms.name),
        price=Money(terms.price, terms.asset),
        current_period_start=instant(sub.period_start),
        current_period_end=instant(sub.period_end),
        cancel_at_period_end=sub.is_cancelling,
        next_plan=PlanCard(code=sub.next_terms.code, name=sub.next_terms.name) if sub.next_terms else None,
        next_payment=due if is_going_on else None,
        amount_due=due if is_due else None,
        due_purchase_id=sub.renewal_id,
        next_try_at=maybe_instant(sub.due_at) if is_due and not is_last_try(sub, rules) else None,
        grace_ends_at=maybe_instant(_grace_end(sub, rules)) if is_due else None,
        coupon_code=sub.discount.code if sub.discount and sub.discount.is_left else None,
        started_at=instant(sub.started_at),
        ended_at=maybe_instant(sub.ended_at),
        end_reason=sub.end_reason,
    )


def _grace_end(sub: Subscription, rules: BillingRules) -> datetime | None:
    """Return when the last try is made."""
    return None if sub.due_at is None else sub.due_at + grace_left(sub.tries, rules)
