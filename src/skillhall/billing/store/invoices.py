"""Papers as they are issued: the next number under the lock of its row, and the paper with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.billing.model.invoice import Paper, Series
from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks

# Waits for whoever gives a number away just now; changes nothing yet.
LOCK_SERIES = sql("""
INSERT INTO billing.series AS s (name, year, last_at) VALUES ($1, $2, $3)
ON CONFLICT (name, year) DO UPDATE SET last_at = s.last_at RETURNING last, greatest(last_at, $3) AS at
""")
ADD = sql("""
WITH counted AS (UPDATE billing.series SET last = $4, last_at = $17 WHERE name = $2 AND year = $3)
INSERT INTO billing.invoice (id, series, year, place, account_id, seller_id, payment_id, hold_id, source_id, corrects, purpose, title,
    net, tax, asset, paper, issued_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
""")
ADD_ALL = sql("""
INSERT INTO billing.invoice (id, series, year, place, account_id, seller_id, payment_id, hold_id, source_id, purpose, title, net, tax,
    asset, paper, issued_at)
SELECT r.id, r.series, r.year, r.place, r.account_id, r.seller_id, r.source_id, r.hold_id, r.source_id, r.purpose, r.title, r.net, r.tax,
    r.asset, r.paper, r.issued_at
FROM jsonb_to_recordset($1) AS r (id uuid, series text, year int, place int, account_id uuid, seller_id uuid, hold_id uuid, source_id uuid,
    purpose text, title text, net bigint, tax bigint, asset text, paper jsonb, issued_at timestamptz)
""")
COUNT = sql("UPDATE billing.series SET last = $3, last_at = $4 WHERE name = $1 AND year = $2")
HAVE_PAPERS = sql("SELECT source_id FROM billing.invoice WHERE source_id = ANY($1) AND series IN ('INV', 'RCT')")
ISSUED = sql("SELECT id FROM billing.invoice WHERE series = $1 AND source_id = $2")
OF_PAYMENT = sql("""
SELECT id, account_id, seller_id, payment_id, hold_id, purpose, paper::text AS paper FROM billing.invoice
WHERE source_id = $1 AND series IN ('INV', 'RCT')
""")
CREDIT_NOTE = sql("SELECT paper::text FROM billing.invoice WHERE series = 'CRN' AND source_id = $1")
# The fee invoice of a hold from which most is left to take back.
OF_HOLD = sql("""
SELECT i.id, i.account_id, i.seller_id, i.payment_id, i.hold_id, i.purpose, i.paper::text AS paper
FROM billing.invoice i LEFT JOIN billing.invoice c ON c.corrects = i.id
WHERE i.hold_id = $1 AND i.series = 'FEE' GROUP BY i.id ORDER BY i.net + i.tax + coalesce(sum(c.net + c.tax), 0) DESC, i.id LIMIT 1
""")
CORRECTING = sql("SELECT paper::text FROM billing.invoice WHERE corrects = $1")


class Place(Struct, frozen=True):
    """The next number of a series, and when it is given away: never before the one before it."""

    series: Series
    year: int
    number: int
    at: datetime

    @property
    def text(self) -> str:
        """The number as printed: INV-2026-000001."""
        return f"{self.series}-{self.year}-{self.number:06d}"

    @property
    def following(self) -> "Place":
        """The one after it."""
        return Place(self.series, self.year, self.number + 1, self.at)


class About(Struct, frozen=True, kw_only=True):
    """Whom and what a paper is for. `source_id` names the payment, refund, chargeback or settlement, which has one paper of a series."""

    account_id: UUID
    seller_id: UUID | None
    payment_id: UUID | None
    hold_id: UUID | None
    source_id: UUID
    purpose: str
    corrects: UUID | None = None


class Issued(Struct, frozen=True, kw_only=True):
    """A paper that stands, as credit notes need it."""

    id: UUID
    account_id: UUID
    seller_id: UUID | None
    payment_id: UUID | None
    hold_id: UUID | None
    purpose: str
    paper: Paper


@locks(40, 9)
async def lock_series(tx: Tx, series: Series, year: int) -> Place:
    """Return the next place of the series, so that nobody else takes it; it is taken by `add` alone."""
    row = await tx.row(LOCK_SERIES, series, year, tx.now)
    if row is None:
        raise AssertionError("a series has a row")
    return Place(series, year, row["last"] + 1, row["at"])


@locks(40, 9)
async def add(tx: Tx, place: Place, about: About, paper: Paper) -> UUID:
    """Take the place for this paper."""
    invoice_id = ids.new()
    await tx.run(
        ADD, invoice_id, place.series, place.year, place.number, about.account_id, about.seller_id, about.payment_id, about.hold_id,
        about.source_id, about.corrects, about.purpose, paper.title, paper.net, paper.tax, paper.currency, paper, place.at,
    )  # fmt: skip
    return invoice_id


async def add_all(tx: Tx, papers: Sequence[tuple[Place, About, Paper]]) -> None:
    """Take these places, of which each series has those that come next, for these papers of payments."""
    rows = [
        {
            "id": ids.derived("paper", about.source_id), "series": place.series, "year": place.year, "place": place.number,
            "account_id": about.account_id,
            "seller_id": about.seller_id, "hold_id": about.hold_id, "source_id": about.source_id, "purpose": about.purpose,
            "title": paper.title, "net": paper.net, "tax": paper.tax, "asset": paper.currency, "paper": paper, "issued_at": place.at,
        }
        for place, about, paper in papers
    ]  # fmt: skip
    await tx.run(ADD_ALL, rows)
    for place in {place.series: place for place, _, _ in papers}.values():
        await tx.run(COUNT, place.series, place.year, place.number, place.at)


async def with_papers(read: Read, payment_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of these payments that have an invoice or a receipt."""
    return {row["source_id"] for row in await read.rows(HAVE_PAPERS, list(payment_ids))}


async def find_issued(read: Read, series: Series, source_id: UUID) -> UUID | None:
    """Return the paper of this series about this, once it is issued."""
    return await read.value(ISSUED, series, source_id)


async def find_of_payment(read: Read, payment_id: UUID) -> Issued | None:
    """Return the invoice or receipt of a payment."""
    return _issued(await read.row(OF_PAYMENT, payment_id))


async def find_of_hold(read: Read, hold_id: UUID) -> Issued | None:
    """Return the fee invoice of a hold from which most is left to take back."""
    return _issued(await read.row(OF_HOLD, hold_id))


async def find_credit_note(read: Read, source_id: UUID) -> Paper | None:
    """Return the credit note about this."""
    text = await read.value(CREDIT_NOTE, source_id)
    return None if text is None else msgspec.json.decode(text, type=Paper)


async def correcting(read: Read, invoice_id: UUID) -> list[Paper]:
    """Return the credit notes of a paper, and those by which it is owed again."""
    return [msgspec.json.decode(row["paper"], type=Paper) for row in await read.rows(CORRECTING, invoice_id)]


def _issued(row: Row | None) -> Issued | None:
    if row is None:
        return None
    facts: dict[str, Any] = {**row, "paper": msgspec.json.decode(row["paper"], type=Paper)}
    return Issued(**facts)
