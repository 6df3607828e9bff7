"""All news about a refund, whoever brings it, goes through here: what has gone is booked once, whatever arrives first."""

from uuid import UUID

from msgspec.structs import replace

from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Lines, ProviderShort, Transfer, buy, fund, legs, post, sale
from skillhall.payments.commands.move_apart import move_apart
from skillhall.payments.commands.take import find_paid_at, lock_with_owner, post_taken, take
from skillhall.payments.commands.telling import tell
from skillhall.payments.events import Refunded, RefundFailed
from skillhall.payments.model.payment import Payment
from skillhall.payments.model.refund import Refund, State, TooEarlyError, WrongNewsError, gone, opening_of, told, undone
from skillhall.payments.ports import RefundFacts
from skillhall.payments.store import payments, refunds
from skillhall.payments.store.sums import add_sums
from skillhall.payments.tasks import SendRefund


async def apply_refund(tx: Tx, provider: str, facts: RefundFacts, *, is_certain: bool = False) -> UUID | None:
    """Apply what a provider says of a refund; return its payment, or nothing when it is none of ours.

    `is_certain`: this is how it stands now, because it was asked; other news may be late. Raises `TooEarlyError` for news that has to
    wait for other news.
    """
    payment = await find_paid_at(tx, provider, facts.payment_id, facts.payment_ref)
    if facts.refund_id is None and (apart := await move_apart(tx, provider, payment, facts)) is not None:
        return apart
    known = await _known(tx, provider, facts, payment)
    payment = payment if known is None else await payments.payment(tx, known.payment_id)
    if known is None or await _is_another(tx, known, facts, is_certain=is_certain):
        return None if payment is None else await _left_by_itself(tx, payment, facts, known)
    payment = await payments.lock(tx, known.payment_id)
    before = await refunds.lock_refund(tx, known.id)
    if before.ref is not None and facts.ref not in {"", before.ref}:
        raise TooEarlyError(f"refund {before.id} was named {before.ref} meanwhile")
    if before.state is State.FAILED and facts.state == "succeeded" and not is_certain:
        tx.enqueue(SendRefund(refund_id=before.id), key=str(before.id))
        return payment.id
    after = told(before, facts, tx.now, is_certain=is_certain)
    if after == before:
        return payment.id
    if after.state is State.SUCCEEDED:
        await _gone(tx, payment, after)
    elif after.state is State.FAILED and before.state is State.SUCCEEDED:
        await _came_back(tx, payment, after)
    elif after.state is State.FAILED:
        await _failed(tx, payment, after)
    else:
        await refunds.update_refund(tx, after)
    return payment.id


async def _known(tx: Tx, provider: str, facts: RefundFacts, payment: Payment | None) -> Refund | None:
    """Return the refund that is meant: by the provider's name for it, by our id, or the one of ours that has no name yet and fits."""
    refund_id = await refunds.find_of_ref(tx, provider, facts.ref) or facts.refund_id
    if refund_id is None and payment is not None:
        refund_id = await refunds.find_unnamed(tx, payment.id, provider, facts.amount)
    found = None if refund_id is None else await refunds.find_refund(tx, refund_id)
    return found if found is not None and found.provider == provider else None


async def _is_another(tx: Tx, known: Refund, facts: RefundFacts, *, is_certain: bool) -> bool:
    """Return whether money has gone that is not the money of this refund: it has another name, or its money went elsewhere."""
    if known.ref is not None and facts.ref not in {"", known.ref}:
        return True
    if facts.state != "succeeded" or known.hold_id is None:
        return False
    if known.state is State.CANCELLED:
        return True
    return known.state is State.FAILED and is_certain and not await refunds.left_in(tx, known.hold_id)


async def _left_by_itself(tx: Tx, payment: Payment, facts: RefundFacts, known: Refund | None) -> UUID | None:
    """Book money that the provider has sent back without us. It may not be refused: who no longer has it, owes it."""
    if facts.state != "succeeded" or not facts.ref:
        return payment.id
    payment = await lock_with_owner(tx, payment)
    if known is not None and known.ref == facts.ref:
        await refunds.forget_ref(tx, known.id)
    if await refunds.find_of_ref(tx, payment.provider, facts.ref):
        return payment.id
    if facts.asset != payment.asset:
        raise WrongNewsError(f"a refund in {facts.asset} of payment {payment.id} in {payment.asset}")
    taking = await take(tx, payment, facts.amount, "clawback")
    if taking.division.excess:
        raise WrongNewsError(f"a refund of {facts.amount} of payment {payment.id}, which has less")
    refund = Refund(
        id=ids.new(), payment_id=payment.id, amount=facts.amount, asset=facts.asset, why="dashboard", provider=payment.provider,
        ref=facts.ref, state=State.SUCCEEDED, created_at=tx.now, updated_at=tx.now, succeeded_at=tx.now,
    )  # fmt: skip
    await refunds.insert_refund(tx, refund)
    await _counted(tx, payment, refund, is_voluntary=False)
    await post_taken(tx, taking, derived("clawback", refund.id), "clawback", Subject("payment", payment.id))
    return payment.id


async def _gone(tx: Tx, payment: Payment, after: Refund) -> None:
    """The payer has it."""
    if after.hold_id is None:
        raise WrongNewsError(f"refund {after.id} has gone twice")
    await refunds.update_refund(tx, after)
    await _counted(tx, payment, after, is_voluntary=True)
    done = Transfer(id=derived("refund_done", after.hold_id), kind="refund_done", subject=Subject("payment", payment.id), lines=gone(after))
    try:
        async with tx.savepoint():
            await post(tx, done)
    except ProviderShort:  # the provider has sent more than we had there: its fees are ours
        await post(tx, replace(done, kind="clawback"))


async def _counted(tx: Tx, payment: Payment, refund: Refund, *, is_voluntary: bool) -> None:
    await add_sums(tx, payment.id, refunded=refund.amount)
    refunded = payment.refunded + refund.amount
    tell(tx, Refunded, payment, amount=refund.amount, refund_id=refund.id, refunded=refunded, is_voluntary=is_voluntary)
    after = {"amount": refund.amount, "asset": refund.asset, "why": refund.why}
    tx.audit("payments.refunded", Subject("payment", payment.id), after=after, reason=refund.reason or None)


async def _failed(tx: Tx, payment: Payment, after: Refund) -> None:
    """The provider could not send it: it is again where it was, or stays aside for staff."""
    await refunds.update_refund(tx, after)
    tell(tx, RefundFailed, payment, amount=after.amount, refund_id=after.id)
    back = undone(after, (await legs(tx, opening_of(after.id)))[1]) if after.why == "asked" else None
    if back is not None:
        kind, lines = back
        await _posted(tx, after, kind, lines)


async def _came_back(tx: Tx, payment: Payment, after: Refund) -> None:
    """It had gone, and has returned: credits are bought and things sold again; all else waits for staff, for it is still the payer's."""
    await add_sums(tx, payment.id, refunded=-after.amount)
    tell(tx, RefundFailed, payment, amount=after.amount, refund_id=after.id)
    taken = (await legs(tx, opening_of(after.id)))[1] if after.why == "asked" else []
    sold = {leg.kind: -leg.amount for leg in taken if leg.kind in {"sales", "tax"}}
    if after.credits:
        lines = buy(payment.payer_id, after.credits, after.amount, asset=after.asset, provider=after.account)
        kind = "buy"
    elif sold:
        kind, lines = "sale", sale(after.amount, sold.get("tax", 0), asset=after.asset, provider=after.account)
    else:
        hold_id = derived("refund_returned", after.id)
        after = replace(after, hold_id=hold_id, why="released" if after.why == "dashboard" else after.why)
        lines = fund(hold_id, payment.payer_id, after.amount, "refund", payment.id, asset=after.asset, provider=after.account)
        kind = "fund"
    await refunds.update_refund(tx, after)
    await _posted(tx, after, kind, lines)


async def _posted(tx: Tx, refund: Refund, kind: str, lines: Lines) -> None:
    await post(tx, Transfer(id=derived("refund_undone", refund.hold_id), kind=kind, subject=Subject("refund", refund.id), lines=lines))
