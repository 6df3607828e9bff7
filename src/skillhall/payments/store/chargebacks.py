"""Chargebacks in the database. Whoever changes one holds the lock of its payment."""

from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx
from skillhall.payments.model.chargeback import Chargeback
from skillhall.payments.model.refund_refusals import ChargebackNotFound

OF_REF = sql("""
SELECT id, payment_id, provider, ref, amount, asset, state, opened_at, updated_at, waiting, excess, fee, reason, answer_by, closed_at
FROM payments.chargeback WHERE provider = $1 AND ref = $2
""")
OF_ID = sql("""
SELECT id, payment_id, provider, ref, amount, asset, state, opened_at, updated_at, waiting, excess, fee, reason, answer_by, closed_at
FROM payments.chargeback WHERE id = $1
""")
INSERT = sql("""
INSERT INTO payments.chargeback (id, payment_id, provider, ref, amount, asset, waiting, excess, fee, reason, state, answer_by, opened_at,
    updated_at, closed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
""")
UPDATE = sql("UPDATE payments.chargeback SET state = $2, updated_at = $3, closed_at = $4 WHERE id = $1")


async def find_chargeback(read: Read, provider: str, ref: str) -> Chargeback | None:
    """Return the chargeback that the provider calls by this name, or nothing."""
    row = await read.row(OF_REF, provider, ref)
    return None if row is None else _chargeback(row)


async def chargeback(read: Read, chargeback_id: UUID) -> Chargeback:
    """Return a chargeback that exists."""
    row = await read.row(OF_ID, chargeback_id)
    if row is None:
        raise ChargebackNotFound
    return _chargeback(row)


async def insert_chargeback(tx: Tx, one: Chargeback) -> None:
    """Store a new chargeback."""
    await tx.run(
        INSERT, one.id, one.payment_id, one.provider, one.ref, one.amount, one.asset, one.waiting, one.excess, one.fee, one.reason,
        one.state, one.answer_by, one.opened_at, one.updated_at, one.closed_at,
    )  # fmt: skip


async def update_chargeback(tx: Tx, one: Chargeback) -> None:
    """Store where it stands."""
    await tx.run(UPDATE, one.id, one.state, one.updated_at, one.closed_at)


def _chargeback(row: Row) -> Chargeback:
    return msgspec.convert(dict(row), Chargeback)
