"""Subscriptions in the database."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from skillhall.billing.model.subscription import Subscription
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks

LOCK = sql("SELECT s.* FROM billing.subscription s WHERE s.id = $1 FOR NO KEY UPDATE")
LOCK_LIVE = sql("SELECT s.* FROM billing.subscription s WHERE s.account_id = $1 AND s.ended_at IS NULL FOR NO KEY UPDATE")
LIVE = sql("SELECT s.* FROM billing.subscription s WHERE s.account_id = $1 AND s.ended_at IS NULL")
# No bank keeps anything paid for it, and the price of its period is there.
IS_PAID = sql("""
SELECT NOT EXISTS (
    SELECT FROM billing.purchase p WHERE p.subscription_id = s.id AND (
        p.revoked_at IS NOT NULL AND p.kind <> 'upgrade' AND coalesce(p.period_no, 0) = s.period_no
        OR EXISTS (SELECT FROM billing.returned r WHERE r.purchase_id = p.id AND r.why = 'chargeback' AND r.undone_at IS NULL)))
FROM billing.subscription s WHERE s.id = $1
""")
HAS_TRIED = sql("SELECT EXISTS (SELECT FROM billing.subscription s WHERE s.account_id = $1 AND s.has_tried)")
INSERT = sql("""
INSERT INTO billing.subscription SELECT n.* FROM jsonb_populate_record(NULL::billing.subscription, $1) AS n ON CONFLICT DO NOTHING
""")
ADOPT = sql("INSERT INTO billing.subscription SELECT n.* FROM jsonb_populate_recordset(NULL::billing.subscription, $1) AS n")
STORE = sql("""
UPDATE billing.subscription AS s SET terms = n.terms, next_terms = n.next_terms, state = n.state, anchor_at = n.anchor_at,
    months = n.months, period_no = n.period_no, period_start = n.period_start, period_end = n.period_end, period_net = n.period_net,
    discount = n.discount, is_cancelling = n.is_cancelling, renewal_id = n.renewal_id, tries = n.tries, failed_tries = n.failed_tries,
    due_at = n.due_at, ended_at = n.ended_at, end_reason = n.end_reason
FROM jsonb_populate_record(NULL::billing.subscription, $1) AS n WHERE s.id = n.id
""")


@locks(40)
async def lock(tx: Tx, subscription_id: UUID) -> Subscription | None:
    """Lock a subscription and return it."""
    return _maybe(await tx.row(LOCK, subscription_id))


@locks(40)
async def lock_live(tx: Tx, account_id: UUID) -> Subscription | None:
    """Lock the live subscription of an account and return it, or nothing."""
    return _maybe(await tx.row(LOCK_LIVE, account_id))


async def live(read: Read, account_id: UUID) -> Subscription | None:
    """Return the live subscription of an account, or nothing."""
    return _maybe(await read.row(LIVE, account_id))


async def has_tried(read: Read, account_id: UUID) -> bool:
    """Return whether this account has had its one trial."""
    return await read.value(HAS_TRIED, account_id)


async def is_paid(read: Read, subscription_id: UUID) -> bool:
    """Return whether nothing that would end a subscription has gone back, or is argued about, of what was paid for it."""
    return await read.value(IS_PAID, subscription_id)


async def insert(tx: Tx, sub: Subscription) -> bool:
    """Store a new subscription; False when the account has a live one, or this is its second trial. Waits for whoever stores one now."""
    return await tx.run(INSERT, sub) == 1


async def adopt(tx: Tx, rows: Sequence[Subscription]) -> None:
    """Store subscriptions that began elsewhere."""
    await tx.run(ADOPT, rows)


async def store(tx: Tx, sub: Subscription) -> None:
    """Store a locked subscription as it is now."""
    await tx.run(STORE, sub)


def _maybe(row: Row | None) -> Subscription | None:
    return None if row is None else msgspec.convert(dict(row), Subscription)
