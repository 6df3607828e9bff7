"""Take payouts back before they go: their owner, staff, or because the owner may not be paid any more."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Line, Transfer, post
from skillhall.payments.model.payout import PAYOUT, Payout, State
from skillhall.payments.model.payout_refusals import PayoutNotFound, PayoutSent
from skillhall.payments.queries.payouts import PayoutView, payout_view
from skillhall.payments.store import payouts


async def cancel_payout(tx: Tx, by: Actor, payout_id: UUID) -> PayoutView:
    """Cancel a payout that was not sent yet: one's own, or as staff who decides about payouts. Cancelled already is cancelled."""
    payout = await payouts.lock_payout(tx, payout_id)
    is_own = payout.account_id == by.account_id
    if not is_own and not by.may("payout.decide"):
        raise PayoutNotFound
    if payout.state is State.CANCELLED:
        return await payout_view(tx, payout_id, by)
    if payout.state is not State.PENDING:
        raise PayoutSent(status=payout.state)
    await _cancelled(tx, [payout], "owner" if is_own else "staff")
    tx.audit("payments.cancel_payout", Subject(PAYOUT, payout_id), before={"status": payout.state}, after={"status": State.CANCELLED})
    return await payout_view(tx, payout_id, by)


async def stop_payouts(tx: Tx, account_id: UUID, why: str) -> None:
    """Cancel all payouts of a member that were not sent yet."""
    await _cancelled(tx, await payouts.lock_pending_payouts(tx, account_id), why)


async def _cancelled(tx: Tx, pending: Sequence[Payout], why: str) -> None:
    """Give these back, in one posting: those of one currency together."""
    lines: list[Line] = []
    for payout in sorted(pending, key=lambda payout: payout.asset):
        lines += await payouts.cancel(tx, payout, why)
    if lines:
        transfer_id = derived("payout_cancelled", pending[0].id)
        subject = Subject(PAYOUT, pending[0].id)
        await post(tx, Transfer(id=transfer_id, kind="settle", subject=subject, lines=tuple(lines)))
