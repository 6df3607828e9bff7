"""All news about a payout, whoever brings it, goes through here: what went out or came back is booked once, whatever arrives first."""

from uuid import UUID

import structlog
from msgspec.structs import replace

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import ProviderShort, Transfer, clawed_hold, post
from skillhall.payments.events import PayoutFailed, PayoutPaid
from skillhall.payments.model.payout import PAYOUT, UNDERWAY, Booking, Payout, State, differs, folded
from skillhall.payments.ports import PayoutFacts, account_of
from skillhall.payments.store import payouts
from skillhall.payments.tasks import SendPayout

LOG = structlog.get_logger("skillhall.payments")


async def apply_payout(tx: Tx, provider: str, facts: PayoutFacts, *, is_proof: bool = False) -> UUID | None:
    """Apply what a provider says of a payout; return it, or nothing when it is none of ours.

    `is_proof` when we have asked: then "paid" is believed of one that had failed here. Posts at most once.
    """
    payout_id = facts.payout_id or await payouts.find_id(tx, provider, facts.ref)
    before = None if payout_id is None else await payouts.lock_known_payout(tx, payout_id)
    if before is None or before.provider != provider:
        LOG.warning("payout_unknown", provider=provider, ref=facts.ref)
        return None
    if differs(before, facts):
        LOG.error("payout_differs", payout=str(before.id), asked=before.amount, sent=facts.amount, currency=facts.asset)
        tx.audit("payments.payout_differs", Subject(PAYOUT, before.id), after={"amount": facts.amount, "asset": facts.asset})
        return before.id
    step = folded(before, facts, tx.now, tx.wall, is_proof=is_proof)
    await payouts.update_payout(tx, before, step.after)
    if step.must_ask:
        tx.enqueue(SendPayout(payout_id=before.id, is_check=True), key=f"{before.id}:check")
    elif step.after.state in UNDERWAY and step.after != before:
        tx.enqueue(SendPayout(payout_id=before.id), at=tx.now + step.after.pause, key=str(before.id))
    if step.booking is not None:
        await _book(tx, step.after, step.booking)
    return before.id


async def _book(tx: Tx, after: Payout, booking: Booking) -> None:
    if after.state is State.PAID:
        tx.publish(PayoutPaid(payout_id=after.id, account_id=after.account_id, amount=after.amount, asset=after.asset))
    else:
        is_returned = after.state is State.RETURNED
        tx.publish(
            PayoutFailed(payout_id=after.id, account_id=after.account_id, amount=after.amount, asset=after.asset, is_returned=is_returned)
        )
    if booking.verb == "late":
        LOG.error("payout_paid_after_all", payout=str(after.id), amount=after.amount, currency=after.asset)
        tx.audit("payments.payout_paid_after_all", Subject(PAYOUT, after.id), after={"amount": after.amount, "asset": after.asset})
    transfer = Transfer(
        id=derived(f"payout_{booking.verb}", after.id), kind=booking.kind, subject=Subject(PAYOUT, after.id), lines=booking.lines
    )
    try:
        async with tx.savepoint():
            await post(tx, transfer)
    except ProviderShort:
        if booking.verb != "done":
            raise
        LOG.warning("payout_overdraws_provider", payout=str(after.id), amount=after.amount, currency=after.asset)
        lines = clawed_hold(after.hold_id, after.amount, account_of(after.provider))  # the money has gone, whatever was there
        await post(tx, replace(transfer, kind="clawback", lines=lines))


def told(facts: PayoutFacts | None, payout_id: UUID) -> PayoutFacts:
    """Return what was answered about this payout; no answer is none."""
    return PayoutFacts(ref="", state="unknown", payout_id=payout_id) if facts is None else replace(facts, payout_id=payout_id)
