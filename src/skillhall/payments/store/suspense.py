"""Money in suspense: that it came in, what is left of it, and what staff and the provider do with it."""

from typing import Literal
from uuid import UUID

from msgspec import Struct

from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks
from skillhall.payments.events import MoneySuspended
from skillhall.payments.model.refund_refusals import SuspenseNotFound, SuspenseResolved

INSERT = sql("""
INSERT INTO payments.suspense (id, provider, ref, payment_id, amount, remaining, asset, reason, received_at)
VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)
ON CONFLICT (provider, ref) DO NOTHING
""")
LOCK = sql("SELECT provider, remaining, asset FROM payments.suspense WHERE id = $1 FOR NO KEY UPDATE")
LOCK_APART = sql("SELECT id, payment_id, amount, remaining, asset FROM payments.suspense WHERE id = $1 FOR NO KEY UPDATE")
MEANT = sql("""
SELECT s.id FROM payments.suspense s
WHERE s.provider = $1 AND s.asset = $5 AND s.payment_id IS NOT NULL AND (
    s.id = (SELECT m.suspense_id FROM payments.suspense_move m WHERE m.provider = $1 AND m.ref = $2 LIMIT 1)
    OR s.ref = nullif($3, '') OR $3 = '' AND s.payment_id = $4)
ORDER BY s.ref = $3 DESC, s.remaining > 0 DESC, s.received_at LIMIT 1
""")
NOTE = sql("""
INSERT INTO payments.suspense_move (provider, ref, way, suspense_id, amount, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
""")
GONE = sql("SELECT amount FROM payments.suspense_move WHERE provider = $1 AND ref = $2 AND way = 'gone'")
LEAVE = sql("""
UPDATE payments.suspense SET remaining = $2::bigint, resolution = $3, resolved_at = CASE WHEN $2::bigint = 0 THEN $4::timestamptz END,
    resolved_by = CASE WHEN $2::bigint = 0 THEN $5::uuid END
WHERE id = $1
""")


class Apart(Struct, frozen=True):
    """Money that came in for a payment and was not what was asked for."""

    id: UUID
    payment_id: UUID
    amount: int
    remaining: int
    asset: str


async def suspend(tx: Tx, provider: str, ref: str, payment_id: UUID | None, amount: int, asset: str, reason: str) -> UUID | None:
    """Note it, and say so; nothing when it was noted before."""
    suspense_id = ids.new()
    if not await tx.run(INSERT, suspense_id, provider, ref, payment_id, amount, asset, reason, tx.now):
        return None
    tx.publish(MoneySuspended(suspense_id=suspense_id, amount=amount, asset=asset))
    return suspense_id


@locks(50, 3)
async def lock_unresolved(tx: Tx, suspense_id: UUID) -> tuple[str, int, str]:
    """Lock what is still in suspense; return provider, what is left and asset, or refuse."""
    row = await tx.row(LOCK, suspense_id)
    if row is None:
        raise SuspenseNotFound
    if not row["remaining"]:
        raise SuspenseResolved
    return row["provider"], row["remaining"], row["asset"]


async def find_meant(tx: Tx, provider: str, ref: str, payment_ref: str, payment_id: UUID | None, asset: str) -> UUID | None:
    """Return what a refund or chargeback `ref` has moved before, or is about by the provider's name or else by our payment; or nothing."""
    return await tx.value(MEANT, provider, ref, payment_ref, payment_id, asset)


@locks(50, 3)
async def lock_apart(tx: Tx, suspense_id: UUID) -> Apart:
    """Lock what came in for a payment."""
    row = await tx.row(LOCK_APART, suspense_id)
    if row is None:
        raise SuspenseNotFound
    return Apart(**row)


async def note_move(tx: Tx, provider: str, ref: str, way: Literal["gone", "back"], suspense_id: UUID, amount: int) -> bool:
    """Note what the provider has done with a part of it; False when that was noted before."""
    return await tx.run(NOTE, provider, ref, way, suspense_id, amount, tx.now) == 1


async def find_gone(tx: Tx, provider: str, ref: str) -> int | None:
    """Return how much a refund or chargeback has taken, or nothing."""
    return await tx.value(GONE, provider, ref)


async def leave(tx: Tx, suspense_id: UUID, remaining: int, by_id: UUID, resolution: str) -> None:
    """Store what is left of it, and how and by whom it was got rid of; the nil id: by the provider itself."""
    await tx.run(LEAVE, suspense_id, remaining, resolution, tx.now, by_id)
