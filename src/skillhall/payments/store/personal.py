"""What payments keeps about a person."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

PAYMENTS = sql("""
SELECT p.id, p.purpose, p.title, p.amount, p.asset, p.state, p.captured, p.refunded, p.provider,
    CASE WHEN p.payer_id = $1 THEN p.coupon_code END AS coupon_code, p.created_at, p.succeeded_at, p.payer_id = $1 AS is_payer
FROM payments.payment p WHERE p.payer_id = $1 OR p.payee_id = $1 AND p.captured > 0 ORDER BY p.created_at, p.id
""")
METHODS = sql("""
SELECT provider, kind, brand, last4, exp_month, exp_year, is_default, created_at
FROM payments.method WHERE account_id = $1 AND removed_at IS NULL ORDER BY created_at, id
""")
OPEN = sql("""
SELECT count(*)::int FROM payments.payment WHERE payer_id = $1 AND state IN ('requires_action', 'processing', 'unknown')
""")


async def payments_of(read: Read, account_id: UUID) -> list[Mapping[str, Any]]:
    """Return every payment of a member: as payer, and as payee those that brought money."""
    return [dict(row) for row in await read.rows(PAYMENTS, account_id)]


async def cards_of(read: Read, account_id: UUID) -> list[Mapping[str, Any]]:
    """Return a member's methods."""
    return [dict(row) for row in await read.rows(METHODS, account_id)]


async def count_open(read: Read, account_id: UUID) -> int:
    """Return how many payments of a member are on their way."""
    return int(await read.value(OPEN, account_id))
