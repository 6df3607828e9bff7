"""What notices of payments say besides the events: where things stand now, and where a bank asks its customer."""

from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

ASKING = sql("SELECT coalesce(action_url, '') FROM payments.payment WHERE id = $1 AND state = 'requires_action'")
PAYOUT_STATE = sql("SELECT state FROM payments.payout WHERE id = $1")
WAITS = sql("""
SELECT EXISTS (SELECT FROM payments.suspense WHERE id = $1 AND remaining > 0) OR EXISTS (
    SELECT FROM payments.refund r JOIN ledger.public_hold h ON h.id = r.hold_id
    WHERE r.id = $1 AND r.state = 'failed' AND r.replaced_by IS NULL AND h.remaining > 0)
""")
KYC = sql("SELECT kyc, reason FROM payments.payout_account WHERE account_id = $1")


async def asking_page(read: Read, payment_id: UUID) -> str | None:
    """Return where the payer's bank asks for a word about this payment ("" when the provider names no page); None when it does not ask."""
    return await read.value(ASKING, payment_id)


async def payout_state(read: Read, payout_id: UUID) -> str | None:
    """Return where a payout stands."""
    return await read.value(PAYOUT_STATE, payout_id)


async def waits_for_staff(read: Read, money_id: UUID) -> bool:
    """Return whether money in suspense, or of a refund that failed, still waits for somebody to decide about it."""
    return await read.value(WAITS, money_id)


async def identity_check(read: Read, account_id: UUID) -> tuple[str, str]:
    """Return whether staff knows who somebody is: none, pending, verified or rejected, and why it was rejected."""
    row = await read.row(KYC, account_id)
    return ("none", "") if row is None else (row["kyc"], row["reason"])
