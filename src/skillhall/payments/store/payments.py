"""Payments in the database: found, locked, stored. What came of the money afterwards is written where refunds and chargebacks are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks
from skillhall.kernel.shapes import Subject
from skillhall.payments.model.payment import Payment
from skillhall.payments.model.refusals import PaymentNotFound
from skillhall.payments.ports import PaymentFacts

LOCK = sql("SELECT p.* FROM payments.payment p WHERE p.id = $1 FOR NO KEY UPDATE")
LOCK_OPEN = sql("""
SELECT p.* FROM payments.payment p
WHERE p.subject_kind = $1 AND p.subject_id = $2 AND p.state IN ('created', 'requires_action', 'processing', 'failed', 'unknown')
ORDER BY p.id FOR NO KEY UPDATE
""")
ONE = sql("SELECT p.* FROM payments.payment p WHERE p.id = $1")
BY_REF = sql("SELECT p.* FROM payments.payment p WHERE p.provider = $1 AND p.ref = $2")
OPEN_OF = sql("""
SELECT p.* FROM payments.payment p
WHERE p.payer_id = $1 AND p.purpose = $2 AND p.asked_kind = $3 AND p.asked_id = $4
  AND p.state IN ('created', 'requires_action', 'processing', 'failed', 'unknown')
""")
OF_PAYER = sql("SELECT p.* FROM payments.payment p WHERE p.payer_id = $1 AND p.ref = $2")
FILLING = sql("""
SELECT p.* FROM payments.payment p WHERE p.hold_id = $1 AND p.captured > 0 AND p.surplus_reason IS NULL
""")
INSERT = sql("""
INSERT INTO payments.payment (id, payer_id, payee_id, purpose, asked_kind, asked_id, subject_kind, subject_id, title, amount, asset, fee,
    lines, hold_id, coupon_code, provider, is_off_session, state, created_at, updated_at, expires_at, method_id, succeeded_at,
    keeps_method)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
ON CONFLICT DO NOTHING
""")
STORE = sql("""
UPDATE payments.payment SET state = $2, ref = $3, client_secret = $4, action_url = $5, captured = $6, provider_fee = $7,
    surplus_reason = $8, failure = $9, updated_at = $10, succeeded_at = $11, heard_at = $12, method_id = $13, is_off_session = $14
WHERE id = $1
""")
ADOPT = sql("""
INSERT INTO payments.payment (id, payer_id, payee_id, purpose, asked_kind, asked_id, subject_kind, subject_id, title, amount, asset, fee,
    lines, hold_id, provider, ref, is_off_session, state, captured, provider_fee, origin, created_at, updated_at, succeeded_at)
SELECT r.id, r.payer_id, r.payee_id, r.purpose, r.subject_kind, r.subject_id, r.subject_kind, r.subject_id, r.title, r.amount, r.asset,
    r.fee, r.lines, r.hold_id, r.provider, r.ref, false, 'succeeded', r.amount, r.provider_fee, 'import', r.at, r.at, r.at
FROM jsonb_to_recordset($1) AS r (id uuid, payer_id uuid, payee_id uuid, purpose text, subject_kind text, subject_id uuid, title text,
    amount bigint, asset text, fee bigint, lines jsonb, hold_id uuid, provider text, ref text, provider_fee bigint, at timestamptz)
""")
IMPORTED = sql("SELECT p.* FROM payments.payment p WHERE p.origin = 'import' ORDER BY p.succeeded_at, p.id")
SLOW = sql("""
SELECT p.id FROM payments.payment p
WHERE p.state IN ('processing', 'unknown') AND p.updated_at < $1
  AND NOT EXISTS (SELECT FROM payments.attempt a WHERE a.payment_id = p.id AND a.state IN ('prepared', 'sent', 'unknown'))
ORDER BY p.updated_at LIMIT 500
""")
DUE = sql("""
SELECT id, expires_at AS due_at FROM payments.payment
WHERE expires_at <= $1 AND state IN ('created', 'requires_action', 'failed') ORDER BY expires_at LIMIT $2
""")
NEXT_DUE = sql("""
SELECT min(expires_at) FROM payments.payment WHERE expires_at > $1 AND state IN ('created', 'requires_action', 'failed')
""")


class TwinError(Exception):
    """The same payer has opened a payment of the same thing at this moment; that one stands."""


async def find(read: Read, payment_id: UUID) -> Payment | None:
    """Return a payment, or nothing."""
    return _maybe(await read.row(ONE, payment_id))


async def payment(read: Read, payment_id: UUID) -> Payment:
    """Return a payment."""
    found = await find(read, payment_id)
    if found is None:
        raise PaymentNotFound
    return found


async def find_told(read: Read, provider: str, facts: PaymentFacts) -> Payment | None:
    """Return the payment that news is about: by our id, else by the provider's name for it. Another provider's is not meant."""
    found = None if facts.payment_id is None else await find(read, facts.payment_id)
    if found is not None and found.provider != provider:
        return None
    return found or _maybe(await read.row(BY_REF, provider, facts.ref))


async def find_by_ref(read: Read, provider: str, ref: str) -> Payment | None:
    """Return the payment a provider knows by this name, or nothing."""
    return _maybe(await read.row(BY_REF, provider, ref))


async def find_of_payer(read: Read, payer_id: UUID, ref: str) -> Payment | None:
    """Return a payer's own payment by what its provider calls it, or nothing."""
    return _maybe(await read.row(OF_PAYER, payer_id, ref))


async def find_open(read: Read, payer_id: UUID, purpose: str, asked: Subject) -> Payment | None:
    """Return the payer's one open payment of a thing, or nothing."""
    return _maybe(await read.row(OPEN_OF, payer_id, purpose, asked.kind, asked.id))


async def slow(read: Read, before: datetime) -> list[UUID]:
    """Return charges that providers are at since before then: they have answered, and were to say more."""
    return [row["id"] for row in await read.rows(SLOW, before)]


async def find_filling(read: Read, hold_id: UUID) -> Payment | None:
    """Return the payment whose money filled a hold, or nothing."""
    return _maybe(await read.row(FILLING, hold_id))


async def imported(read: Read) -> list[Payment]:
    """Return the payments that came in elsewhere, the oldest first."""
    return [_payment(row) for row in await read.rows(IMPORTED)]


@locks(50, 0)
async def lock(tx: Tx, payment_id: UUID) -> Payment:
    """Lock a payment and return it."""
    found = _maybe(await tx.row(LOCK, payment_id))
    if found is None:
        raise PaymentNotFound
    return found


@locks(50, 0)
async def lock_open(tx: Tx, subject: Subject) -> list[Payment]:
    """Lock every open payment of what its owner knows by this name, and return them."""
    return [_payment(row) for row in await tx.rows(LOCK_OPEN, subject.kind, subject.id)]


@locks(50, 0)
async def insert(tx: Tx, one: Payment) -> None:
    """Store a new payment. Waits for a twin that is being stored at this moment, and raises `TwinError` when there is one."""
    stored = await tx.run(
        INSERT, one.id, one.payer_id, one.payee_id, one.purpose, one.asked_kind, one.asked_id, one.subject_kind, one.subject_id, one.title,
        one.amount, one.asset, one.fee, one.lines, one.hold_id, one.coupon_code, one.provider, one.is_off_session, one.state,
        one.created_at, one.updated_at, one.expires_at, one.method_id, one.succeeded_at, one.keeps_method,
    )  # fmt: skip
    if not stored:
        raise TwinError


async def store(tx: Tx, one: Payment) -> None:
    """Store what news has changed of a locked payment."""
    await tx.run(
        STORE, one.id, one.state, one.ref, one.client_secret, one.action_url, one.captured, one.provider_fee, one.surplus_reason,
        one.failure, one.updated_at, one.succeeded_at, one.heard_at, one.method_id, one.is_off_session,
    )  # fmt: skip


async def adopt_rows(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store payments that came in elsewhere."""
    await tx.run(ADOPT, rows)


def _maybe(row: Row | None) -> Payment | None:
    return None if row is None else _payment(row)


def _payment(row: Row) -> Payment:
    return msgspec.convert(dict(row), Payment)
