"""What the sandbox's bank knows of payments that came in bulk: enough to send them back."""

from collections.abc import Mapping, Sequence
from typing import Any

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx

ADOPT_CHARGES = sql("""
INSERT INTO payments.sandbox_charge (ref, key, payment_id, amount, asset, title, return_url, is_captured, state, captured, booked_asset,
    fee, created_at)
SELECT r.ref, r.id, r.id, r.amount, r.asset, r.title, '', true, 'succeeded', r.amount, r.asset, r.provider_fee, r.at
FROM jsonb_to_recordset($1) AS r (id uuid, title text, amount bigint, asset text, provider text, ref text, provider_fee bigint,
    at timestamptz)
WHERE r.provider = 'sandbox'
""")


async def adopt_charges(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Let the bank know those that are said to have come in through it."""
    await tx.run(ADOPT_CHARGES, rows)
