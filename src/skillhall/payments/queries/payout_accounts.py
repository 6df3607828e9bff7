"""Payout accounts, for their member and for those who decide; and who may read the papers."""

from typing import Final
from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import Instant, ListQuery, Page, Subject, View, instant, maybe_instant
from skillhall.payments.model.payout import Kind, Kyc, Schedule
from skillhall.payments.model.payout_refusals import PayoutAccountNotFound

ACCOUNT: Final = "payout_account"
ACCOUNTS = Listing(
    columns=sql("""a.account_id AS id, a.kind, a.provider, a.label, a.asset, a.schedule, a.kyc, a.note, a.documents, a.asked_at,
        a.decided_at, a.reason, a.next_payout_at, a.payable_from, a.created_at, a.updated_at"""),
    source=sql("payments.payout_account a"),
    sorts={"createdAt": sql("a.created_at")},
    default_sort="createdAt",
    key=sql("a.account_id"),
    filters={"verification": sql("a.kyc = {}"), "account": sql("a.account_id = {}")},
)
ONE = sql("""
SELECT account_id AS id, kind, provider, label, asset, schedule, kyc, note, documents, asked_at, decided_at, reason, next_payout_at,
    payable_from, created_at, updated_at
FROM payments.payout_account WHERE account_id = $1
""")


class PayoutAccountView(View, frozen=True, kw_only=True):
    """Where somebody's earnings go; the destination itself is never shown again. `id` is the member's account.

    `payableFrom`: the destination has replaced another, and nothing goes there before.
    """

    id: UUID
    kind: Kind
    provider: str
    destination: str
    currency: str
    schedule: Schedule
    verification: Kyc
    note: str
    documents: list[UUID]
    reason: str
    asked_at: Instant | None
    decided_at: Instant | None
    next_payout_at: Instant | None
    payable_from: Instant | None
    created_at: Instant
    updated_at: Instant


class PayoutAccountQuery(ListQuery, frozen=True, kw_only=True):
    """Which accounts: `verification=pending` is the queue."""

    verification: Kyc | None = None
    account_id: UUID | None = None


class PayoutFiles:
    """Fills the kernel's `FileAccess`: who they are about, and those who decide."""

    async def may_read(self, read: Read, actor: Actor, subject: Subject) -> bool:  # noqa: ARG002 - the port's shape
        """Answer for the papers of a payout account; False for the files of others."""
        return subject.kind == ACCOUNT and (actor.account_id == subject.id or actor.may("payout.decide"))


async def payout_accounts(read: Read, query: PayoutAccountQuery) -> Page[PayoutAccountView]:
    """Return payout accounts, the oldest first."""
    where = {"verification": query.verification, "account": query.account_id}
    return await ACCOUNTS.page(read, query, decode=_view, where=where)


async def account_view(read: Read, account_id: UUID) -> PayoutAccountView:
    """Return where somebody's earnings go, or refuse."""
    row = await read.row(ONE, account_id)
    if row is None:
        raise PayoutAccountNotFound
    return _view(row)


def _view(row: Row) -> PayoutAccountView:
    return PayoutAccountView(
        id=row["id"],
        kind=msgspec.convert(row["kind"], Kind),
        provider=row["provider"],
        destination=row["label"],
        currency=row["asset"],
        schedule=msgspec.convert(row["schedule"], Schedule),
        verification=msgspec.convert(row["kyc"], Kyc),
        note=row["note"],
        documents=row["documents"],
        reason=row["reason"],
        asked_at=maybe_instant(row["asked_at"]),
        decided_at=maybe_instant(row["decided_at"]),
        next_payout_at=maybe_instant(row["next_payout_at"]),
        payable_from=maybe_instant(row["payable_from"]),
        created_at=instant(row["created_at"]),
        updated_at=instant(row["updated_at"]),
    )
