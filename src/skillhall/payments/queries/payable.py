"""How much of somebody's earnings can go now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.money import Money
from skillhall.ledger.api import Balance, Earned, balance, earned_since, wallet
from skillhall.payments.model.rules import PaymentRules

ON_THE_WAY = sql("""
SELECT coalesce(sum(amount), 0)::bigint FROM payments.payout
WHERE account_id = $1 AND asset = $2 AND state IN ('pending', 'processing', 'unknown')
""")


class Due(Struct, frozen=True, kw_only=True):
    """What somebody has of one asset, what of the earnings is too `young` to go, oldest first, and for how long it waits."""

    has: Balance
    young: Sequence[Earned]
    delay: timedelta

    @property
    def delayed(self) -> int:
        """What cannot go yet: what came in lately, as far as it is still there."""
        return min(self.has.earnings, sum(one.amount for one in self.young))

    @property
    def payable(self) -> int:
        """What was there before and has not left since; nothing while something is owed."""
        return 0 if self.has.debt else self.has.earnings - self.delayed

    @property
    def next_at(self) -> datetime | None:
        """When more can go."""
        return self.young[0].at + self.delay if self.delayed else None


async def due(read: Read, account_id: UUID, asset: str) -> Due:
    """Return what of these earnings can go now."""
    delay = read.setting(PaymentRules).payout_delay
    return Due(has=await balance(read, account_id, asset), young=await earned_since(read, account_id, asset, read.now - delay), delay=delay)


async def on_the_way(read: Read, account_id: UUID, asset: str) -> int:
    """Return what has left the earnings and is not there yet."""
    return await read.value(ON_THE_WAY, account_id, asset)


async def owed(read: Read, account_id: UUID) -> Money | None:
    """Return what somebody owes, in the first asset in which that is anything: nothing is paid out meanwhile, in whatever currency."""
    return next((one.debt for one in (await wallet(read, account_id)).balances if one.debt.amount), None)
