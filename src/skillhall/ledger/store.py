"""The one door to the books: `ledger.post`, and freezing of holds."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject
from skillhall.ledger.model.refusals import (
    AlreadyReversed,
    HoldClosed,
    HoldExists,
    HoldFrozen,
    HoldNotFound,
    HoldShort,
    Indebted,
    Insufficient,
    NotInMode,
    ProviderShort,
    Short,
    TransferDiffers,
    TransferNotFound,
)
from skillhall.ledger.model.transfer import LedgerRules, Leg, Lines, Posted, SecondPosting, Transfer

REFUSALS: dict[str, type[Refusal]] = {
    refusal.code: refusal
    for refusal in (
        AlreadyReversed,
        HoldClosed,
        HoldExists,
        HoldFrozen,
        HoldNotFound,
        HoldShort,
        Indebted,
        Insufficient,
        NotInMode,
        ProviderShort,
        TransferDiffers,
    )
}

POST = sql("""SELECT seq, replayed, refusal FROM ledger.post($1, $2, $3, $4, $5, $6, $7, $8, $9)""")
POST_ALL = sql("""
    SELECT p.refusal, m.lines
    FROM (
        SELECT * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::timestamptz[], $7::text[])
            WITH ORDINALITY AS m (id, kind, subject_kind, subject_id, at, lines, place)
        ORDER BY place
    ) m CROSS JOIN LATERAL ledger.post($1, m.id, m.kind, m.subject_kind, m.subject_id, m.at, m.lines::jsonb, NULL, NULL) p
    WHERE p.refusal IS NOT NULL
""")
ASSET = sql("""
    SELECT coalesce(l.asset, a.asset)
    FROM jsonb_populate_recordset(NULL::ledger.line, $1) WITH ORDINALITY l
    LEFT JOIN ledger.hold h ON h.id = l.hold_id LEFT JOIN ledger.account a ON a.id = h.account_id
    ORDER BY l.ordinality LIMIT 1
""")
LEGS = sql("""
    SELECT t.kind AS transfer_kind, a.owner, a.kind, a.asset, e.amount
    FROM ledger.transfer t JOIN ledger.entry e ON e.transfer_seq = t.seq JOIN ledger.account a ON a.id = e.account_id
    WHERE t.id = $1 ORDER BY e.line
""")
FREEZE = sql("""
    WITH locked AS (SELECT id FROM ledger.hold WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE)
    UPDATE ledger.hold h SET frozen_by = $2
    FROM locked
    WHERE h.id = locked.id AND h.remaining > 0
      AND (h.frozen_by IS NULL OR h.frozen_by = $2 OR ($2 LIKE 'dispute:%' AND h.frozen_by NOT LIKE 'dispute:%'))
    RETURNING h.id
""")
UNFREEZE = sql("""
    WITH locked AS (SELECT id FROM ledger.hold WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE)
    UPDATE ledger.hold h SET frozen_by = NULL FROM locked WHERE h.id = locked.id AND h.frozen_by = $2 RETURNING h.id
""")


@locks(90)
async def post(tx: Tx, transfer: Transfer) -> Posted:
    """Post once, last, with all lines. Refuses with what the books say; the caller's transaction or savepoint then rolls back."""
    if tx.has_posted:
        raise SecondPosting(f"{transfer.kind} {transfer.id}: this transaction has posted already")
    if not transfer.lines:
        raise ValueError(f"{transfer.kind} {transfer.id} has no lines")
    row = await tx.row(
        POST,
        tx.setting(LedgerRules).mode,
        transfer.id,
        transfer.kind,
        transfer.subject.kind,
        transfer.subject.id,
        tx.now,
        transfer.lines,
        None if transfer.freeze_key is None else str(transfer.freeze_key),
        transfer.reverses,
    )
    if row is None:
        raise AssertionError("ledger.post answers one row")
    if row["refusal"] is not None:
        raise await _refusal(tx, row["refusal"], transfer.lines)
    tx.has_posted = True
    return Posted(seq=row["seq"], is_replay=row["replayed"])


@locks(90)
async def post_all(tx: Tx, postings: Sequence[tuple[datetime, Transfer]]) -> None:
    """Post many transfers in this order, each by the posting function and at its own time. Refuses with what the first refused one says."""
    transfers = [transfer for _, transfer in postings]
    refused = await tx.row(
        POST_ALL,
        tx.setting(LedgerRules).mode,
        [transfer.id for transfer in transfers],
        [transfer.kind for transfer in transfers],
        [transfer.subject.kind for transfer in transfers],
        [transfer.subject.id for transfer in transfers],
        [at for at, _ in postings],
        [msgspec.json.encode(transfer.lines).decode() for transfer in transfers],
    )
    if refused is not None:
        raise await _refusal(tx, refused["refusal"], msgspec.json.decode(refused["lines"], type=Lines))
    tx.has_posted = True


async def _refusal(read: Read, facts: dict[str, object], lines: Lines) -> Refusal:
    refusal = REFUSALS[str(facts.pop("code"))]
    if issubclass(refusal, Short):
        facts["currency"] = await read.value(ASSET, lines)
    return refusal(**facts)


@locks(90)
async def freeze(tx: Tx, hold_ids: Iterable[UUID], key: Subject) -> Sequence[UUID]:
    """Keep open holds from moving but for the case `key`; return those that are now frozen by it.

    The first key stays, except that a dispute takes over what a suspension, report or operator froze.
    """
    rows = await tx.rows(FREEZE, list(hold_ids), str(key))
    return [row["id"] for row in rows]


@locks(90)
async def unfreeze(tx: Tx, hold_ids: Iterable[UUID], key: Subject) -> Sequence[UUID]:
    """Let holds move again that `key` froze; return them. Another case's stay frozen."""
    rows = await tx.rows(UNFREEZE, list(hold_ids), str(key))
    return [row["id"] for row in rows]


async def legs(read: Read, transfer_id: UUID) -> tuple[str, list[Leg]]:
    """Return the kind and the entries of a transfer."""
    rows = await read.rows(LEGS, transfer_id)
    if not rows:
        raise TransferNotFound(transfer_id=transfer_id)
    return rows[0]["transfer_kind"], [Leg(row["owner"], row["kind"], row["asset"], row["amount"]) for row in rows]
