"""The books of the sandbox bank. Only the bank reads and writes them, in transactions of its own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.payments.model.sandbox import BankChargeback, BankPayout, BankRefund, Charge
from skillhall.payments.ports import Movement

ADD_METHOD = sql("INSERT INTO payments.sandbox_method (token, customer, behaves) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
METHOD = sql("SELECT behaves FROM payments.sandbox_method WHERE token = $1 AND NOT is_detached")
DETACH = sql("UPDATE payments.sandbox_method SET is_detached = true WHERE token = $1")
ADD_CHARGE = sql("""
INSERT INTO payments.sandbox_charge (ref, key, payment_id, amount, asset, title, return_url, is_captured, state, booked_asset, created_at,
    customer)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (key) DO NOTHING
""")
CHARGE = sql("""
SELECT ref, key, payment_id, amount, asset, title, return_url, is_captured, behaves, state, captured, booked_asset, fee, failure,
    created_at, customer, method
FROM payments.sandbox_charge WHERE ref = $1
""")
LOCK_CHARGE = sql("""
SELECT ref, key, payment_id, amount, asset, title, return_url, is_captured, behaves, state, captured, booked_asset, fee, failure,
    created_at, customer, method
FROM payments.sandbox_charge WHERE ref = $1 FOR NO KEY UPDATE
""")
CHARGE_REF_BY_KEY = sql("SELECT ref FROM payments.sandbox_charge WHERE key = $1")
CHARGE_REF_BY_PAYMENT = sql("""
SELECT ref FROM payments.sandbox_charge WHERE payment_id = $1 ORDER BY captured > 0 DESC, created_at DESC, ref DESC LIMIT 1
""")
SAVE_CHARGE = sql("""
UPDATE payments.sandbox_charge SET behaves = $2, state = $3, captured = $4, booked_asset = $5, fee = $6, failure = $7, method = $8
WHERE ref = $1
""")
ADD_REFUND = sql("""
INSERT INTO payments.sandbox_refund (ref, key, charge_ref, amount, asset, state, failure, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (key) DO NOTHING
""")
REFUND = sql("""
SELECT ref, key, charge_ref, amount, asset, state, failure, created_at FROM payments.sandbox_refund WHERE ref = $1 OR key = $2
""")
SAVE_REFUND = sql("UPDATE payments.sandbox_refund SET state = $2, failure = $3 WHERE ref = $1")
LEFT = sql("""
SELECT c.captured
    - coalesce((SELECT sum(r.amount) FROM payments.sandbox_refund r WHERE r.charge_ref = c.ref AND r.state <> 'failed'), 0)::bigint
    - coalesce((SELECT sum(b.amount) FROM payments.sandbox_chargeback b WHERE b.charge_ref = c.ref AND b.state <> 'won'), 0)::bigint
FROM payments.sandbox_charge c WHERE c.ref = $1
""")
ADD_CHARGEBACK = sql("""
INSERT INTO payments.sandbox_chargeback (ref, charge_ref, amount, asset, fee, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
""")
OPEN_CHARGEBACK = sql("""
SELECT ref, charge_ref, amount, asset, fee, state, created_at FROM payments.sandbox_chargeback
WHERE charge_ref = $1 AND state = 'open' ORDER BY created_at, ref LIMIT 1
""")
SAVE_CHARGEBACK = sql("UPDATE payments.sandbox_chargeback SET state = $2 WHERE ref = $1")
ADD_PAYOUT = sql("""
INSERT INTO payments.sandbox_payout (ref, key, amount, asset, destination, state, failure, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (key) DO NOTHING
""")
PAYOUT = sql(
    "SELECT ref, key, amount, asset, destination, state, failure, created_at FROM payments.sandbox_payout WHERE ref = $1 OR key = $2"
)
LOCK_PAYOUT = sql("""
SELECT ref, key, amount, asset, destination, state, failure, created_at FROM payments.sandbox_payout
WHERE ref = $1 OR key = $2 FOR NO KEY UPDATE
""")
SAVE_PAYOUT = sql("UPDATE payments.sandbox_payout SET state = $2, failure = $3 WHERE ref = $1")
ADD_MOVEMENT = sql("""
INSERT INTO payments.sandbox_movement (id, kind, amount, fee, asset, ref, our_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
""")
MOVEMENTS = sql("""
SELECT id, kind, amount, fee, asset, ref, our_id, at FROM payments.sandbox_movement WHERE at >= $1 AND at < $2 ORDER BY at, id
""")
ADD_EVENT = sql("INSERT INTO payments.sandbox_event (id, ref, body, at) VALUES ($1, $2, $3, $4)")
EVENT = sql("SELECT body FROM payments.sandbox_event WHERE id = $1")
EVENTS_OF = sql("SELECT id FROM payments.sandbox_event WHERE ref = $1 ORDER BY at DESC, id DESC")


async def insert_method(tx: Tx, token: str, customer: str, behaves: str) -> None:
    """Keep a method; one of this token is there already."""
    await tx.run(ADD_METHOD, token, customer, behaves)


async def find_behavior(read: Read, token: str) -> str | None:
    """Return how a method of this token behaves, or nothing: unknown, or detached."""
    return await read.value(METHOD, token)


async def detach_method(tx: Tx, token: str) -> None:
    """Let a method be charged no more."""
    await tx.run(DETACH, token)


async def insert_charge(tx: Tx, new: Charge) -> bool:
    """Keep a new charge; False when its key has one already."""
    values = (new.ref, new.key, new.payment_id, new.amount, new.asset, new.title, new.return_url, new.is_captured, new.state)
    return await tx.run(ADD_CHARGE, *values, new.booked_asset, new.created_at, new.customer) == 1


async def find_charge(read: Read, ref: str) -> Charge | None:
    """Return a charge as it is, or nothing."""
    row = await read.row(CHARGE, ref)
    return None if row is None else msgspec.convert(dict(row), Charge)


async def find_ref(read: Read, *, key: UUID | None = None, payment_id: UUID | None = None) -> str | None:
    """Return the name of the charge of this key, or of this payment: the captured one, else the newest."""
    return await (read.value(CHARGE_REF_BY_KEY, key) if key else read.value(CHARGE_REF_BY_PAYMENT, payment_id))


@locks(98, 0)
async def lock_charge(tx: Tx, ref: str) -> Charge | None:
    """Return a charge and keep others from changing it, its refunds and its chargebacks."""
    row = await tx.row(LOCK_CHARGE, ref)
    return None if row is None else msgspec.convert(dict(row), Charge)


async def save_charge(tx: Tx, now: Charge) -> None:
    """Store what became of a locked charge."""
    await tx.run(SAVE_CHARGE, now.ref, now.behaves, now.state, now.captured, now.booked_asset, now.fee, now.failure, now.method)


async def insert_refund(tx: Tx, new: BankRefund) -> None:
    """Keep a new refund of a locked charge."""
    await tx.run(ADD_REFUND, new.ref, new.key, new.charge_ref, new.amount, new.asset, new.state, new.failure, new.created_at)


async def find_refund(read: Read, *, ref: str | None = None, key: UUID | None = None) -> BankRefund | None:
    """Return a refund by the bank's name or by its key, or nothing."""
    row = await read.row(REFUND, ref, key)
    return None if row is None else msgspec.convert(dict(row), BankRefund)


async def save_refund(tx: Tx, now: BankRefund) -> None:
    """Store what became of a refund of a locked charge."""
    await tx.run(SAVE_REFUND, now.ref, now.state, now.failure)


async def left_of(tx: Tx, ref: str) -> int:
    """Return how much of a locked charge has not gone back."""
    return await tx.value(LEFT, ref)


async def insert_chargeback(tx: Tx, new: BankChargeback) -> None:
    """Keep a new chargeback of a locked charge."""
    await tx.run(ADD_CHARGEBACK, new.ref, new.charge_ref, new.amount, new.asset, new.fee, new.state, new.created_at)


async def find_open_chargeback(tx: Tx, charge_ref: str) -> BankChargeback | None:
    """Return the oldest open chargeback of a locked charge, or nothing."""
    row = await tx.row(OPEN_CHARGEBACK, charge_ref)
    return None if row is None else msgspec.convert(dict(row), BankChargeback)


async def save_chargeback(tx: Tx, now: BankChargeback) -> None:
    """Store what became of a chargeback of a locked charge."""
    await tx.run(SAVE_CHARGEBACK, now.ref, now.state)


async def insert_payout(tx: Tx, new: BankPayout) -> bool:
    """Keep a new payout; False when its key has one already."""
    values = (new.ref, new.key, new.amount, new.asset, new.destination, new.state, new.failure, new.created_at)
    return await tx.run(ADD_PAYOUT, *values) == 1


async def find_payout(read: Read, *, ref: str | None = None, key: UUID | None = None) -> BankPayout | None:
    """Return a payout by the bank's name or by its key, or nothing."""
    row = await read.row(PAYOUT, ref, key)
    return None if row is None else msgspec.convert(dict(row), BankPayout)


@locks(98, 1)
async def lock_payout(tx: Tx, *, ref: str | None = None, key: UUID | None = None) -> BankPayout | None:
    """Return a payout and keep others from changing it."""
    row = await tx.row(LOCK_PAYOUT, ref, key)
    return None if row is None else msgspec.convert(dict(row), BankPayout)


async def save_payout(tx: Tx, now: BankPayout) -> None:
    """Store what became of a locked payout."""
    await tx.run(SAVE_PAYOUT, now.ref, now.state, now.failure)


async def insert_movement(tx: Tx, line: Movement) -> None:
    """Write a line of the statement."""
    await tx.run(ADD_MOVEMENT, line.id, line.kind, line.amount, line.fee, line.asset, line.ref, line.our_id, line.at)


async def movements(read: Read, since: datetime, until: datetime) -> Sequence[Movement]:
    """Return the statement from `since` to before `until`."""
    return [msgspec.convert(dict(row), Movement) for row in await read.rows(MOVEMENTS, since, until)]


async def insert_event(tx: Tx, event_id: str, ref: str, body: bytes) -> None:
    """Keep what the bank tells."""
    await tx.run(ADD_EVENT, event_id, ref, body, tx.wall)


async def find_event(read: Read, event_id: str) -> bytes | None:
    """Return what the bank told, or nothing."""
    return await read.value(EVENT, event_id)


async def events_of(read: Read, ref: str) -> list[str]:
    """Return the ids of what the bank told of one thing, newest first."""
    return [row["id"] for row in await read.rows(EVENTS_OF, ref)]
