"""Refunds in the database. Whoever changes more than when it was sent holds the lock of its payment."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks
from skillhall.payments.model.refund import PATIENCE, SILENCE, Refund

INSERT = sql("""
INSERT INTO payments.refund (id, payment_id, amount, asset, why, reason, by_id, hold_id, credits, provider, ref, state, failure,
    created_at, updated_at, sent_at, succeeded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
""")
INSERT_ALL = sql("""
INSERT INTO payments.refund (id, payment_id, amount, asset, why, reason, hold_id, provider, state, created_at, updated_at)
SELECT id, payment_id, amount, asset, why, reason, hold_id, provider, state, created_at, updated_at
FROM jsonb_to_recordset($1::jsonb) AS r (id uuid, payment_id uuid, amount bigint, asset text, why text, reason text, hold_id uuid,
    provider text, state text, created_at timestamptz, updated_at timestamptz)
""")
OF_ID = sql("""
SELECT id, payment_id, amount, asset, why, provider, created_at, updated_at, state, reason, by_id, hold_id, credits, ref, failure, sent_at,
       succeeded_at, replaced_by
FROM payments.refund WHERE id = $1
""")
LOCK = sql("SELECT FROM payments.refund WHERE id = $1 FOR NO KEY UPDATE")
OF_REF = sql("SELECT id FROM payments.refund WHERE provider = $1 AND ref = $2")
UNNAMED = sql("""
SELECT id FROM payments.refund
WHERE payment_id = $1 AND provider = $2 AND amount = $3 AND ref IS NULL AND state IN ('sent', 'unknown') ORDER BY sent_at, id LIMIT 1
""")
UNDER_WAY = sql("""
SELECT coalesce(sum(amount), 0)::bigint FROM payments.refund WHERE payment_id = $1 AND state IN ('pending', 'sent', 'unknown')
""")
WAITING = sql("""
SELECT r.id, r.payment_id, r.amount, r.asset, r.why, r.provider, r.created_at, r.updated_at, r.state, r.reason, r.by_id, r.hold_id,
       r.credits, r.ref, r.failure, r.sent_at, r.succeeded_at, r.replaced_by
FROM payments.refund r JOIN ledger.public_hold h ON h.id = r.hold_id
WHERE r.payment_id = $1 AND r.state = 'failed' AND h.remaining > 0 ORDER BY r.created_at, r.id
""")
UPDATE = sql("""
UPDATE payments.refund SET state = $2, ref = $3, failure = $4, hold_id = $5, amount = $6, updated_at = $7, succeeded_at = $8,
    replaced_by = $9, why = $10
WHERE id = $1
""")
SENT = sql("""
UPDATE payments.refund SET state = CASE state WHEN 'pending' THEN 'sent' ELSE state END, sent_at = coalesce(sent_at, $2), asked_at = $2
WHERE id = $1
""")
FORGET_REF = sql("UPDATE payments.refund SET ref = NULL WHERE id = $1")
SILENT = sql("""
SELECT id FROM payments.refund
WHERE provider = ANY($5::text[]) AND (state = 'pending' AND updated_at < $1
   OR state IN ('sent', 'unknown') AND asked_at < CASE WHEN ref IS NULL THEN $2::timestamptz ELSE $3::timestamptz END)
ORDER BY updated_at LIMIT $4
""")
PAID_INTO = sql("""
SELECT hold_id, id, payer_id, asset, provider FROM payments.payment
WHERE hold_id = ANY($1) AND captured > 0 AND surplus_reason IS NULL
""")
ASKED_BY = sql("""
SELECT r.id, r.payment_id, r.amount, r.asset, r.reason, r.state, r.created_at FROM payments.refund r
JOIN payments.payment p ON p.id = r.payment_id WHERE p.payer_id = $1 OR r.by_id = $1 ORDER BY r.created_at, r.id
""")
FORGET_REASONS = sql("UPDATE payments.refund SET reason = '' WHERE by_id = $1 AND reason <> ''")
LEFT_IN = sql("SELECT remaining FROM ledger.public_hold WHERE id = $1")


class UnpaidHoldError(AssertionError):
    """A hold that no payment has filled: its money goes back to a wallet, not to a provider."""


async def insert_refund(tx: Tx, one: Refund) -> None:
    """Store a new refund."""
    await tx.run(
        INSERT, one.id, one.payment_id, one.amount, one.asset, one.why, one.reason, one.by_id, one.hold_id, one.credits, one.provider,
        one.ref, one.state, one.failure, one.created_at, one.updated_at, one.sent_at, one.succeeded_at,
    )  # fmt: skip


async def insert_refunds(tx: Tx, many: Sequence[Refund]) -> None:
    """Store new refunds that wait in their holds, in one statement."""
    await tx.run(INSERT_ALL, many)


async def paid_into(read: Read, hold_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, UUID, str, str]]:
    """Return the payment that filled each of these holds: its id, payer, asset and provider."""
    rows = await read.rows(PAID_INTO, list(hold_ids))
    found = {row["hold_id"]: (row["id"], row["payer_id"], row["asset"], row["provider"]) for row in rows}
    if missing := [hold_id for hold_id in hold_ids if hold_id not in found]:
        raise UnpaidHoldError(f"no payment has filled {missing}")
    return found


async def find_refund(read: Read, refund_id: UUID) -> Refund | None:
    """Return a refund, or nothing."""
    row = await read.row(OF_ID, refund_id)
    return None if row is None else refund_of(row)


@locks(50, 1)
async def lock_refund(tx: Tx, refund_id: UUID) -> Refund:
    """Lock a refund that exists."""
    await tx.row(LOCK, refund_id)
    found = await find_refund(tx, refund_id)
    if found is None:
        raise LookupError(f"refund {refund_id}")
    return found


async def find_of_ref(read: Read, provider: str, ref: str) -> UUID | None:
    """Return the refund that the provider calls by this name, or nothing."""
    return await read.value(OF_REF, provider, ref) if ref else None


async def find_unnamed(read: Read, payment_id: UUID, provider: str, amount: int) -> UUID | None:
    """Return a refund of ours, so high, of which the provider has not told us the name."""
    return await read.value(UNNAMED, payment_id, provider, amount)


async def under_way(read: Read, payment_id: UUID) -> int:
    """Return how much of a payment is on its way back."""
    return await read.value(UNDER_WAY, payment_id)


async def waiting(read: Read, payment_id: UUID) -> list[Refund]:
    """Return the refunds of a payment that have failed and still have their money."""
    return [refund_of(row) for row in await read.rows(WAITING, payment_id)]


async def left_in(read: Read, hold_id: UUID) -> int:
    """Return how much a hold still has."""
    return await read.value(LEFT_IN, hold_id) or 0


async def update_refund(tx: Tx, one: Refund) -> None:
    """Store what may change of a refund."""
    await tx.run(
        UPDATE, one.id, one.state, one.ref, one.failure, one.hold_id, one.amount, one.updated_at, one.succeeded_at, one.replaced_by,
        one.why,
    )  # fmt: skip


async def note_sent(tx: Tx, refund_id: UUID) -> None:
    """Note that the provider is spoken to now."""
    await tx.run(SENT, refund_id, tx.wall)


async def forget_ref(tx: Tx, refund_id: UUID) -> None:
    """Give the provider's name for it free: it belongs to another row."""
    await tx.run(FORGET_REF, refund_id)


async def silent(read: Read, now: datetime, wall: datetime, providers: Sequence[str], limit: int) -> Sequence[UUID]:
    """Return refunds at these providers of which nothing was heard for too long."""
    return [row["id"] for row in await read.rows(SILENT, now - SILENCE, wall - SILENCE, wall - PATIENCE, limit, providers)]


async def asked_by(read: Read, account_id: UUID) -> list[dict[str, object]]:
    """Return the refunds that somebody got or asked for, to take along."""
    return [dict(row) for row in await read.rows(ASKED_BY, account_id)]


async def forget_reasons(tx: Tx, account_id: UUID) -> None:
    """Forget the words in which somebody asked for refunds."""
    await tx.run(FORGET_REASONS, account_id)


def refund_of(row: Row) -> Refund:
    """Return the refund of a row with all its columns."""
    return msgspec.convert(dict(row), Refund)
