"""What nobody can find out is decided by two operators, with evidence."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body, Subject
from skillhall.payments.commands.apply import apply_locked
from skillhall.payments.commands.owners import payable
from skillhall.payments.model.payment import Payment
from skillhall.payments.model.refusals import DecisionDiffers, NotUndecided, OtherOperatorNeeded, OwnPayment, ReferenceNeeded
from skillhall.payments.model.rules import PaymentRules
from skillhall.payments.ports import PaymentFacts
from skillhall.payments.queries.views import PaymentView, payment_view
from skillhall.payments.store import attempts, decisions, payments


class Decide(Body, frozen=True, kw_only=True):
    """What became of the charge, and how one knows. `reference` is the provider's name for it, where it has never told us one."""

    outcome: Literal["succeeded", "failed"]
    evidence: Annotated[str, Meta(min_length=1, max_length=4000)]
    reference: Annotated[str, Meta(min_length=1, max_length=255)] | None = None


async def decide_payment(tx: Tx, by: Actor, payment_id: UUID, command: Decide) -> PaymentView:
    """Say what became of a charge that has been unknown for long. The second operator who says the same carries it out."""
    found = await payments.payment(tx, payment_id)
    if by.account_id in {found.payer_id, found.payee_id}:
        raise OwnPayment
    owner = payable(tx, found.purpose)
    await owner.lock(tx, found.subject)
    payment = await payments.lock(tx, payment_id)
    rules = tx.setting(PaymentRules)
    attempt = await attempts.find_unanswered(tx, payment_id)
    if attempt is None or attempt.sent_at is None or not attempt.is_undecided(tx.wall, rules.decide_after):
        raise NotUndecided(hours=int(rules.decide_after.total_seconds() // 3600))
    subject = Subject("payment", payment_id)
    ref = await _named(tx, payment, command)
    said = command.outcome if payment.ref else f"{command.outcome} {ref}".rstrip()  # the name decides to whom money can go back
    if await agreed(tx, by, subject, said, command.evidence, since=attempt.sent_at):
        await attempts.mark_ended(tx, attempt.id, command.outcome, "decided by hand")
        captured = payment.amount if command.outcome == "succeeded" else 0
        facts = PaymentFacts(
            ref=ref, state=command.outcome, payment_id=payment_id, captured=captured,
            asset=payment.asset, failure="" if captured else "decided by hand",
        )  # fmt: skip
        await apply_locked(tx, owner, payment, facts)
    return await payment_view(tx, payment_id, by)


async def _named(tx: Tx, payment: Payment, command: Decide) -> str:
    """Return what the provider calls the charge; money that came in needs a name of its own, by which it can go back."""
    ref = payment.ref or command.reference or ""
    if command.outcome == "succeeded":
        other = await payments.find_by_ref(tx, payment.provider, ref) if ref else None
        if not ref or other not in {None, payment}:
            raise ReferenceNeeded(provider=payment.provider)
    return ref


async def agreed(tx: Tx, by: Actor, subject: Subject, outcome: str, evidence: str, *, since: datetime) -> bool:
    """Note what an operator decides, under the lock of the thing; tell whether two different ones have decided the same.

    One may change one's mind until somebody agrees. `since` is when the call went out that is decided about.
    """
    said = await decisions.of(tx, subject, since)
    others = [decision for decision in said if decision.by_id != by.account_id]
    if differing := [decision for decision in others if decision.outcome != outcome]:
        raise DecisionDiffers(outcome=differing[0].outcome)
    if not others and any(decision.outcome == outcome for decision in said):
        raise OtherOperatorNeeded
    is_second = bool(others)
    await decisions.note(tx, subject, by.account_id, outcome, evidence)
    tx.audit("payments.decide", subject, after={"outcome": outcome, "isSecond": is_second}, reason=evidence)
    return is_second
