"""Reconciliations as staff reads them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.ledger.api import provider_began
from skillhall.payments.model.payout_refusals import ReconciliationNotFound
from skillhall.payments.model.reconciling import Cause, Total
from skillhall.payments.ports import account_of

RECONCILIATIONS = Listing(
    columns=sql("r.id, r.provider, r.day, r.state, r.runs, r.movements, r.totals, r.is_clean, r.error, r.started_at, r.finished_at"),
    source=sql("payments.reconciliation r"),
    sorts={"day": sql("r.day")},
    default_sort="-day",
    key=sql("r.id"),
    filters={"provider": sql("r.provider = {}"), "day": sql("r.day = {}"), "dirty": sql("NOT r.is_clean")},
)
ONE = sql("""
SELECT id, provider, day, state, runs, movements, totals, is_clean, error, started_at, finished_at
FROM payments.reconciliation WHERE id = $1
""")
DIFFERENCES = sql("""
SELECT id, cause, about_kind, about_id, asset, booked, stated, note, found_at, closed_at
FROM payments.difference WHERE reconciliation_id = $1 ORDER BY closed_at IS NOT NULL, found_at, id LIMIT 1000
""")
DONE = sql("""
SELECT day FROM payments.reconciliation
WHERE provider = $1 AND state = 'done' AND started_at >= (day + 1)::timestamp AT TIME ZONE 'UTC' AND day >= $2
""")
MOST_DAYS = 366


class TotalView(View, frozen=True, kw_only=True):
    """One currency: what the books say we have there, what all statements add up to, and what of the difference nobody can explain."""

    booked: Money
    stated: Money
    unexplained: Money


class DifferenceView(View, frozen=True, kw_only=True):
    """Where books and statements did not agree, and why. `isOpen`: they still do not.

    Mended: `unheard` (applied now), `fee` (booked now), `unknown` (kept in suspense). Open: `in_transit` (on a statement to come),
    `imported` (came in elsewhere), `missing` (the provider knows nothing of it), `differs`, `failed` (could not be applied).
    """

    id: UUID
    cause: Cause
    about_kind: str
    about_id: UUID
    booked: Money
    stated: Money
    note: str
    is_open: bool
    found_at: Instant


class ReconciliationView(View, frozen=True, kw_only=True):
    """One UTC day of one provider. `isClean`: every minor unit is explained."""

    id: UUID
    provider: str
    day: date
    status: Literal["running", "done", "failed"]
    is_clean: bool
    runs: int
    movements: int
    totals: list[TotalView]
    error: str
    started_at: Instant
    finished_at: Instant | None


class ReconciledView(ReconciliationView, frozen=True, kw_only=True):
    """A reconciliation with the differences it found last, the open ones first."""

    differences: list[DifferenceView]


class ReconciliationQuery(ListQuery, frozen=True, kw_only=True):
    """Which; `isClean=false` are those somebody should look at."""

    provider: Annotated[str, Meta(max_length=40)] | None = None
    day: date | None = None
    is_clean: bool | None = None


async def reconciliations(read: Read, query: ReconciliationQuery) -> Page[ReconciliationView]:
    """Return reconciliations, the latest day first."""
    where = {"provider": query.provider, "day": query.day, "dirty": query.is_clean is False or None}
    return await RECONCILIATIONS.page(read, query, decode=_view, where=where)


async def reconciled(read: Read, reconciliation_id: UUID) -> ReconciledView:
    """Return one with its differences."""
    row = await read.row(ONE, reconciliation_id)
    if row is None:
        raise ReconciliationNotFound
    differences = [_difference(found) for found in await read.rows(DIFFERENCES, reconciliation_id)]
    return ReconciledView(**msgspec.structs.asdict(_view(row)), differences=differences)


async def days_to_reconcile(read: Read, provider: str, until: date) -> Sequence[date]:
    """Return the days up to `until` whose whole statement was never compared, since money first went through this provider."""
    began = await provider_began(read, account_of(provider))
    if began is None:
        return []
    first = max(began.astimezone(UTC).date(), until - timedelta(days=MOST_DAYS))
    done = {row["day"] for row in await read.rows(DONE, provider, first)}
    return [day for number in range((until - first).days + 1) if (day := first + timedelta(days=number)) not in done]


def today(wall: datetime) -> date:
    """Return the UTC day it is at the providers."""
    return wall.astimezone(UTC).date()


def _view(row: Row) -> ReconciliationView:
    totals = [
        TotalView(
            booked=Money(one.booked, one.currency), stated=Money(one.stated, one.currency), unexplained=Money(one.unexplained, one.currency)
        )
        for one in msgspec.convert(row["totals"], list[Total])
    ]
    return ReconciliationView(
        id=row["id"],
        provider=row["provider"],
        day=row["day"],
        status=row["state"],
        is_clean=row["is_clean"],
        runs=row["runs"],
        movements=row["movements"],
        totals=totals,
        error=row["error"],
        started_at=instant(row["started_at"]),
        finished_at=maybe_instant(row["finished_at"]),
    )


def _difference(row: Row) -> DifferenceView:
    return DifferenceView(
        id=row["id"],
        cause=row["cause"],
        about_kind=row["about_kind"],
        about_id=row["about_id"],
        booked=Money(row["booked"], row["asset"]),
        stated=Money(row["stated"], row["asset"]),
        note=row["note"],
        is_open=row["closed_at"] is None,
        found_at=instant(row["found_at"]),
    )
