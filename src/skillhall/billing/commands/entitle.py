"""Entitlements: keep some of what a plan brings, then use it or give it back. Each is idempotent by id."""

from uuid import UUID

from skillhall.billing.model.refusals import LimitReached
from skillhall.billing.model.usage import Entitlement, Reservation
from skillhall.billing.queries.allowance import allowance
from skillhall.billing.store import usage
from skillhall.kernel.db.tx import Tx


async def reserve(tx: Tx, account_id: UUID, entitlement: Entitlement, reservation_id: UUID, amount: int = 1) -> None:
    """Keep `amount` for one thing, or refuse when the plan has no more this period. It takes rank 40: after trade, before payments.

    Where no plan is configured nothing is limited and nothing counted. An id that was given back may be kept again.
    """
    allowed = await allowance(tx, account_id)
    if not allowed.is_counted:
        return
    period = allowed.period_start
    entry = Reservation(
        id=reservation_id, account_id=account_id, entitlement=entitlement, period_start=period, amount=amount, state="reserved"
    )
    most = allowed.most(entitlement)
    if not await usage.reserve(tx, entry, most):
        raise LimitReached(entitlement=entitlement, limit=most)


async def use(tx: Tx, reservation_id: UUID) -> None:
    """What was kept is used; nothing when it was given back or never kept."""
    await usage.close(tx, reservation_id, is_used=True)


async def give_back(tx: Tx, reservation_id: UUID) -> None:
    """What was kept is not needed; nothing when it is used or was never kept."""
    await usage.close(tx, reservation_id, is_used=False)
