"""All news about a payment, whoever brings it, goes through here: what was captured is booked once, whatever arrives first."""

from uuid import UUID

import msgspec
import structlog

from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Lines, Transfer, fund, post, provider_charged, suspended
from skillhall.payments.commands.owners import payable
from skillhall.payments.commands.telling import tell
from skillhall.payments.events import ActionRequired, PaymentCancelled, PaymentFailed, PaymentSucceeded
from skillhall.payments.model.attempt import Attempt
from skillhall.payments.model.payment import WAITING, Payment, folded
from skillhall.payments.model.refund import Refund, hold_of
from skillhall.payments.ports import Payable, PaymentFacts, Source, Surplus, account_of
from skillhall.payments.store import attempts, payments
from skillhall.payments.store.methods import keep_customer
from skillhall.payments.store.refunds import insert_refund
from skillhall.payments.store.suspense import suspend
from skillhall.payments.tasks import CancelCharge, ChargeMethod, KeepMethod, SendRefund

LOG = structlog.get_logger("skillhall.payments")


async def apply_payment(tx: Tx, provider: str, facts: PaymentFacts) -> UUID | None:
    """Apply what a provider says of a payment; return it, or nothing when it is none of ours.

    Repeated, late and contradicting news changes nothing; captured money is never refused. Posts at most once, and comes before no other
    lock than the ledger's.
    """
    found = await payments.find_told(tx, provider, facts)
    if found is None:
        return None
    owner = payable(tx, found.purpose)
    await owner.lock(tx, found.subject)
    await apply_locked(tx, owner, await payments.lock(tx, found.id), facts)
    return found.id


async def apply_locked(tx: Tx, owner: Payable, before: Payment, facts: PaymentFacts) -> None:
    """Apply what is said of a payment that is locked together with its owner's rows."""
    if before.disagrees(facts):
        await _suspended(tx, owner, before, facts)
        return
    after = folded(before, facts, tx.now)
    if after.captured > before.captured:
        await _received(tx, owner, after)
    elif after != before:
        await payments.store(tx, after)
        await _told(tx, owner, before, after)
        await _fee_booked(tx, before, after)
    if facts.is_approved and facts.state == "created" and not before.says_nothing(facts):
        await _approved(tx, after)
    if before.keeps_method:
        await _known(tx, before, after, facts)


async def kept(tx: Tx, owner: Payable, payment: Payment) -> tuple[Payment, Transfer | None]:
    """Let the owner keep what came in, or note all of it as a refund; return the payment after, and the one posting of it."""
    source = Source(
        payment_id=payment.id,
        account=payment.account,
        amount=payment.amount,
        asset=payment.asset,
        fee=payment.provider_fee or 0,
    )
    outcome = await owner.paid(tx, payment.subject, source)
    if not isinstance(outcome, Surplus):
        return payment, _transfer(payment, outcome.kind, outcome.lines)
    after = msgspec.structs.replace(payment, surplus_reason=outcome.reason)
    if not payment.amount:
        return after, None
    return after, _transfer(after, "fund", await _given_back(tx, after, outcome.reason))


async def _received(tx: Tx, owner: Payable, payment: Payment) -> None:
    after, transfer = await kept(tx, owner, payment)
    await payments.store(tx, after)
    await attempts.end_all(tx, after.id, "succeeded", "", among=("prepared", "sent", "unknown"))
    tell(tx, PaymentSucceeded, after, is_surplus=after.surplus_reason is not None)
    if transfer is not None:
        await post(tx, transfer)


async def _given_back(tx: Tx, payment: Payment, reason: str) -> Lines:
    """Note that all of it goes back, and return the lines that keep it until then."""
    refund_id = derived("surplus", payment.id)
    refund = Refund(
        id=refund_id, payment_id=payment.id, amount=payment.amount, asset=payment.asset, why="surplus", provider=payment.provider,
        reason=reason, hold_id=hold_of(refund_id), created_at=tx.now, updated_at=tx.now,
    )  # fmt: skip
    await insert_refund(tx, refund)
    tx.enqueue(SendRefund(refund_id=refund_id), key=str(refund_id))
    return fund(
        hold_of(refund_id), payment.payer_id, payment.amount, "refund", payment.id,
        asset=payment.asset, provider=payment.account, provider_fee=payment.provider_fee or 0,
    )  # fmt: skip


async def _told(tx: Tx, owner: Payable, before: Payment, after: Payment) -> None:
    """Say what changed of a payment that brought no money."""
    if after.state == before.state:
        if after.state == "cancelled" and before.ref is None and after.ref is not None:
            tx.enqueue(CancelCharge(payment_id=after.id), key=str(after.id))  # it was given up while the provider was being asked
        return
    if after.state == "failed":
        tell(tx, PaymentFailed, after, failure=after.failure, is_off_session=after.is_off_session)
        if after.is_off_session:
            await owner.unpaid(tx, after.subject, after.id, "failed")
    elif after.state == "requires_action":
        tell(tx, ActionRequired, after, is_off_session=after.is_off_session)
    elif after.state == "cancelled":
        await attempts.end_all(tx, after.id, "failed", "cancelled", among=("prepared", "sent", "unknown"))
        tell(tx, PaymentCancelled, after, why="cancelled")
        await owner.unpaid(tx, after.subject, after.id, "cancelled")


async def _approved(tx: Tx, payment: Payment) -> None:
    """Take the money of what the payer has agreed to on the provider's page: at once if they come back, else in the background."""
    is_wanted = payment.state in WAITING and not payment.is_over(tx.now)
    if not is_wanted or await attempts.find_unanswered(tx, payment.id) is not None:
        return
    attempt = Attempt(id=ids.new(), payment_id=payment.id, verb="confirm", state="prepared", is_charging=True)
    await attempts.insert_attempt(tx, attempt)
    tx.enqueue(ChargeMethod(attempt_id=attempt.id), key=str(attempt.id))


async def _known(tx: Tx, before: Payment, after: Payment, facts: PaymentFacts) -> None:
    """Note who the payer is there, and let what they have paid with be kept; it may be told only after the money has come."""
    if facts.customer is not None:
        await keep_customer(tx, after.payer_id, after.provider, facts.customer)
    if after.captured and after.method_id is None and (facts.method is not None or not before.captured):
        tx.enqueue(KeepMethod(payment_id=after.id), key=str(after.id))


async def _fee_booked(tx: Tx, before: Payment, after: Payment) -> None:
    """Book what the provider turns out to have kept of money that came in earlier."""
    if before.captured and before.provider_fee is None and after.provider_fee:
        lines = provider_charged(after.provider_fee, asset=after.asset, provider=after.account)
        subject = Subject("payment", after.id)
        await post(tx, Transfer(id=derived("provider_fee", after.id), kind="provider_fee", subject=subject, lines=lines))


async def _suspended(tx: Tx, owner: Payable, payment: Payment, facts: PaymentFacts) -> None:
    """Keep money apart that is not what was asked for: staff decides about it. The try that brought it has failed."""
    if payment.state in {"processing", "unknown"}:
        refused = msgspec.structs.replace(facts, state="failed", captured=0, failure="other_amount", action_url=None, at=None)
        failed = folded(payment, refused, tx.now)
        await payments.store(tx, failed)
        await _told(tx, owner, payment, failed)
    again = ", a second time" if payment.captured else ""
    reason = f"{facts.captured} {facts.asset} for {payment.amount} {payment.asset}{again}"
    suspense_id = await suspend(tx, payment.provider, facts.ref, payment.id, facts.captured, facts.asset, reason)
    if suspense_id is None:
        return
    LOG.warning("payment_suspended", payment=str(payment.id), provider=payment.provider, got=facts.captured, currency=facts.asset)
    subject = Subject("suspense", suspense_id)
    tx.audit("payments.suspend", Subject("payment", payment.id), after={"amount": facts.captured, "asset": facts.asset})
    lines = suspended(facts.captured, asset=facts.asset, provider=account_of(payment.provider))
    await post(tx, Transfer(id=derived("suspense", suspense_id), kind="suspend", subject=subject, lines=lines))


def _transfer(payment: Payment, kind: str, lines: Lines) -> Transfer | None:
    """Return the posting of a payment's money; nothing where it cost nothing and gave nothing."""
    if not lines:
        return None
    return Transfer(id=payment.transfer_id, kind=kind, subject=Subject("payment", payment.id), lines=lines)
