"""Payouts and payout accounts in the database.

`lock_earnings` comes before all that takes from what somebody has earned: two withdrawals, a withdrawal and a chargeback.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import asdict, replace

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.ledger.api import Lines, provider_totals
from skillhall.payments.events import PayoutCancelled
from skillhall.payments.model.payout import Payout, PayoutAccount, State
from skillhall.payments.model.payout_refusals import PayoutNotFound
from skillhall.payments.ports import account_of

LOCK_EARNINGS = sql("SELECT pg_advisory_xact_lock(hashtextextended('payments.earnings:' || $1::uuid, 50))")
LOCK_PROVIDER = sql("SELECT pg_advisory_xact_lock(hashtextextended('payments.provider:' || $1::text || ':' || $2::text, 50))")
ACCOUNT = sql("""
SELECT account_id, kind, provider, destination, label, asset, schedule, kyc, note, documents, asked_at, decided_at, decided_by, reason,
    next_payout_at, created_at, updated_at, payable_from
FROM payments.payout_account WHERE account_id = $1
""")
SAVE_ACCOUNT = sql("""
INSERT INTO payments.payout_account (account_id, kind, provider, destination, label, asset, schedule, kyc, note, documents, asked_at,
    decided_at, decided_by, reason, next_payout_at, created_at, updated_at, payable_from)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (account_id) DO UPDATE SET kind = excluded.kind, provider = excluded.provider, destination = excluded.destination,
    label = excluded.label, asset = excluded.asset, schedule = excluded.schedule, kyc = excluded.kyc, note = excluded.note,
    documents = excluded.documents, asked_at = excluded.asked_at, decided_at = excluded.decided_at, decided_by = excluded.decided_by,
    reason = excluded.reason, next_payout_at = excluded.next_payout_at, updated_at = excluded.updated_at,
    payable_from = excluded.payable_from
""")
DUE_ACCOUNTS = sql("""
SELECT account_id AS id, next_payout_at AS due_at FROM payments.payout_account WHERE next_payout_at <= $1 ORDER BY next_payout_at LIMIT $2
""")
NEXT_ACCOUNT = sql("SELECT min(next_payout_at) FROM payments.payout_account WHERE next_payout_at > $1")
INSERT = sql("""
INSERT INTO payments.payout (id, account_id, amount, asset, kind, provider, destination, label, hold_id, is_automatic, state, requested_at,
    updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
""")
ADOPT_ACCOUNTS = sql("INSERT INTO payments.payout_account SELECT n.* FROM jsonb_populate_recordset(NULL::payments.payout_account, $1) AS n")
ADOPT = sql("INSERT INTO payments.payout SELECT n.* FROM jsonb_populate_recordset(NULL::payments.payout, $1) AS n")
LOCK = sql("""
SELECT id, account_id, amount, asset, kind, provider, destination, label, is_automatic, state, ref, failure, why, is_short, checks,
    requested_at, updated_at, sent_at, paid_at
FROM payments.payout WHERE id = $1 FOR NO KEY UPDATE
""")
LOCK_PENDING = sql("""
SELECT id, account_id, amount, asset, kind, provider, destination, label, is_automatic, state, ref, failure, why, is_short, checks,
    requested_at, updated_at, sent_at, paid_at
FROM payments.payout
WHERE account_id = $1 AND state = 'pending' AND ($2::text IS NULL OR asset = $2) ORDER BY id FOR NO KEY UPDATE
""")
UPDATE = sql("""
UPDATE payments.payout SET state = $3, ref = $4, failure = $5, why = $6, is_short = $7, checks = $8, updated_at = $9,
    sent_at = $10, paid_at = $11
WHERE id = $1 AND state = $2
""")
SILENT = sql("""
SELECT id FROM payments.payout WHERE state IN ('pending', 'processing', 'unknown') AND updated_at < $1 AND provider = ANY($2::text[])
ORDER BY updated_at, id LIMIT $3
""")
ID_OF_REF = sql("SELECT id FROM payments.payout WHERE provider = $1 AND ref = $2")
RESERVED = sql("""
SELECT coalesce((SELECT sum(p.amount) FROM payments.payout p
        WHERE p.provider = $1 AND p.asset = $2 AND p.state IN ('processing', 'unknown')), 0)::bigint
    + coalesce((SELECT sum(r.amount) FROM payments.refund r
        WHERE r.provider = $1 AND r.asset = $2 AND r.state IN ('pending', 'sent', 'unknown')), 0)::bigint
""")


class LostPayoutError(AssertionError):
    """A payout changed although it was locked: somebody writes without the lock."""


@locks(50, 2)
async def lock_earnings(tx: Tx, account_id: UUID) -> None:
    """Let nobody else take from this member's earnings, or change where they go, until this transaction has ended."""
    await tx.value(LOCK_EARNINGS, account_id)


async def find_payout_account(read: Read, account_id: UUID) -> PayoutAccount | None:
    """Return where a member's earnings go, if that is known."""
    row = await read.row(ACCOUNT, account_id)
    return None if row is None else msgspec.convert(dict(row), PayoutAccount)


async def save_payout_account(tx: Tx, a: PayoutAccount) -> None:
    """Store it as it is now; `lock_earnings` comes before."""
    await tx.run(
        SAVE_ACCOUNT, a.account_id, a.kind, a.provider, a.destination, a.label, a.asset, a.schedule, a.kyc, a.note, a.documents, a.asked_at,
        a.decided_at, a.decided_by, a.reason, a.next_payout_at, a.created_at, a.updated_at, a.payable_from,
    )  # fmt: skip


async def insert_payout(tx: Tx, one: Payout) -> None:
    """Store a new payout."""
    await tx.run(
        INSERT, one.id, one.account_id, one.amount, one.asset, one.kind, one.provider, one.destination, one.label, one.hold_id,
        one.is_automatic, one.state, one.requested_at, one.updated_at,
    )  # fmt: skip


async def adopt(tx: Tx, accounts: Sequence[PayoutAccount], rows: Sequence[Payout]) -> None:
    """Store accounts and payouts that were made elsewhere."""
    await tx.run(ADOPT_ACCOUNTS, accounts)
    await tx.run(ADOPT, [{**asdict(one), "hold_id": one.hold_id} for one in rows])


@locks(50, 2)
async def lock_known_payout(tx: Tx, payout_id: UUID) -> Payout | None:
    """Lock a payout, if there is one."""
    row = await tx.row(LOCK, payout_id)
    return None if row is None else msgspec.convert(dict(row), Payout)


async def lock_payout(tx: Tx, payout_id: UUID) -> Payout:
    """Lock a payout, or refuse."""
    payout = await lock_known_payout(tx, payout_id)
    if payout is None:
        raise PayoutNotFound
    return payout


@locks(50, 2)
async def lock_pending_payouts(tx: Tx, account_id: UUID, asset: str | None = None) -> Sequence[Payout]:
    """Return the payouts of a member that were not sent yet, locked; until this transaction has ended no further one is made."""
    await tx.value(LOCK_EARNINGS, account_id)
    return [msgspec.convert(dict(row), Payout) for row in await tx.rows(LOCK_PENDING, account_id, asset)]


async def cancel(tx: Tx, payout: Payout, why: str) -> Lines:
    """Cancel a locked pending payout; return the lines that give it back to its owner's earnings, for the caller's one posting."""
    if payout.state is not State.PENDING:
        raise LostPayoutError(f"payout {payout.id} is {payout.state}")
    await update_payout(tx, payout, replace(payout, state=State.CANCELLED, why=why, is_short=False, updated_at=tx.now))
    tx.publish(PayoutCancelled(payout_id=payout.id, account_id=payout.account_id, amount=payout.amount, asset=payout.asset, why=why))
    return payout.given_back


async def update_payout(tx: Tx, before: Payout, after: Payout) -> None:
    """Store what changed of a locked payout."""
    if before == after:
        return
    count = await tx.run(
        UPDATE, after.id, before.state, after.state, after.ref, after.failure, after.why, after.is_short, after.checks,
        after.updated_at, after.sent_at, after.paid_at,
    )  # fmt: skip
    if count != 1:
        raise LostPayoutError(f"payout {before.id} was {before.state}")


async def find_id(read: Read, provider: str, ref: str) -> UUID | None:
    """Return the payout the provider knows by this reference."""
    return await read.value(ID_OF_REF, provider, ref)


@locks(50, 2)
async def free_at(tx: Tx, provider: str, asset: str) -> int:
    """Return what we have at a provider beyond what is on its way out of there; nobody else may send until this transaction has ended."""
    await tx.value(LOCK_PROVIDER, provider, asset)
    return (await provider_totals(tx, account_of(provider))).get(asset, 0) - await tx.value(RESERVED, provider, asset)


async def silent(read: Read, before: datetime, providers: Sequence[str], limit: int) -> Sequence[UUID]:
    """Return open payouts at these providers of which nothing has changed since `before`."""
    return [row["id"] for row in await read.rows(SILENT, before, providers, limit)]
