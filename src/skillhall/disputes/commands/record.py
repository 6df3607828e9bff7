"""What every verb on a dispute shares: lock it, apply the rule, tell the news, move the money, show it."""

from collections.abc import Callable, Sequence
from uuid import UUID

from skillhall.disputes.commands import sides
from skillhall.disputes.model.case import Case, Dispute, State
from skillhall.disputes.model.facts import facts
from skillhall.disputes.model.says import says
from skillhall.disputes.queries.cases import DisputeView, dispute_view
from skillhall.disputes.queries.contests import conversation
from skillhall.disputes.store.cases import lock_dispute, update_dispute
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.events import Event
from skillhall.kernel.ids import NIL
from skillhall.messaging.api import Say, say


async def change(tx: Tx, by: Actor, dispute_id: UUID, verb: Callable[[Dispute], Dispute]) -> DisputeView:
    """Apply `verb` under the lock of the case."""
    before = await lock_dispute(tx, dispute_id)
    before.check_ours(by)
    await record(tx, before, verb(before))
    return await dispute_view(tx, dispute_id, by)


async def record(tx: Tx, before: Dispute, after: Dispute, more: Sequence[Say] = ()) -> None:
    """Make it so; the case is locked. Nothing when nothing changed, but that `more` is said.

    What is said goes along to who has the money, as it comes before the locks on that.
    """
    if before == after:
        await say(tx, *more)
        return
    await update_dispute(tx, before, after)
    case, news = after.case, list(facts(before, after))
    more = [*more, *await told(tx, case, news)]
    has_moved = case.state is not before.case.state and not case.is_chargeback
    if has_moved and case.state is State.RESOLVED and case.payee_bp is not None:
        await sides.rule(tx, case, case.payee_bp, more)
    elif has_moved and case.closed_at and case.closed_by != NIL:  # the bank, which has left nothing to thaw
        await sides.thaw(tx, case, more)
    else:
        await say(tx, *more)
    if case.closed_at and not before.case.closed_at:
        division = {"payeeBasisPoints": case.payee_bp, "escrowId": case.hold_id}
        tx.audit(f"disputes.{case.state}", case.subject, before={"status": before.case.state}, after=division, reason=case.closed_reason)
    for fact in news:
        tx.publish(fact)


async def told(tx: Tx, case: Case, news: Sequence[Event]) -> list[Say]:
    """Return what to say of this news to both sides."""
    place = await conversation(tx, case) if news else None
    return [] if place is None else says(place, case.title, news)
