"""Plans and packages in the database. Whoever changes what is sold, or a coupon, holds the lock of the catalogue."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.billing.model.price import Prices
from skillhall.billing.model.refusals import PackageNotFound, PlanNotFound
from skillhall.billing.model.usage import Limits
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks

LOCK = sql("SELECT pg_advisory_xact_lock(hashtextextended('billing.catalogue', 0))")
PLAN = sql("SELECT p.* FROM billing.plan p WHERE p.id = $1 AND p.archived_at IS NULL")
PACKAGE = sql("SELECT p.* FROM billing.package p WHERE p.id = $1 AND p.archived_at IS NULL")
PACKAGES = sql("SELECT p.* FROM billing.package p WHERE p.archived_at IS NULL ORDER BY p.position, p.code")
INSERT_PLAN = sql("""
INSERT INTO billing.plan (id, code, name, description, prices, limits, is_free, trial_days, position, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT (id) DO NOTHING
""")
CHANGE_PLAN = sql("""
UPDATE billing.plan SET name = $2, description = $3, prices = $4, limits = $5, is_free = $6, trial_days = $7, position = $8,
    updated_at = $9, version = version + 1
WHERE id = $1
""")
ARCHIVE_PLAN = sql("UPDATE billing.plan SET archived_at = $2, updated_at = $2 WHERE id = $1 AND archived_at IS NULL")
OTHER_FREE = sql("SELECT EXISTS (SELECT FROM billing.plan p WHERE p.is_free AND p.archived_at IS NULL AND p.id <> $1)")
INSERT_PACKAGE = sql("""
INSERT INTO billing.package (id, code, name, description, credits, prices, position, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (id) DO NOTHING
""")
CHANGE_PACKAGE = sql("""
UPDATE billing.package SET name = $2, description = $3, credits = $4, prices = $5, position = $6, updated_at = $7, version = version + 1
WHERE id = $1
""")
ARCHIVE_PACKAGE = sql("UPDATE billing.package SET archived_at = $2, updated_at = $2 WHERE id = $1 AND archived_at IS NULL")


class Plan(Struct, frozen=True, kw_only=True):
    """A row of the catalogue."""

    id: UUID
    code: str
    name: str
    description: str
    prices: Prices
    limits: Limits
    is_free: bool
    trial_days: int
    position: int
    version: int = 1


class Package(Struct, frozen=True, kw_only=True):
    """A row of the catalogue."""

    id: UUID
    code: str
    name: str
    description: str
    credits: int
    prices: Prices
    position: int
    version: int = 1


@locks(40)
async def lock_catalogue(tx: Tx) -> None:
    """Wait for whoever changes what is sold at the same moment."""
    await tx.value(LOCK)


async def plan(read: Read, plan_id: UUID) -> Plan:
    """Return a plan that is sold."""
    row = await read.row(PLAN, plan_id)
    if row is None:
        raise PlanNotFound
    return msgspec.convert(dict(row), Plan)


async def package(read: Read, package_id: UUID) -> Package:
    """Return a package that is sold."""
    row = await read.row(PACKAGE, package_id)
    if row is None:
        raise PackageNotFound
    return _package(row)


async def packages(read: Read) -> Sequence[Package]:
    """Return every package that is sold."""
    return [_package(row) for row in await read.rows(PACKAGES)]


async def insert_plan(tx: Tx, one: Plan) -> bool:
    """Store a new plan; False when its code is taken."""
    values = (one.code, one.name, one.description, one.prices, one.limits, one.is_free, one.trial_days, one.position)
    return await tx.run(INSERT_PLAN, one.id, *values, tx.now) == 1


async def store_plan(tx: Tx, one: Plan) -> None:
    """Store a plan as it is now; the catalogue is locked."""
    values = (one.name, one.description, one.prices, one.limits, one.is_free, one.trial_days, one.position)
    await tx.run(CHANGE_PLAN, one.id, *values, tx.now)


async def archive_plan(tx: Tx, plan_id: UUID) -> bool:
    """Sell a plan no more; False when it is not sold."""
    return await tx.run(ARCHIVE_PLAN, plan_id, tx.now) == 1


async def has_other_free(read: Read, plan_id: UUID) -> bool:
    """Return whether another plan than this one is free."""
    return await read.value(OTHER_FREE, plan_id)


async def insert_package(tx: Tx, one: Package) -> bool:
    """Store a new package; False when its code is taken."""
    values = (one.code, one.name, one.description, one.credits, one.prices, one.position)
    return await tx.run(INSERT_PACKAGE, one.id, *values, tx.now) == 1


async def store_package(tx: Tx, one: Package) -> None:
    """Store a package as it is now; the catalogue is locked."""
    await tx.run(CHANGE_PACKAGE, one.id, one.name, one.description, one.credits, one.prices, one.position, tx.now)


async def archive_package(tx: Tx, package_id: UUID) -> bool:
    """Sell a package no more; False when it is not sold."""
    return await tx.run(ARCHIVE_PACKAGE, package_id, tx.now) == 1


def _package(row: Row) -> Package:
    return msgspec.convert(dict(row), Package)
