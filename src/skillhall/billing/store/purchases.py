"""Purchases in the database, and what of them went back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.billing.model.purchase import Purchase
from skillhall.billing.model.refusals import PurchaseNotFound
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks
from skillhall.kernel.shapes import Subject

ONE = sql("SELECT p.* FROM billing.purchase p WHERE p.id = $1")
OPEN_PLANS = sql("SELECT p.id FROM billing.purchase p WHERE p.account_id = $1 AND p.kind = 'plan' AND p.state = 'open' ORDER BY p.id")
LOCK = sql("SELECT p.* FROM billing.purchase p WHERE p.id = $1 FOR NO KEY UPDATE")
LOCK_OPEN = sql("""
SELECT p.* FROM billing.purchase p WHERE p.account_id = $1 AND p.asked_kind = $2 AND p.asked_id = $3 AND p.state = 'open' FOR NO KEY UPDATE
""")
LOCK_OPEN_UPGRADE = sql("""
SELECT p.* FROM billing.purchase p WHERE p.subscription_id = $1 AND p.kind = 'upgrade' AND p.state = 'open' FOR NO KEY UPDATE
""")
INSERT = sql("""
INSERT INTO billing.purchase SELECT n.* FROM jsonb_populate_record(NULL::billing.purchase, $1) AS n ON CONFLICT DO NOTHING
""")
ADOPT = sql("INSERT INTO billing.purchase SELECT n.* FROM jsonb_populate_recordset(NULL::billing.purchase, $1) AS n")
PAID = sql(
    "UPDATE billing.purchase SET state = 'paid', payment_id = $2, paid_at = $3, subscription_id = $4, dead_reason = NULL WHERE id = $1"
)
DEAD = sql("UPDATE billing.purchase SET state = 'dead', dead_reason = $2 WHERE id = $1 AND state = 'open'")
GIVE_UP = sql("""
UPDATE billing.purchase SET state = 'dead', dead_reason = $2
WHERE subscription_id = $1 AND kind IN ('renewal', 'upgrade') AND state = 'open' RETURNING id
""")
BACK = sql("""
UPDATE billing.purchase SET money_back = money_back + $2, credits_back = credits_back + $3, revoked_at = coalesce(revoked_at, $4)
WHERE id = $1
""")
INSERT_RETURNED = sql("INSERT INTO billing.returned (id, purchase_id, why, amount, credits, at) VALUES ($1, $2, $3, $4, $5, $6)")
RETURNED_BY = sql("SELECT purchase_id FROM billing.returned WHERE id = $1 AND undone_at IS NULL")
UNDO_ONE = sql("""
UPDATE billing.returned SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL RETURNING amount, credits
""")
# A purchase may have several: the one of this amount; where that took less from the buyer, for the rest was gone already, the earliest.
UNDO_CHARGEBACK = sql("""
UPDATE billing.returned SET undone_at = $3 WHERE id = (
    SELECT r.id FROM billing.returned r WHERE r.purchase_id = $1 AND r.why = 'chargeback' AND r.undone_at IS NULL
    ORDER BY r.amount <> $2, r.at, r.id LIMIT 1)
RETURNING amount, credits
""")
# The price is there again, or a part of it, and no bank argues about any of it.
KEPT_AGAIN = sql("""
UPDATE billing.purchase p SET revoked_at = NULL WHERE p.id = $1 AND p.revoked_at IS NOT NULL AND p.money_back < p.amount
    AND NOT EXISTS (SELECT FROM billing.returned r WHERE r.purchase_id = p.id AND r.why = 'chargeback' AND r.undone_at IS NULL)
""")
FORWARD = sql("UPDATE billing.purchase SET money_back = money_back - $2, credits_back = credits_back - $3 WHERE id = $1")


async def purchase(read: Read, purchase_id: UUID) -> Purchase:
    """Return a purchase. What it is for, and by whom, never changes; the rest does unless it is locked."""
    return _found(await read.row(ONE, purchase_id))


@locks(40)
async def lock(tx: Tx, purchase_id: UUID) -> Purchase:
    """Lock a purchase and return it."""
    return _found(await tx.row(LOCK, purchase_id))


async def open_plans(read: Read, account_id: UUID) -> list[UUID]:
    """Return the subscriptions this account was about to begin."""
    return [row["id"] for row in await read.rows(OPEN_PLANS, account_id)]


@locks(40)
async def lock_open(tx: Tx, account_id: UUID, asked: Subject) -> Purchase | None:
    """Lock the open purchase of a thing by this account and return it, or nothing."""
    return _maybe(await tx.row(LOCK_OPEN, account_id, asked.kind, asked.id))


@locks(40)
async def lock_open_upgrade(tx: Tx, subscription_id: UUID) -> Purchase | None:
    """Lock the open purchase that would change this subscription's plan and return it, or nothing."""
    return _maybe(await tx.row(LOCK_OPEN_UPGRADE, subscription_id))


@locks(40)
async def insert(tx: Tx, one: Purchase) -> bool:
    """Store a new purchase; False when there is an open one of the same thing. Waits for whoever stores one now."""
    return await tx.run(INSERT, one) == 1


async def adopt(tx: Tx, rows: Sequence[Purchase]) -> None:
    """Store purchases that were made elsewhere."""
    await tx.run(ADOPT, rows)


async def set_paid(tx: Tx, one: Purchase, payment_id: UUID, subscription_id: UUID | None = None) -> None:
    """Its payment is here; it is locked."""
    await tx.run(PAID, one.id, payment_id, tx.now, subscription_id or one.subscription_id)


async def set_dead(tx: Tx, purchase_id: UUID, reason: str) -> bool:
    """No payment is waited for any more; False when that was decided before. It is locked."""
    return await tx.run(DEAD, purchase_id, reason) == 1


async def give_up(tx: Tx, subscription_id: UUID, reason: str) -> list[UUID]:
    """Give up every open purchase for a subscription, and return them. They change under its lock alone, which the caller has."""
    return [row["id"] for row in await tx.rows(GIVE_UP, subscription_id, reason)]


async def add_returned(tx: Tx, row_id: UUID, one: Purchase, why: str, amount: int, credits_: int, revoked_at: datetime | None) -> None:
    """So much of it is going back; it is locked."""
    await tx.run(INSERT_RETURNED, row_id, one.id, why, amount, credits_, tx.now)
    await tx.run(BACK, one.id, amount, credits_, revoked_at)


async def find_returned_by(read: Read, row_id: UUID) -> UUID | None:
    """Return the purchase of which this part went back, or nothing."""
    return await read.value(RETURNED_BY, row_id)


async def undo_returned(tx: Tx, purchase_id: UUID, row_id: UUID) -> None:
    """This part has not gone back after all. The purchase is locked."""
    await _forward(tx, purchase_id, await tx.row(UNDO_ONE, row_id, tx.now))


async def undo_chargeback(tx: Tx, purchase_id: UUID, amount: int) -> None:
    """What a chargeback of so much took has come back. The purchase is locked."""
    await _forward(tx, purchase_id, await tx.row(UNDO_CHARGEBACK, purchase_id, amount, tx.now))


async def set_kept_again(tx: Tx, purchase_id: UUID) -> bool:
    """A won chargeback has brought back what the purchase was revoked for; False when it was not, or is so still. It is locked."""
    return await tx.run(KEPT_AGAIN, purchase_id) == 1


async def _forward(tx: Tx, purchase_id: UUID, undone: Row | None) -> None:
    if undone is not None:
        await tx.run(FORWARD, purchase_id, undone["amount"], undone["credits"])


def _maybe(row: Row | None) -> Purchase | None:
    return None if row is None else msgspec.convert(dict(row), Purchase)


def _found(row: Row | None) -> Purchase:
    if row is None:
        raise PurchaseNotFound
    return msgspec.convert(dict(row), Purchase)
