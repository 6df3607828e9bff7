"""Money in suspense moves by itself: sent back in the provider's dashboard, taken by the payer's bank, or won back from it."""

from typing import Literal
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Transfer, post, resolved, suspended
from skillhall.payments.events import MoneySuspended
from skillhall.payments.model.payment import Payment
from skillhall.payments.ports import ChargebackFacts, RefundFacts, account_of
from skillhall.payments.store import suspense

WAYS: dict[str, Literal["gone", "back"]] = {
    "succeeded": "gone", "failed": "back", "open": "gone", "under_review": "gone", "lost": "gone", "won": "back",
}  # fmt: skip


async def move_apart(tx: Tx, provider: str, payment: Payment | None, facts: RefundFacts | ChargebackFacts) -> UUID | None:
    """Apply news about money that was kept apart; return its payment, or nothing when other money is meant. Told again nothing moves.

    That is money of a charge beside the one that was kept, or of a payment that has kept none. What staff has said to be sent back has
    left the books already.
    """
    is_kept = payment is not None and payment.captured > 0
    if payment is not None and is_kept and facts.payment_ref == payment.ref:
        return None
    payment_id = None if payment is None or is_kept else payment.id
    suspense_id = await suspense.find_meant(tx, provider, facts.ref, facts.payment_ref, payment_id, facts.asset)
    if suspense_id is None:
        return None
    apart = await suspense.lock_apart(tx, suspense_id)
    way = WAYS.get(facts.state)
    if way is None or not facts.ref:
        return apart.payment_id
    gone = await suspense.find_gone(tx, provider, facts.ref)
    if way == "gone":
        part = min(facts.amount, apart.remaining)
    else:
        part = min(gone or 0, apart.amount - apart.remaining)
        if gone is None:
            await suspense.note_move(tx, provider, facts.ref, "gone", apart.id, 0)  # should it still be told, it is over
    if not await suspense.note_move(tx, provider, facts.ref, way, apart.id, part) or not part:
        return apart.payment_id
    remaining = apart.remaining + (part if way == "back" else -part)
    text = f"By the provider: {facts.ref}"
    await suspense.leave(tx, apart.id, remaining, ids.NIL, text)
    subject, account = Subject("suspense", apart.id), account_of(provider)
    tx.audit(f"payments.suspense_{way}", subject, after={"amount": part, "asset": apart.asset}, reason=text)
    if way == "back":
        tx.publish(MoneySuspended(suspense_id=apart.id, amount=part, asset=apart.asset))
    kind, lines = ("suspend", suspended) if way == "back" else ("resolve", resolved)
    moved = lines(part, asset=apart.asset, provider=account)
    await post(tx, Transfer(id=derived("suspense_move", provider, facts.ref, way), kind=kind, subject=subject, lines=moved))
    return apart.payment_id
