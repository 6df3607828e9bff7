"""What every verb on a dispute shares: lock it, apply the rule, move the money, tell the news, show it."""

from collections.abc import Callable
from uuid import UUID

from skillhall.disputes.commands import sides
from skillhall.disputes.model.case import Dispute, State
from skillhall.disputes.model.facts import facts
from skillhall.disputes.queries.cases import DisputeView, dispute_view
from skillhall.disputes.store.cases import lock_dispute, update_dispute
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def change(tx: Tx, by: Actor, dispute_id: UUID, verb: Callable[[Dispute], Dispute]) -> DisputeView:
    """Apply `verb` under the lock of the case."""
    before = await lock_dispute(tx, dispute_id)
    await record(tx, before, verb(before))
    return await dispute_view(tx, dispute_id, by)


async def record(tx: Tx, before: Dispute, after: Dispute) -> None:
    """Make it so; the case is locked. Nothing when nothing changed."""
    if before == after:
        return
    await update_dispute(tx, before, after)
    case = after.case
    if case.state is not before.case.state:
        if case.state is State.RESOLVED and case.payee_bp is not None:
            await sides.rule(tx, case, case.payee_bp)
        elif case.closed_at:
            await sides.thaw(tx, case)
    if case.closed_at and not before.case.closed_at:
        division = {"payeeBasisPoints": case.payee_bp, "escrowId": case.hold_id}
        tx.audit(f"disputes.{case.state}", case.subject, before={"status": before.case.state}, after=division, reason=case.closed_reason)
    for fact in facts(before, after):
        tx.publish(fact)
