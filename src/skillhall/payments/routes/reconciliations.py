"""HTTP of reconciliation."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Answer, Call, get, post
from skillhall.kernel.shapes import Body, Page, Subject
from skillhall.payments.flows.reconcile import reconcile
from skillhall.payments.model.payout_refusals import DayNotBegun, ReconciliationNotFound
from skillhall.payments.model.refusals import ProviderNotFound
from skillhall.payments.ports import Providers
from skillhall.payments.queries import reconciliations as shown
from skillhall.payments.queries.reconciliations import ReconciledView, ReconciliationQuery, ReconciliationView


class Reconcile(Body, frozen=True, kw_only=True):
    """Which provider (the usual one where none is named) and which UTC day (today)."""

    provider: Annotated[str, Meta(max_length=40)] | None = None
    day: date | None = None


@get("/payments/reconciliations", permission="metrics.read")
async def list_reconciliations(call: Call, query: ReconciliationQuery) -> Page[ReconciliationView]:
    """List the comparisons of our books with the providers' statements, the latest day first."""
    return await shown.reconciliations(call.read, query)


@get("/payments/reconciliations/{reconciliation_id:uuid}", permission="metrics.read", refuses=(ReconciliationNotFound,))
async def read_reconciliation(call: Call, reconciliation_id: UUID) -> ReconciledView:
    """Read one comparison with every difference it found, and its cause."""
    return await shown.reconciled(call.read, reconciliation_id)


@post(
    "/payments/reconciliations",
    permission="payout.decide",
    refuses=(ProviderNotFound, DayNotBegun),
    example={"provider": "sandbox", "day": "2026-11-20"},
)
async def reconcile_a_day(call: Call, data: Reconcile) -> Answer[ReconciledView]:
    """Compare our books with a provider's statement now: what we have not heard of is applied, fees are booked, the rest is listed.

    Every day is compared by itself in the night after it; comparing a day again changes nothing but what is known of it.
    """
    parties = call.read.port(Providers).by_name
    name = data.provider or next(iter(parties), "")
    if name not in parties:
        raise ProviderNotFound(provider=name)
    today = shown.today(call.read.wall)
    day = data.day or today
    if day > today:
        raise DayNotBegun(day=day.isoformat())
    reconciliation_id = await reconcile(call.runner, call.by, parties[name], day)

    async def show(tx: Tx, _by: Actor) -> ReconciledView:
        tx.audit("payments.reconcile", Subject("reconciliation", reconciliation_id), after={"provider": name, "day": day.isoformat()})
        return await shown.reconciled(tx, reconciliation_id)

    return await call.run(show)
