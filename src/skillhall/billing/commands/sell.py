"""What staff puts on sale: plans, packages, coupons. No credit may cost less than it is redeemed for, whoever saves what meanwhile."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from skillhall.billing.commands.quoting import check_sold
from skillhall.billing.model import refusals as no
from skillhall.billing.model.bodies import Amounts, EditCoupon, EditPackage, EditPlan, NewCoupon, NewPackage, NewPlan, check_discount
from skillhall.billing.model.price import Coupon, Priced, Prices, check_redemption, package_id, plan_id, prices_of
from skillhall.billing.model.usage import Limits
from skillhall.billing.queries import catalogue as shown
from skillhall.billing.queries.catalogue import CouponView, PackageView, PlanView
from skillhall.billing.store import catalogue, coupons
from skillhall.billing.store.catalogue import Package, Plan
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Subject
from skillhall.payments.api import PaymentRules

T = TypeVar("T")
Check = Callable[[object], None]
SETTINGS = "settings.write"


async def create_plan(tx: Tx, by: Actor, command: NewPlan) -> PlanView:  # noqa: ARG001 - the permission is the route's
    """Put a plan on sale; one without prices is what everybody has without a subscription."""
    await catalogue.lock_catalogue(tx)
    code = command.code.lower()
    prices = _plan_prices(command.prices)
    plan = Plan(
        id=plan_id(code), code=code, name=command.name, description=command.description, prices=prices, limits=_limits(command.limits),
        is_free=not prices, trial_days=command.trial_days, position=command.position,
    )  # fmt: skip
    await _check_plan(tx, plan)
    if not await catalogue.insert_plan(tx, plan):
        raise no.CodeTaken(value=code)
    tx.audit("billing.create_plan", Subject("plan", plan.id), after=plan)
    return await shown.one_plan(tx, plan.id)


async def change_plan_sold(tx: Tx, by: Actor, which: UUID, command: EditPlan, check: Check) -> PlanView:  # noqa: ARG001
    """Change a plan for those who subscribe from now on."""
    await catalogue.lock_catalogue(tx)
    before = await catalogue.plan(tx, which)
    check(before.version)
    prices = before.prices if command.prices is UNSET else _plan_prices(command.prices)
    plan = replace(
        before, name=_or(command.name, before.name), description=_or(command.description, before.description), prices=prices,
        limits=before.limits if command.limits is UNSET else _limits(command.limits), is_free=not prices,
        trial_days=_or(command.trial_days, before.trial_days), position=_or(command.position, before.position),
    )  # fmt: skip
    await _check_plan(tx, plan)
    await catalogue.store_plan(tx, plan)
    tx.audit("billing.change_plan", Subject("plan", plan.id), before=before, after=plan)
    return await shown.one_plan(tx, plan.id)


async def retire_plan(tx: Tx, by: Actor, which: UUID) -> Deleted:  # noqa: ARG001
    """Sell a plan no more. Who has it keeps it."""
    await catalogue.lock_catalogue(tx)
    if not await catalogue.archive_plan(tx, which):
        raise no.PlanNotFound
    tx.audit("billing.retire_plan", Subject("plan", which))
    return Deleted(id=which)


async def create_package(tx: Tx, by: Actor, command: NewPackage) -> PackageView:  # noqa: ARG001
    """Put a package of credits on sale."""
    check_sold(tx)
    await catalogue.lock_catalogue(tx)
    code = command.code.lower()
    package = Package(
        id=package_id(code), code=code, name=command.name, description=command.description, credits=command.credits,
        prices=prices_of(command.prices), position=command.position,
    )  # fmt: skip
    if not await catalogue.insert_package(tx, package):
        raise no.CodeTaken(value=code)
    await check_prices(tx)
    tx.audit("billing.create_package", Subject("package", package.id), after=package)
    return await shown.one_package(tx, package.id)


async def change_package(tx: Tx, by: Actor, which: UUID, command: EditPackage, check: Check) -> PackageView:  # noqa: ARG001
    """Change a package; what is being bought keeps its quote."""
    check_sold(tx)
    await catalogue.lock_catalogue(tx)
    before = await catalogue.package(tx, which)
    check(before.version)
    package = replace(
        before, name=_or(command.name, before.name), description=_or(command.description, before.description),
        credits=_or(command.credits, before.credits), prices=before.prices if command.prices is UNSET else prices_of(command.prices),
        position=_or(command.position, before.position),
    )  # fmt: skip
    await catalogue.store_package(tx, package)
    await check_prices(tx)
    tx.audit("billing.change_package", Subject("package", package.id), before=before, after=package)
    return await shown.one_package(tx, package.id)


async def retire_package(tx: Tx, by: Actor, which: UUID) -> Deleted:  # noqa: ARG001
    """Sell a package no more."""
    await catalogue.lock_catalogue(tx)
    if not await catalogue.archive_package(tx, which):
        raise no.PackageNotFound
    tx.audit("billing.retire_package", Subject("package", which))
    return Deleted(id=which)


async def create_coupon(tx: Tx, by: Actor, command: NewCoupon) -> CouponView:  # noqa: ARG001
    """Give a coupon out. Codes are the same in every letter case."""
    check_discount(command.percent_basis_points, command.amounts, command.starts_at, command.ends_at)
    await catalogue.lock_catalogue(tx)
    coupon = Coupon(
        id=ids.new(), code=command.code.upper(), percent_bp=command.percent_basis_points, amounts=_amounts(command.amounts),
        purposes=tuple(command.purposes), items=_items(command.items), periods=command.periods, most=command.limit,
        most_each=command.limit_per_account, starts_at=command.starts_at, ends_at=command.ends_at, is_active=command.is_active,
    )  # fmt: skip
    if not await coupons.insert(tx, coupon):
        raise no.CodeTaken(value=coupon.code)
    await check_prices(tx)
    tx.audit("billing.create_coupon", Subject("coupon", coupon.id), after=coupon)
    return await shown.one_coupon(tx, coupon.id)


async def change_coupon(tx: Tx, by: Actor, which: UUID, command: EditCoupon, check: Check) -> CouponView:  # noqa: ARG001
    """Change a coupon; what is being bought with it, and running subscriptions, keep what they were given."""
    await catalogue.lock_catalogue(tx)
    before = await coupons.lock(tx, which)
    check(before.version)
    coupon = replace(
        before, percent_bp=_or(command.percent_basis_points, before.percent_bp),
        amounts=before.amounts if command.amounts is UNSET else _amounts(command.amounts),
        purposes=before.purposes if command.purposes is UNSET else tuple(command.purposes),
        items=before.items if command.items is UNSET else _items(command.items), periods=_or(command.periods, before.periods),
        most=_or(command.limit, before.most), most_each=_or(command.limit_per_account, before.most_each),
        starts_at=_or(command.starts_at, before.starts_at), ends_at=_or(command.ends_at, before.ends_at),
        is_active=_or(command.is_active, before.is_active),
    )  # fmt: skip
    check_discount(coupon.percent_bp, coupon.amounts, coupon.starts_at, coupon.ends_at)
    if coupon.most is not None and coupon.most < coupon.taken:
        raise no.CouponUsedMore(taken=coupon.taken)
    await coupons.store(tx, coupon)
    await check_prices(tx)
    tx.audit("billing.change_coupon", Subject("coupon", coupon.id), before=before, after=coupon)
    return await shown.one_coupon(tx, coupon.id)


async def retire_coupon(tx: Tx, by: Actor, which: UUID) -> Deleted:  # noqa: ARG001
    """Take a coupon out of use."""
    await coupons.lock(tx, which)
    await coupons.archive(tx, which, tx.now)
    tx.audit("billing.retire_coupon", Subject("coupon", which))
    return Deleted(id=which)


async def check_prices(tx: Tx) -> None:
    """Refuse when a credit would cost less than it is redeemed for. The catalogue is locked, and what is saved is in it."""
    packages = [Priced(code=one.code, credits=one.credits, prices=one.prices) for one in await catalogue.packages(tx)]
    check_redemption(packages, await coupons.coupons_of_credits(tx), tx.setting(PaymentRules).credit_redeem_price, tx.now)


async def _check_plan(tx: Tx, plan: Plan) -> None:
    if plan.is_free and plan.trial_days:
        raise Invalid(FieldError("trialDays", "body", "billing.free_trial", "A free plan needs no trial."))
    if plan.is_free and await catalogue.has_other_free(tx, plan.id):
        raise no.FreePlanExists


def _plan_prices(given: list[Money]) -> Prices:
    """Return what a plan costs; prices of 0 are none."""
    prices = prices_of(given, least=0)
    if prices and not all(prices.values()) and any(prices.values()):
        raise Invalid(FieldError("prices", "body", "billing.half_free", "A plan is free in all currencies or in none."))
    return {asset: amount for asset, amount in prices.items() if amount}


def _limits(given: Amounts) -> Limits:
    return dict(given.items())


def _amounts(given: list[Money] | None) -> Prices | None:
    return prices_of(given, field="amounts") if given else None


def _items(given: list[str]) -> tuple[str, ...]:
    return tuple(sorted({item.lower() for item in given}))


def _or(given: T | UnsetType, before: T) -> T:
    return before if isinstance(given, UnsetType) else given
