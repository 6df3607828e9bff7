"""What is sold, on screens: plans, packages, coupons."""

from typing import Literal
from uuid import UUID

import msgspec

from skillhall.billing.model.price import Coupon, Purpose, shown
from skillhall.billing.model.refusals import CouponNotFound
from skillhall.billing.model.usage import ENTITLEMENTS
from skillhall.billing.store import catalogue
from skillhall.billing.store.catalogue import Package, Plan
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.ledger.api import LedgerRules

PLANS = Listing(
    columns=sql("p.id, p.code, p.name, p.description, p.prices, p.limits, p.is_free, p.trial_days, p.position, p.version"),
    source=sql("billing.plan p"),
    sorts={"position": sql("p.position"), "name": sql("p.name")},
    default_sort="position",
    key=sql("p.id"),
    always=sql("p.archived_at IS NULL"),
    search=sql("p.name ILIKE '%' || {} || '%'"),
)
PACKAGES = Listing(
    columns=sql("p.id, p.code, p.name, p.description, p.credits, p.prices, p.position, p.version"),
    source=sql("billing.package p"),
    sorts={"position": sql("p.position"), "credits": sql("p.credits"), "name": sql("p.name")},
    default_sort="position",
    key=sql("p.id"),
    always=sql("p.archived_at IS NULL"),
    filters={"is_sold": sql("{}::boolean")},
    search=sql("p.name ILIKE '%' || {} || '%'"),
)
COUPONS = Listing(
    columns=sql("c.*"),
    source=sql("billing.coupon c"),
    sorts={"createdAt": sql("c.created_at"), "code": sql("c.code"), "taken": sql("c.taken")},
    default_sort="-createdAt",
    key=sql("c.id"),
    always=sql("c.archived_at IS NULL"),
    filters={"id": sql("c.id = {}"), "purpose": sql("{} = ANY(c.purposes)"), "is_active": sql("c.is_active = {}")},
    search=sql("c.code ILIKE '%' || {} || '%'"),
)


class PlanView(View, frozen=True, kw_only=True):
    """A plan. `price` is a month's in the community's currency, null where it is not sold in that; a limit of null is none."""

    id: UUID
    code: str
    name: str
    description: str
    price: Money | None
    prices: list[Money]
    interval: Literal["month"]
    limits: dict[str, int | None]
    is_free: bool
    trial_days: int
    position: int
    version: int


class PackageView(View, frozen=True, kw_only=True):
    """A package of credits, with its price in the community's currency (null: not sold in that) and in all."""

    id: UUID
    code: str
    name: str
    description: str
    credits: int
    price: Money | None
    prices: list[Money]
    position: int
    version: int


class CouponView(View, frozen=True, kw_only=True):
    """A coupon as staff sees it. `used` counts uses and those kept for open payments."""

    id: UUID
    code: str
    percent_basis_points: int | None
    amounts: list[Money] | None
    purposes: list[Purpose]
    items: list[str]
    periods: int | None
    limit: int | None
    limit_per_account: int | None
    used: int
    starts_at: Instant | None
    ends_at: Instant | None
    is_active: bool
    created_at: Instant
    version: int


class CouponQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of coupons."""

    purpose: Purpose | None = None
    is_active: bool | None = None


async def plans(read: Read, query: ListQuery) -> Page[PlanView]:
    """Return the plans that are sold."""
    asset = read.house.config.community_currency
    return await PLANS.page(read, query, decode=lambda row: plan_view(msgspec.convert(_own(row, Plan), Plan), asset))


async def packages(read: Read, query: ListQuery) -> Page[PackageView]:
    """Return the packages that are sold; none where the mode sells no credits."""
    asset, is_sold = read.house.config.community_currency, read.setting(LedgerRules).mode == "voucher"
    where = None if is_sold else {"is_sold": False}
    return await PACKAGES.page(
        read, query, decode=lambda row: package_view(msgspec.convert(_own(row, Package), Package), asset), where=where
    )


async def coupons(read: Read, query: CouponQuery) -> Page[CouponView]:
    """Return coupons."""
    return await COUPONS.page(read, query, decode=_coupon, where={"purpose": query.purpose, "is_active": query.is_active})


async def one_plan(read: Read, plan_id: UUID) -> PlanView:
    """Return a plan that is sold."""
    return plan_view(await catalogue.plan(read, plan_id), read.house.config.community_currency)


async def one_package(read: Read, package_id: UUID) -> PackageView:
    """Return a package that is sold."""
    return package_view(await catalogue.package(read, package_id), read.house.config.community_currency)


async def one_coupon(read: Read, coupon_id: UUID) -> CouponView:
    """Return a coupon."""
    page = await COUPONS.page(read, ListQuery(limit=1, cursor=""), decode=_coupon, where={"id": coupon_id})
    if not page.items:
        raise CouponNotFound
    return page.items[0]


def plan_view(plan: Plan, asset: str) -> PlanView:
    """Return a plan as it is shown."""
    price = 0 if plan.is_free else plan.prices.get(asset)
    return PlanView(
        id=plan.id, code=plan.code, name=plan.name, description=plan.description, price=None if price is None else Money(price, asset),
        prices=shown(plan.prices), interval="month", limits={name: plan.limits.get(name) for name in ENTITLEMENTS}, is_free=plan.is_free,
        trial_days=plan.trial_days, position=plan.position, version=plan.version,
    )  # fmt: skip


def package_view(package: Package, asset: str) -> PackageView:
    """Return a package as it is shown."""
    price = package.prices.get(asset)
    return PackageView(
        id=package.id, code=package.code, name=package.name, description=package.description, credits=package.credits,
        price=None if price is None else Money(price, asset), prices=shown(package.prices),
        position=package.position, version=package.version,
    )  # fmt: skip


def _coupon(row: Row) -> CouponView:
    one = msgspec.convert(_own(row, Coupon), Coupon)
    return CouponView(
        id=one.id, code=one.code, percent_basis_points=one.percent_bp, amounts=None if one.amounts is None else shown(one.amounts),
        purposes=list(one.purposes), items=list(one.items), periods=one.periods, limit=one.most, limit_per_account=one.most_each,
        used=one.taken, starts_at=maybe_instant(one.starts_at), ends_at=maybe_instant(one.ends_at), is_active=one.is_active,
        created_at=instant(row["created_at"]), version=one.version,
    )  # fmt: skip


def _own(row: Row, kind: type[msgspec.Struct]) -> dict[str, object]:
    return {name: row[name] for name in kind.__struct_fields__}
