"""What a plan lets one do: publish projects, bid on them. Where no plan is configured nothing is limited."""

from uuid import UUID

from skillhall.billing.api import Entitlement, reserve, use
from skillhall.kernel.db.tx import Tx


async def spend(tx: Tx, account_id: UUID, entitlement: Entitlement, thing_id: UUID) -> None:
    """Use one of what the plan brings, or refuse; for the same thing once, however often it is published or bid on."""
    await reserve(tx, account_id, entitlement, thing_id)
    await use(tx, thing_id)
