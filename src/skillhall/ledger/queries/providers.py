"""What the books say we have at the payment providers. Amounts from our side: above zero is money we have there."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

TOTALS = sql("""
    SELECT a.asset, -sum(e.amount)::bigint AS amount
    FROM ledger.account a JOIN ledger.entry e ON e.account_id = a.id
    WHERE a.owner = '00000000-0000-0000-0000-000000000000' AND a.kind = $1 GROUP BY a.asset ORDER BY a.asset
""")
BEGAN = sql("""
    SELECT min(t.recorded_at)
    FROM ledger.account a CROSS JOIN LATERAL (
        SELECT e.transfer_seq FROM ledger.entry e WHERE e.account_id = a.id ORDER BY e.transfer_seq LIMIT 1) first
    JOIN ledger.transfer t ON t.seq = first.transfer_seq
    WHERE a.owner = '00000000-0000-0000-0000-000000000000' AND a.kind = $1
""")
TOUCHED = sql("""
    SELECT DISTINCT t.subject_id
    FROM ledger.account a JOIN ledger.entry e ON e.account_id = a.id JOIN ledger.transfer t ON t.seq = e.transfer_seq
    WHERE a.owner = '00000000-0000-0000-0000-000000000000' AND a.kind = $1 AND t.recorded_at >= $2
""")
SUMS = sql("""
    WITH through AS (
        SELECT t.seq, t.subject_id, t.at, t.recorded_at, a.asset, -sum(e.amount) AS net
        FROM ledger.account a JOIN ledger.entry e ON e.account_id = a.id JOIN ledger.transfer t ON t.seq = e.transfer_seq
        WHERE a.owner = '00000000-0000-0000-0000-000000000000' AND a.kind = $1 AND t.subject_id = ANY($2)
        GROUP BY t.seq, t.subject_id, t.at, t.recorded_at, a.asset
    )
    SELECT h.subject_id, h.asset, sum(h.net)::bigint AS net, coalesce(-sum(fee.amount), 0)::bigint AS fee, max(h.recorded_at) AS last_at,
        coalesce(sum(h.net) FILTER (WHERE h.at < h.recorded_at - interval '1 minute'), 0)::bigint AS adopted
    FROM through h LEFT JOIN LATERAL (
        SELECT sum(f.amount) AS amount FROM ledger.entry f JOIN ledger.account p ON p.id = f.account_id
        WHERE f.transfer_seq = h.seq AND p.kind = 'provider_fee' AND p.asset = h.asset) fee ON true
    GROUP BY h.subject_id, h.asset
""")


class ProviderSum(Struct, frozen=True, kw_only=True):
    """What all transfers about one subject did to a provider's account: `net` there, after the `fee` the provider kept of it.

    `adopted` is the part of `net` that had happened before it was recorded, as what comes in bulk from elsewhere.
    """

    subject_id: UUID
    asset: str
    net: int
    fee: int
    last_at: datetime
    adopted: int

    @property
    def gross(self) -> int:
        """Before the fee."""
        return self.net + self.fee


async def provider_totals(read: Read, account: str) -> dict[str, int]:
    """Return by currency what we have at a provider (`provider:stripe`)."""
    return {row["asset"]: row["amount"] for row in await read.rows(TOTALS, account)}


async def provider_touched(read: Read, account: str, since: datetime) -> list[UUID]:
    """Return the subjects of all transfers through a provider recorded since then (wall time)."""
    return [row["subject_id"] for row in await read.rows(TOUCHED, account, since)]


async def provider_sums(read: Read, account: str, subject_ids: Sequence[UUID]) -> list[ProviderSum]:
    """Return what the transfers about these subjects did to a provider's account, at any time."""
    return [ProviderSum(**row) for row in await read.rows(SUMS, account, list(subject_ids))]


async def provider_began(read: Read, account: str) -> datetime | None:
    """Return when money first went through a provider (wall time), if ever."""
    return await read.value(BEGAN, account)
