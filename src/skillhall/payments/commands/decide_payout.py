"""What became of a payout that its provider does not tell: two operators decide, with evidence."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body, Subject
from skillhall.payments.commands.apply_payout import apply_payout
from skillhall.payments.commands.decide import agreed
from skillhall.payments.model.payout import PAYOUT
from skillhall.payments.model.payout_refusals import OwnPayout
from skillhall.payments.model.refusals import NotUndecided
from skillhall.payments.model.rules import PaymentRules
from skillhall.payments.ports import PayoutFacts
from skillhall.payments.queries.payouts import PayoutView, payout_view
from skillhall.payments.store import payouts


class DecidePayout(Body, frozen=True, kw_only=True):
    """What became of it, and how one knows: a bank statement, a letter of the provider."""

    outcome: Literal["paid", "failed"]
    evidence: Annotated[str, Meta(min_length=10, max_length=2000)]


async def decide_payout(tx: Tx, by: Actor, payout_id: UUID, command: DecidePayout) -> PayoutView:
    """Decide; the second operator who says the same carries it out."""
    payout = await payouts.lock_payout(tx, payout_id)
    if payout.account_id == by.account_id:
        raise OwnPayout
    hours = tx.setting(PaymentRules).decide_after_hours
    if payout.sent_at is None or not payout.is_undecided(tx.wall, timedelta(hours=hours)):
        raise NotUndecided(hours=hours)
    if await agreed(tx, by, Subject(PAYOUT, payout_id), command.outcome, command.evidence, since=payout.sent_at):
        await apply_payout(tx, payout.provider, PayoutFacts(ref="", state=command.outcome, payout_id=payout_id, failure="decided by hand"))
    return await payout_view(tx, payout_id, by)
