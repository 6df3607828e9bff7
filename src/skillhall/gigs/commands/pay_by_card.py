"""Work is paid for by card, bank or PayPal: what payments asks about a booking, a milestone or a week of hours, and what follows."""

from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import UUID

from skillhall.billing.api import return_fee
from skillhall.gigs.commands.engage import is_active
from skillhall.gigs.commands.record import record_unposted
from skillhall.gigs.model import paying
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.engagement_facts import entered
from skillhall.gigs.model.engagement_refusals import BookingNotFound, MilestoneNotFound, NoCoupon, PaidInCredits
from skillhall.gigs.model.escrow import Escrow
from skillhall.gigs.store.engagements import engagement, find_of_escrow, find_of_work, lock_paid
from skillhall.gigs.store.projects import project
from skillhall.gigs.tasks import HoldForSuspension
from skillhall.identity.api import AccountNotActive, people
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import CREDIT
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import LedgerRules, Lines, NotInMode, clawed_hold, clawed_work, lost, unearned
from skillhall.payments.api import Kept, Options, Part, Quote, QuoteLine, Returned, Source, Surplus, charge, default_method

PAY_WITHIN: Final = timedelta(days=1)


class WorkPayable:
    """Fills payments' `Payable`. What is asked for is a booking, or a milestone or week; what is told of from then on is its escrow."""

    purposes: Final = frozenset({"booking", "milestone"})

    async def quote(self, tx: Tx, by: Actor, asked: Subject, options: Options) -> Quote:
        """Return what the client has to pay; refuse others, and while nothing can be set aside for it."""
        found, escrow = await _asked(tx, asked)
        if by.account_id not in found.agreement.parties:
            raise BookingNotFound if asked.kind == "booking" else MilestoneNotFound
        found.agreement.check_client(by.account_id)
        await _check_payable(tx, found, escrow, options)
        until = tx.now + PAY_WITHIN
        return Quote(
            subject=Subject("escrow", escrow.id),
            payer_id=escrow.client_id,
            payee_id=escrow.worker_id,
            title=escrow.title,
            amount=escrow.amount,
            asset=escrow.asset,
            lines=(QuoteLine(text=escrow.title, quantity=1, net=escrow.amount),),
            fee=escrow.fee_of(escrow.amount),
            hold_id=escrow.id,
            expires_at=min(until, found.agreement.sign_by or until),
        )

    async def lock(self, tx: Tx, subject: Subject) -> None:
        """Lock the project and the agreement; nothing when new terms have taken the place of what was to be paid."""
        await lock_paid(tx, subject.id)

    async def paid(self, tx: Tx, subject: Subject, source: Source) -> Kept | Surplus:
        """Set the money aside. While client or worker is suspended it is held for the suspension, by a task."""
        before = await _found(tx, subject.id)
        if before is None:
            return Surplus(reason="given up")
        if reason := paying.unwanted(before, subject.id, source.amount):
            return Surplus(reason=reason)
        after = paying.funded(before, subject.id, source.account, tx.now)
        await record_unposted(tx, await project(tx, before.agreement.project_id), before, after)
        for account_id in after.agreement.parties:
            if not await is_active(tx, account_id):
                task = HoldForSuspension(escrow_id=subject.id, account_id=account_id, is_suspended=True)
                tx.enqueue(task, key=task.key)
        return Kept(kind="fund", lines=entered(after.escrow(subject.id), source.account, source.fee))

    async def unpaid(self, tx: Tx, subject: Subject, payment_id: UUID, why: str) -> None:
        """Leave everything as it is: it waits for its money, and may be paid for another time."""

    async def refundable(self, tx: Tx, by: Actor, subject: Subject, captured: int, returned: int) -> int:
        """Return what the worker still has of it: the worker may give it back, and staff for them."""
        found = await _found(tx, subject.id)
        if found is None:
            return 0
        paying.check_returnable(found, by.account_id, subject.id, is_staff=by.may("hold.release"))
        return captured - returned

    async def returned(self, tx: Tx, subject: Subject, part: Part) -> Returned:
        """Take a part back: what is held first, then of what the worker got with the fee in it; any rest is our loss."""
        before = await _found(tx, subject.id)
        if before is None:
            raise LookupError(f"payment {part.payment_id} has filled hold {subject.id}, which no work knows")
        escrow = before.escrow(subject.id)
        held = min(escrow.left, part.amount) if escrow.is_funded else 0
        paid = min(escrow.paid_gross, part.amount - held)
        fee = escrow.fee_in(paid) if paid else 0
        if part.hold_id:
            lines = unearned(part.hold_id, part.payer_id, escrow.worker_id, paid, fee, escrow.subject_id, asset=escrow.asset)
        else:
            lines = _clawed(escrow, part, held, paid, fee)
        await return_fee(tx, escrow.worker_id, escrow.id, escrow.title, paid, fee, escrow.asset)
        if held:
            after = paying.clawed(before, escrow.id, held, tx.now)
            await record_unposted(tx, await project(tx, before.agreement.project_id), before, after)
        return Returned(lines=lines, freeze_key=escrow.freeze_key if held else None)


async def charge_week(tx: Tx, client_id: UUID, week_id: UUID) -> None:
    """Charge the client's usual method for a week in money, if there is one; what is refused waits for the client."""
    found, escrow = await _asked(tx, Subject("milestone", week_id))
    method_id = await default_method(tx, client_id)
    if escrow.asset == CREDIT or not found.is_payable(escrow) or method_id is None:
        return
    with suppress(Refusal):
        async with tx.savepoint():
            await charge(tx, client_id, "milestone", Subject("milestone", week_id), Options(), method_id)


def _clawed(escrow: Escrow, part: Part, held: int, paid: int, fee: int) -> Lines:
    """Return the lines of money that has left already."""
    lines = clawed_hold(escrow.id, held, part.account) if held else ()
    if paid:
        lines += clawed_work(escrow.worker_id, paid, fee, asset=escrow.asset, provider=part.account)
    if rest := part.amount - held - paid:
        lines += lost(rest, asset=escrow.asset, provider=part.account)
    return lines


async def _asked(tx: Tx, asked: Subject) -> tuple[Engagement, Escrow]:
    agreement_id = await find_of_work(tx, asked.kind, asked.id)
    if agreement_id is None:
        raise BookingNotFound if asked.kind == "booking" else MilestoneNotFound
    found = await engagement(tx, agreement_id)
    return found, found.escrow_of(asked.id)


async def _check_payable(tx: Tx, found: Engagement, escrow: Escrow, options: Options) -> None:
    mode = tx.setting(LedgerRules).mode
    if escrow.asset == CREDIT:
        raise PaidInCredits
    if mode == "points":
        raise NotInMode(mode=mode, kind="fund")
    if options.coupon_code is not None:
        raise NoCoupon
    paying.check_payable(found, escrow)
    known = await people(tx, found.agreement.parties)
    for account_id in found.agreement.parties:
        if account_id not in known or not known[account_id].is_active:
            raise AccountNotActive(account_id=account_id)


async def _found(tx: Tx, escrow_id: UUID) -> Engagement | None:
    """Return the engagement with this payment, locked by `lock` before; None when new terms have taken its place."""
    agreement_id = await find_of_escrow(tx, escrow_id)
    return None if agreement_id is None else await engagement(tx, agreement_id)
