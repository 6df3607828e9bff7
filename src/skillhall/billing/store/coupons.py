"""Coupons in the database. The coupon's row is locked while a use is counted: the last one is given away once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.billing.model.price import Coupon
from skillhall.billing.model.refusals import CouponNotFound, CouponUsedByYou, CouponUsedUp
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks

BY_CODE = sql("SELECT c.* FROM billing.coupon c WHERE c.code = $1 AND c.archived_at IS NULL")
ALL_OF_CREDITS = sql("SELECT c.* FROM billing.coupon c WHERE c.archived_at IS NULL AND c.is_active AND 'credits' = ANY(c.purposes)")
TAKE = sql("UPDATE billing.coupon SET taken = taken + 1 WHERE id = $1 AND archived_at IS NULL AND (most IS NULL OR taken < most)")
USED_BY = sql("SELECT count(*) FROM billing.coupon_use WHERE coupon_id = $1 AND account_id = $2 AND state <> 'given_back'")
RESERVE = sql("""
INSERT INTO billing.coupon_use AS u (purchase_id, coupon_id, account_id, state, at) VALUES ($1, $2, $3, 'reserved', $4)
ON CONFLICT (purchase_id) DO UPDATE SET state = 'reserved', at = excluded.at WHERE u.state = 'given_back'
""")
USED = sql("UPDATE billing.coupon_use SET state = 'used', at = $2 WHERE purchase_id = $1 AND state = 'reserved'")
GIVE_BACK = sql("""
WITH back AS (
    UPDATE billing.coupon_use SET state = 'given_back', at = $2 WHERE purchase_id = $1 AND state <> 'given_back' RETURNING coupon_id)
UPDATE billing.coupon c SET taken = c.taken - 1 FROM back WHERE c.id = back.coupon_id
""")
# Where others have had the last use meanwhile, it stays with them.
TAKE_AGAIN = sql("""
WITH taken AS (
    UPDATE billing.coupon c SET taken = c.taken + 1 FROM billing.coupon_use u
    WHERE u.purchase_id = $1 AND u.state = 'given_back' AND c.id = u.coupon_id AND (c.most IS NULL OR c.taken < c.most) RETURNING c.id)
UPDATE billing.coupon_use u SET state = 'used', at = $2 FROM taken WHERE u.purchase_id = $1
""")
LOCK_OF_USES = sql("""
SELECT c.id FROM billing.coupon c WHERE c.id IN (SELECT u.coupon_id FROM billing.coupon_use u WHERE u.purchase_id = ANY($1)) OR c.id = $2
ORDER BY c.id FOR NO KEY UPDATE
""")
SAVE = sql("""
INSERT INTO billing.coupon AS c (id, code, percent_bp, amounts, purposes, items, periods, most, most_each, starts_at, ends_at, is_active,
    created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
ON CONFLICT DO NOTHING
""")
CHANGE = sql("""
UPDATE billing.coupon SET percent_bp = $2, amounts = $3, purposes = $4, items = $5, periods = $6, most = $7, most_each = $8, starts_at = $9,
    ends_at = $10, is_active = $11, updated_at = $12, version = version + 1
WHERE id = $1
""")
LOCK_ONE = sql("SELECT c.* FROM billing.coupon c WHERE c.id = $1 AND c.archived_at IS NULL FOR NO KEY UPDATE")
ARCHIVE = sql("UPDATE billing.coupon SET archived_at = $2, is_active = false, updated_at = $2 WHERE id = $1")


async def coupon(read: Read, code: str) -> Coupon:
    """Return the coupon with this code, in any letter case."""
    return _found(await read.row(BY_CODE, code.strip().upper()))


async def coupons_of_credits(read: Read) -> Sequence[Coupon]:
    """Return every coupon that makes credits cheaper."""
    return [_coupon(row) for row in await read.rows(ALL_OF_CREDITS)]


async def check_own_uses(read: Read, one: Coupon, account_id: UUID) -> None:
    """Refuse who has used a coupon as often as one account may, reservations counted."""
    if one.most_each is not None and await read.value(USED_BY, one.id, account_id) >= one.most_each:
        raise CouponUsedByYou(code=one.code)


@locks(40)
async def lock_of(tx: Tx, purchases: Sequence[UUID], coupon_id: UUID | None = None) -> None:
    """Lock the coupons of these purchases and one more, in one order."""
    await tx.rows(LOCK_OF_USES, list(purchases), coupon_id)


async def reserve(tx: Tx, one: Coupon, account_id: UUID, purchase_id: UUID) -> None:
    """Keep one use for a purchase, or refuse: nobody gets the last one twice. The coupon is locked."""
    if await tx.run(TAKE, one.id) == 0:
        raise CouponUsedUp(code=one.code)
    await check_own_uses(tx, one, account_id)
    await tx.run(RESERVE, purchase_id, one.id, account_id, tx.now)


async def set_used(tx: Tx, purchase_id: UUID) -> None:
    """The purchase is paid: the use is spent. The purchase is locked."""
    await tx.run(USED, purchase_id, tx.now)


async def give_back(tx: Tx, purchase_id: UUID) -> None:
    """The purchase has come to nothing: somebody else may have the use. Nothing when there is none. Its coupon is locked."""
    await tx.run(GIVE_BACK, purchase_id, tx.now)


async def take_again(tx: Tx, purchase_id: UUID) -> None:
    """The purchase stands after all: its use is spent again, if one is left. Its coupon is locked."""
    await tx.run(TAKE_AGAIN, purchase_id, tx.now)


async def insert(tx: Tx, one: Coupon) -> bool:
    """Store a new coupon; False when its code is taken."""
    return await tx.run(
        SAVE, one.id, one.code, one.percent_bp, one.amounts, list(one.purposes), list(one.items), one.periods, one.most, one.most_each,
        one.starts_at, one.ends_at, one.is_active, tx.now,
    ) == 1  # fmt: skip


@locks(40)
async def lock(tx: Tx, coupon_id: UUID) -> Coupon:
    """Lock a coupon and return it."""
    return _found(await tx.row(LOCK_ONE, coupon_id))


async def store(tx: Tx, one: Coupon) -> None:
    """Store a locked coupon as it is now."""
    await tx.run(
        CHANGE, one.id, one.percent_bp, one.amounts, list(one.purposes), list(one.items), one.periods, one.most, one.most_each,
        one.starts_at, one.ends_at, one.is_active, tx.now,
    )  # fmt: skip


async def archive(tx: Tx, coupon_id: UUID, at: datetime) -> None:
    """Take a locked coupon out of use; its code is never given again."""
    await tx.run(ARCHIVE, coupon_id, at)


def _found(row: Row | None) -> Coupon:
    if row is None:
        raise CouponNotFound
    return _coupon(row)


def _coupon(row: Row) -> Coupon:
    return msgspec.convert(dict(row), Coupon)
