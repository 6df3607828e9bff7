"""What a member has earned: how much of it is young, and what moved it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

YOUNG = sql("""
    SELECT t.at, sum(e.amount)::bigint AS amount
    FROM ledger.account a JOIN ledger.entry e ON e.account_id = a.id JOIN ledger.transfer t ON t.seq = e.transfer_seq
    LEFT JOIN ledger.hold h ON h.id = e.hold_id
    WHERE a.owner = $1 AND a.kind = 'earnings' AND a.asset = $2 AND t.at > $3
      AND t.kind = 'settle' AND e.amount > 0 AND h.purpose IS DISTINCT FROM 'payout' AND h.purpose IS DISTINCT FROM 'refund'
    GROUP BY t.at ORDER BY t.at
""")
MOVES = sql("""
    SELECT t.kind, coalesce(h.purpose, '') AS purpose, sum(e.amount)::bigint AS amount,
        coalesce(sum(fee.amount), 0)::bigint AS fee
    FROM ledger.account a JOIN ledger.entry e ON e.account_id = a.id JOIN ledger.transfer t ON t.seq = e.transfer_seq
    LEFT JOIN ledger.hold h ON h.id = e.hold_id
    LEFT JOIN LATERAL (
        SELECT sum(f.amount) AS amount FROM ledger.entry f JOIN ledger.account p ON p.id = f.account_id
        WHERE f.transfer_seq = e.transfer_seq AND f.hold_id = e.hold_id AND p.kind = 'platform_fee') fee ON t.kind = 'settle'
    WHERE a.owner = $1 AND a.kind = 'earnings' AND a.asset = $2 AND t.at >= $3 AND t.at < $4
    GROUP BY t.kind, coalesce(h.purpose, '') ORDER BY t.kind, coalesce(h.purpose, '')
""")
BALANCE_AT = sql("""
    SELECT coalesce(sum(e.amount), 0)::bigint
    FROM ledger.account a JOIN ledger.entry e ON e.account_id = a.id JOIN ledger.transfer t ON t.seq = e.transfer_seq
    WHERE a.owner = $1 AND a.kind = 'earnings' AND a.asset = $2 AND t.at < $3
""")

REUSED = sql("""
    SELECT coalesce(sum(e.amount), 0)::bigint
    FROM ledger.account a JOIN ledger.entry e ON e.account_id = a.id JOIN ledger.transfer t ON t.seq = e.transfer_seq
    WHERE a.owner = $1 AND a.kind = 'wallet' AND a.asset = $2 AND t.kind = 'reuse' AND t.at >= $3
""")


class Earned(Struct, frozen=True):
    """So much came in at this time."""

    at: datetime
    amount: int


class EarningsMove(Struct, frozen=True):
    """All that one kind of transfer did to somebody's earnings; `purpose` is that of the hold it drew on, `fee` what the platform kept."""

    kind: str
    purpose: str
    amount: int
    fee: int


async def earned_since(read: Read, account_id: UUID, asset: str, at: datetime) -> Sequence[Earned]:
    """Return what was earned later than `at`, oldest first; what only came back (a payout, a refund that failed) is no earning."""
    return [Earned(row["at"], row["amount"]) for row in await read.rows(YOUNG, account_id, asset, at)]


async def earnings_moves(read: Read, account_id: UUID, asset: str, since: datetime, until: datetime) -> tuple[int, Sequence[EarningsMove]]:
    """Return the earnings at `since`, and what moved them from then until just before `until`."""
    opening: int = await read.value(BALANCE_AT, account_id, asset, since)
    rows = await read.rows(MOVES, account_id, asset, since, until)
    return opening, [EarningsMove(row["kind"], row["purpose"], row["amount"], row["fee"]) for row in rows]


async def reused_since(read: Read, account_id: UUID, asset: str, at: datetime) -> int:
    """Return how much of what an account may spend was earned, not bought, and made spendable since `at`."""
    return await read.value(REUSED, account_id, asset, at)
