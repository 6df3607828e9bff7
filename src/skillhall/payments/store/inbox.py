"""What providers tell us, each event once."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks
from skillhall.payments.ports import ChargebackFacts, Facts, News, PaymentFacts, PayoutFacts, RefundFacts

INSERT = sql("""
INSERT INTO payments.inbox (id, provider, event_id, kind, about, facts, state, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (provider, event_id) DO NOTHING
""")
LOCK = sql("SELECT provider, about, facts, received_at FROM payments.inbox WHERE id = $1 AND state = 'pending' FOR NO KEY UPDATE")
MARK = sql("UPDATE payments.inbox SET state = $2, error = $3 WHERE id = $1")
FORGET = sql("DELETE FROM payments.inbox WHERE state <> 'pending' AND received_at < $1::timestamptz - interval '180 days'")
KINDS: dict[str, type[Facts]] = {"payment": PaymentFacts, "refund": RefundFacts, "chargeback": ChargebackFacts, "payout": PayoutFacts}


class Told(Struct, frozen=True, kw_only=True):
    """One event that was kept and has not been applied."""

    provider: str
    facts: Facts
    received_at: datetime


@locks(15)
async def keep(tx: Tx, provider: str, news: News) -> UUID | None:
    """Keep one event; nothing when it was told before, or is being kept by somebody else at this moment."""
    event_id, facts = ids.new(), news.facts
    about = next((about for about, kind in KINDS.items() if isinstance(facts, kind)), "")
    if isinstance(facts, PaymentFacts):
        facts = msgspec.structs.replace(facts, client_secret=None)
    kept = await tx.run(INSERT, event_id, provider, news.id, news.kind, about, facts, "pending" if facts else "ignored", tx.wall)
    return event_id if kept else None


@locks(15)
async def lock_pending(tx: Tx, event_id: UUID) -> Told | None:
    """Lock an event that has not been applied, and return it; nothing when it has."""
    row = await tx.row(LOCK, event_id)
    if row is None:
        return None
    return Told(provider=row["provider"], facts=msgspec.convert(row["facts"], KINDS[row["about"]]), received_at=row["received_at"])


async def mark(tx: Tx, event_id: UUID, *, is_ours: bool) -> None:
    """Note that an event was applied, or is about nothing of ours."""
    await tx.run(MARK, event_id, "applied" if is_ours else "ignored", "")


async def note_failure(tx: Tx, event_id: UUID, error: str) -> None:
    """Note why an event could not be applied yet."""
    await tx.run(MARK, event_id, "pending", error[:2000])


async def forget(tx: Tx) -> None:
    """Drop events that were applied long ago."""
    await tx.run(FORGET, tx.wall)
