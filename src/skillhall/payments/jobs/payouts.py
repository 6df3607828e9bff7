"""What payments does later about payouts, and every night about each provider's statement."""

from datetime import timedelta
from typing import Final

from skillhall.identity.events import AccountBanned, AccountSuspended
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.work.outside import Outside
from skillhall.payments.commands.stop_payouts import stop_payouts
from skillhall.payments.flows.reconcile import reconcile
from skillhall.payments.ports import Providers
from skillhall.payments.queries.reconciliations import days_to_reconcile, today
from skillhall.payments.store import payouts
from skillhall.payments.tasks import ReconcileDay, SendPayout

STILL: Final = timedelta(hours=1)
MOST: Final = 100
NIGHT = Actor.of("payments", "the nightly reconciliation")


async def stop_suspended(event: AccountSuspended | AccountBanned, tx: Tx) -> None:
    """Give back what a suspended or banned member has asked to be paid and was not sent yet."""
    await stop_payouts(tx, event.account_id, "suspended")


async def chase_payouts(tx: Tx) -> None:
    """Go on with payouts that have stood still for an hour; those whose turn is waited for are not hurried by it."""
    for payout_id in await payouts.silent(tx, tx.now - STILL, list(tx.port(Providers).by_name), MOST):
        tx.enqueue(SendPayout(payout_id=payout_id), key=str(payout_id))


async def reconcile_day(task: ReconcileDay, out: Outside) -> None:
    """Compare one day of one provider."""
    (providers,) = out.house.ports[Providers]
    party = providers.by_name.get(task.provider)
    if party is not None:
        await reconcile(out.runner, NIGHT, party, task.day)


async def reconcile_ended_days(tx: Tx) -> None:
    """Have every day that is over and was never compared as a whole compared, for every provider (wall time)."""
    for name in tx.port(Providers).by_name:
        for day in await days_to_reconcile(tx, name, today(tx.wall)):
            if day < today(tx.wall):
                tx.enqueue(ReconcileDay(provider=name, day=day), key=f"{name}:{day}")
