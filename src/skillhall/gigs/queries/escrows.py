"""Protected payments on screens: the row of each joined with its hold in the ledger; and what a client has spent."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from skillhall.gigs.model.engagement_refusals import EscrowNotFound
from skillhall.gigs.model.escrow import EscrowState
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Asset, Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant

ESCROWS = Listing(
    columns=sql("""
        e.id, e.kind, e.subject_id, e.round, e.agreement_id, e.project_id, e.client_id, e.worker_id, e.title, e.amount, e.asset, e.state,
        e.frozen_by, e.release_at, e.paid_gross, e.paid_fee, e.funded_from, e.created_at, e.funded_at, e.closed_at,
        coalesce(h.remaining, 0) AS remaining
    """),
    source=sql("gigs.escrow e LEFT JOIN ledger.public_hold h ON h.id = e.id"),
    sorts={"createdAt": sql("e.created_at"), "amount": sql("e.amount")},
    default_sort="-createdAt",
    key=sql("e.id"),
    filters={
        "id": sql("e.id = {}"),
        "party": sql("(e.client_id = {} OR e.worker_id = {})"),
        "client": sql("e.client_id = {}"),
        "worker": sql("e.worker_id = {}"),
        "states": sql("e.state = ANY({}::text[])"),
        "kind": sql("e.kind = {}"),
        "project": sql("e.project_id = {}"),
        "agreement": sql("e.agreement_id = {}"),
        "asset": sql("e.asset = {}"),
    },
)
SPENDING = sql("""
SELECT e.asset, count(*) FILTER (WHERE e.paid_gross > 0)::int AS payments,
    count(DISTINCT e.worker_id) FILTER (WHERE e.paid_gross > 0)::int AS workers,
    coalesce(sum(e.paid_gross), 0)::bigint AS spent, coalesce(sum(h.remaining), 0)::bigint AS held,
    coalesce(sum(e.amount - e.paid_gross) FILTER (WHERE e.state IN ('refunded', 'split', 'released')), 0)::bigint AS returned,
    coalesce(sum(e.paid_gross) FILTER (WHERE e.closed_at >= $2), 0)::bigint AS lately
FROM gigs.escrow e LEFT JOIN ledger.public_hold h ON h.id = e.id
WHERE e.client_id = $1 AND e.funded_from IS NOT NULL GROUP BY e.asset ORDER BY e.asset <> 'CREDIT', e.asset
""")
_ALIASES = {"active": EscrowState.HELD, "funded": EscrowState.HELD, "pending": EscrowState.PENDING_FUNDING}
_MEDIATORS = ("case.mediate", "hold.freeze", "hold.release")


class EscrowView(View, frozen=True, kw_only=True):
    """A protected payment. `id` is the hold's in the ledger, in which `remaining` is left. At `releaseAt` it is released by itself.

    `kind` and `subjectId` say what it pays for: a milestone, booking or week. `frozenBy` is the case that keeps it.
    """

    id: UUID
    kind: str
    subject_id: UUID
    round: int
    agreement_id: UUID | None
    project_id: UUID
    client_id: UUID
    worker_id: UUID
    title: str
    amount: Money
    status: str
    remaining: Money
    frozen_by: str | None
    release_at: Instant | None
    paid_to_worker: Money
    fee: Money
    returned: Money
    funded_from: str | None
    created_at: Instant
    funded_at: Instant | None
    closed_at: Instant | None


class EscrowQuery(ListQuery, frozen=True, kw_only=True):
    """Which payments; without `role` those on either side, for staff that mediates everybody's."""

    role: Literal["client", "worker"] | None = None
    status: Annotated[list[str], Meta(max_length=10)] | None = None
    kind: Literal["milestone", "booking", "week"] | None = None
    project_id: UUID | None = None
    agreement_id: UUID | None = None
    currency: Asset | None = None


class SpentView(View, frozen=True, kw_only=True):
    """What a client has spent in one currency: paid to workers (fees included), held now, given back, and paid in the last 30 days."""

    currency: str
    payments: int
    workers: int
    spent: Money
    held: Money
    returned: Money
    last_30_days: Money


class SpendingView(View, frozen=True, kw_only=True):
    """What a client has spent, credits first."""

    account_id: UUID
    currencies: list[SpentView]


async def escrows(read: Read, by: Actor, query: EscrowQuery) -> Page[EscrowView]:
    """Return one's payments; to staff that mediates everybody's, unless they name a role."""
    is_own = query.role is None and not _is_staff(by)
    where = {
        "party": by.account_id if is_own else None,
        "client": by.account_id if query.role == "client" else None,
        "worker": by.account_id if query.role == "worker" else None,
        "states": _states(query.status),
        "kind": query.kind,
        "project": query.project_id,
        "agreement": query.agreement_id,
        "asset": query.currency,
    }
    return await ESCROWS.page(read, query, decode=_view, where=where)


async def escrow_view(read: Read, escrow_id: UUID, by: Actor) -> EscrowView:
    """Return one payment to client, worker, staff that mediates, and contexts of our own."""
    party = None if _is_staff(by) or by.context else by.account_id
    found = await ESCROWS.page(read, ListQuery(limit=1), decode=_view, where={"id": escrow_id, "party": party})
    if not found.items:
        raise EscrowNotFound
    return found.items[0]


async def spending(read: Read, account_id: UUID, since: object) -> SpendingView:
    """Return what this account has spent on gigs; `since` bounds what counts as lately."""
    rows = await read.rows(SPENDING, account_id, since)
    return SpendingView(account_id=account_id, currencies=[_spent(row) for row in rows])


def _is_staff(by: Actor) -> bool:
    return any(by.may(permission) for permission in _MEDIATORS)


def _states(words: list[str] | None) -> list[str] | None:
    if words is None:
        return None
    plain = [word.strip().lower() for word in words]
    known = [_ALIASES.get(word, word) for word in plain]
    if any(word not in set(EscrowState) for word in known):
        raise Invalid(FieldError("status", "query", "not_an_option", f"Must be some of: {', '.join(EscrowState)}."))
    return known


def _view(row: Row) -> EscrowView:
    asset, is_paid_out = row["asset"], row["closed_at"] is not None and row["funded_from"] is not None
    return EscrowView(
        id=row["id"],
        kind=row["kind"],
        subject_id=row["subject_id"],
        round=row["round"],
        agreement_id=row["agreement_id"],
        project_id=row["project_id"],
        client_id=row["client_id"],
        worker_id=row["worker_id"],
        title=row["title"],
        amount=Money(row["amount"], asset),
        status=row["state"],
        remaining=Money(row["remaining"], asset),
        frozen_by=row["frozen_by"],
        release_at=maybe_instant(row["release_at"]) if row["closed_at"] is None else None,
        paid_to_worker=Money(row["paid_gross"] - row["paid_fee"], asset),
        fee=Money(row["paid_fee"], asset),
        returned=Money(row["amount"] - row["paid_gross"] if is_paid_out else 0, asset),
        funded_from=row["funded_from"],
        created_at=instant(row["created_at"]),
        funded_at=maybe_instant(row["funded_at"]),
        closed_at=maybe_instant(row["closed_at"]),
    )


def _spent(row: Row) -> SpentView:
    asset = row["asset"]
    return SpentView(
        currency=asset,
        payments=row["payments"],
        workers=row["workers"],
        spent=Money(row["spent"], asset),
        held=Money(row["held"], asset),
        returned=Money(row["returned"], asset),
        last_30_days=Money(row["lately"], asset),
    )
