"""Money of a funded hold on its way back to its source, decided by whoever owns the hold."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.ledger.api import Line, Lines, moved
from skillhall.payments.model.refund import Refund, hold_of
from skillhall.payments.store import refunds
from skillhall.payments.tasks import SendRefund


async def give_back(tx: Tx, hold_id: UUID, amount: int, why_text: str) -> Lines:
    """Return the lines that move `amount` of a hold into a refund, for the caller's one posting; it is sent once that is committed.

    Takes no lock: the posting decides whether the hold has so much. Nothing comes of an amount of 0.
    """
    return await give_back_all(tx, [(hold_id, amount)], why_text)


async def give_back_all(tx: Tx, parts: Sequence[tuple[UUID, int]], why_text: str) -> Lines:
    """Do the same for many holds at once, in two statements."""
    parts = [part for part in parts if part[1]]
    if not parts:
        return ()
    paid = await refunds.paid_into(tx, [hold_id for hold_id, _ in parts])
    lines: list[Line] = []
    many: list[Refund] = []
    for hold_id, amount in parts:
        payment_id, payer_id, asset, provider = paid[hold_id]
        refund_id = ids.new()
        refund = Refund(
            id=refund_id, payment_id=payment_id, amount=amount, asset=asset, why="released", provider=provider, reason=why_text,
            hold_id=hold_of(refund_id), created_at=tx.now, updated_at=tx.now,
        )  # fmt: skip
        many.append(refund)
        lines += moved(hold_id, hold_of(refund_id), payer_id, amount, payment_id, asset=asset)
        tx.enqueue(SendRefund(refund_id=refund_id), key=str(refund_id))
    await refunds.insert_refunds(tx, many)
    return tuple(lines)
