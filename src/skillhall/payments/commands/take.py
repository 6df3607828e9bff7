"""Take money out of the books that has left a payment by itself: a refund in the provider's dashboard, a chargeback. Nothing is refused."""

from typing import Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Lines, Transfer, balance, clawed_hold, freeze, lost, post, unfreeze
from skillhall.payments.commands.owners import payable
from skillhall.payments.model.division import Division, division, left_of
from skillhall.payments.model.payment import Payment
from skillhall.payments.model.refund import State, TooEarlyError
from skillhall.payments.ports import Part
from skillhall.payments.store import payments, payouts, refunds
from skillhall.payments.store.payments import find_by_ref

Why = Literal["clawback", "chargeback"]


class Taking(Struct, frozen=True, kw_only=True):
    """From whom it is taken, and the lines of that. `beside` are the holds drawn on beside the owner's own, which `freeze_key` keeps."""

    division: Division
    lines: Lines
    beside: tuple[UUID, ...] = ()
    freeze_key: Subject | None = None


async def find_paid_at(tx: Tx, provider: str, payment_id: UUID | None, ref: str) -> Payment | None:
    """Return the payment that news is about: by our id, else by the provider's name for it. Another provider's is not meant."""
    found = None if payment_id is None else await payments.find(tx, payment_id)
    if found is not None:
        return found if found.provider == provider else None
    return await find_by_ref(tx, provider, ref) if ref else None


async def lock_with_owner(tx: Tx, payment: Payment) -> Payment:
    """Lock what was paid for, then the payment; or raise `TooEarlyError` while the money has not come in."""
    await payable(tx, payment.purpose).lock(tx, payment.subject)
    locked = await payments.lock(tx, payment.id)
    if not locked.captured:
        raise TooEarlyError(f"payment {payment.id} is {locked.state}")
    return locked


async def take(tx: Tx, payment: Payment, amount: int, why: Why) -> Taking:
    """Have everybody give up their part of `amount`: refunds that wait, then the owner of what was paid for; the rest is our loss.

    The payment is locked. Raises `TooEarlyError` while a refund is under way that decides how much there is.
    """
    waiting = await refunds.waiting(tx, payment.id)
    under_way = await refunds.under_way(tx, payment.id)
    parts = division(amount, left_of(payment), under_way, sum(one.amount for one in waiting))
    if parts.excess and under_way:
        raise TooEarlyError(f"{under_way} of payment {payment.id} is on its way back")
    lines: list[Lines] = []
    beside: list[UUID] = []
    left = parts.waiting
    for one in waiting:
        part = min(left, one.amount)
        if not part or one.hold_id is None:
            continue
        left -= part
        is_whole = part == one.amount
        await refunds.update_refund(
            tx,
            replace(one, state=State.CANCELLED, updated_at=tx.now)
            if is_whole
            else replace(one, amount=one.amount - part, updated_at=tx.now),
        )
        lines.append(clawed_hold(one.hold_id, part, payment.account))
        beside.append(one.hold_id)
    key = None
    if parts.owner:
        part = Part(
            payment_id=payment.id, payer_id=payment.payer_id, account=payment.account, amount=parts.owner, asset=payment.asset, why=why,
        )  # fmt: skip
        given = await payable(tx, payment.purpose).returned(tx, payment.subject, part)
        called_back, holds = await _called_back(tx, payment, given.lines)
        lines += [called_back, given.lines]
        beside += holds
        key = given.freeze_key
    if parts.excess:
        lines.append(lost(parts.excess, asset=payment.asset, provider=payment.account))
    return Taking(division=parts, lines=tuple(line for some in lines for line in some), beside=tuple(beside), freeze_key=key)


async def post_taken(tx: Tx, taking: Taking, transfer_id: UUID, why: Why, subject: Subject) -> None:
    """Make the one posting of it."""
    key = taking.freeze_key
    if key is not None:  # one key opens all holds of a posting
        await freeze(tx, taking.beside, key)
    await post(tx, Transfer(id=transfer_id, kind=why, subject=subject, lines=taking.lines, freeze_key=key))
    if key is not None:
        await unfreeze(tx, taking.beside, key)


async def _called_back(tx: Tx, payment: Payment, lines: Lines) -> tuple[Lines, list[UUID]]:
    """Cancel payouts of the payee that were not sent yet, as far as their earnings alone do not bear it; return the lines of that."""
    needed = -sum(line.amount or 0 for line in lines if line.account == "losing" and line.owner == payment.payee_id)
    if not needed or payment.payee_id is None:
        return (), []
    back: list[Lines] = []
    holds: list[UUID] = []
    pending = await payouts.lock_pending_payouts(tx, payment.payee_id, payment.asset)
    missing = needed - (await balance(tx, payment.payee_id, payment.asset)).earnings
    for payout in pending:
        if missing <= 0:
            break
        missing -= payout.amount
        back.append(await payouts.cancel(tx, payout, "chargeback"))
        holds.append(payout.hold_id)
    return tuple(line for some in back for line in some), holds
