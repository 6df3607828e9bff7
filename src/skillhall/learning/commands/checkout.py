"""What payments asks of lessons: what a seat costs, what follows when its money comes, and what when it is taken back."""

from typing import Final
from uuid import UUID

from skillhall.billing.api import return_fee
from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.learning.commands.record import keep
from skillhall.learning.model import checkout
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.posting import SEAT, funded
from skillhall.learning.model.refusals import CouponNotTaken, SeatClosed, StillHeld
from skillhall.learning.model.seat import Seat
from skillhall.learning.queries.contests import frozen_by
from skillhall.learning.queries.prices import check_accepted
from skillhall.learning.store import lessons
from skillhall.ledger.api import Lines, balance, clawed_hold, clawed_work, lost, unearned
from skillhall.payments.api import Kept, Options, Part, Quote, QuoteLine, Returned, Source, Surplus, find_paid

PURPOSES: Final = frozenset({"session"})


class LessonPayments:
    """Fills payments' `Payable` for seats. `asked` is the session, the subject the caller's seat in it; each round of it is paid anew."""

    purposes = PURPOSES

    async def quote(self, tx: Tx, by: Actor, asked: Subject, options: Options) -> Quote:
        """Return what the caller's seat costs; it stays locked, so that nobody gives it up before the payment is there to be cancelled."""
        lesson = await lessons.lock_lesson(tx, asked.id)
        seat = checkout.owed(lesson, by.account_id, tx.now)
        if options.coupon_code:
            raise CouponNotTaken
        check_accepted(tx, seat.cost)
        session = lesson.session
        return Quote(
            subject=Subject(SEAT, seat.id),
            payer_id=seat.account_id,
            payee_id=session.host_id,
            title=session.title,
            amount=seat.price,
            asset=seat.asset,
            lines=(QuoteLine(text=session.title, quantity=1, net=seat.price),),
            fee=session.terms.fee(seat.price),
            hold_id=seat.hold_id,
            expires_at=seat.pay_until,
        )

    async def lock(self, tx: Tx, subject: Subject) -> None:
        """Lock the session of a seat."""
        await lessons.lock_lesson(tx, await lessons.session_of_seat(tx, subject.id))

    async def paid(self, tx: Tx, subject: Subject, source: Source) -> Kept | Surplus:
        """Take the seat that was kept; money that comes when it is given up, or for people who may not meet, is too much."""
        before, seat = await self._lesson(tx, subject)
        reason = checkout.spoilt(before, seat, await _hold_of(tx, source.payment_id), tx.now)
        if reason is None and (source.amount, source.asset) != (seat.price, seat.asset):
            reason = "another price"
        if reason is None:
            reason = await _kept(tx, before, checkout.paid(before, seat, tx.now), before.session.host_id, seat.account_id)
        if reason is not None:
            return Surplus(reason=reason)
        return Kept(kind="fund", lines=funded(before, seat, source.account, source.fee))

    async def unpaid(self, tx: Tx, subject: Subject, payment_id: UUID, why: str) -> None:
        """Nothing: the seat is kept to its own time, and until then it may be paid in another way."""

    async def refundable(self, tx: Tx, by: Actor, subject: Subject, captured: int, returned: int) -> int:
        """Return what the host, or staff in their name, may give back of what they have earned with it, as far as their earnings go."""
        lesson, seat = await self._lesson(tx, subject)
        if not by.may("hold.release"):
            lesson.check_host(by.account_id)
        left = captured - returned
        gross, fee = (seat.gross, seat.fee) if seat.gross else (seat.past_gross, seat.past_fee)
        if left > gross and seat.is_open:
            raise StillHeld
        earnings = (await balance(tx, lesson.session.host_id, seat.asset)).earnings
        return min(left, checkout.affordable(gross, fee, earnings))

    async def returned(self, tx: Tx, subject: Subject, part: Part) -> Returned:
        """Give a part up: out of what is still held, else out of what the host has earned with it, else nobody has it but we."""
        lesson, seat = await self._lesson(tx, subject)
        hold_id = await _hold_of(tx, part.payment_id)
        if seat.is_open and hold_id == seat.hold_id:
            if part.why == "refund":
                raise StillHeld
            return await self._reclaimed(tx, lesson, seat, part)
        gross = min(part.amount, checkout.earned_in(seat, hold_id))
        if part.why == "refund" and gross < part.amount:
            raise SeatClosed(settlement=seat.settlement)
        fee = 0
        if gross:
            after, fee = checkout.returned(lesson, seat, hold_id, gross)
            await keep(tx, lesson, after)
            await return_fee(tx, lesson.session.host_id, hold_id, lesson.session.title, gross, fee, seat.asset)
        return Returned(lines=_undone(lesson, part, gross, fee))

    async def _reclaimed(self, tx: Tx, lesson: Lesson, seat: Seat, part: Part) -> Returned:
        """What is held has gone already: a lesson that is not paid any more and has not begun falls."""
        held = min(part.amount, seat.price)
        await keep(tx, lesson, checkout.reclaimed(lesson, seat, held, tx.now))
        lines = (*clawed_hold(seat.hold_id, held, part.account), *_more(part, held))
        return Returned(lines=lines, freeze_key=await frozen_by(tx, seat.hold_id))

    async def _lesson(self, tx: Tx, subject: Subject) -> tuple[Lesson, Seat]:
        lesson = await lessons.locked_lesson(tx, await lessons.session_of_seat(tx, subject.id))
        return lesson, next(seat for seat in lesson.seats if seat.id == subject.id)


def _undone(lesson: Lesson, part: Part, gross: int, fee: int) -> Lines:
    host_id = lesson.session.host_id
    if part.why == "refund" and part.hold_id:
        return unearned(part.hold_id, part.payer_id, host_id, gross, fee, part.payment_id, asset=part.asset)
    earned = clawed_work(host_id, gross, fee, asset=part.asset, provider=part.account) if gross else ()
    return (*earned, *_more(part, gross))


def _more(part: Part, taken: int) -> Lines:
    """Return the lines of money that nobody here had any more."""
    return lost(part.amount - taken, asset=part.asset, provider=part.account) if part.amount > taken else ()


async def _hold_of(tx: Tx, payment_id: UUID) -> UUID:
    """Return the hold that a payment was to fill: the round of the seat it was quoted for."""
    paid = await find_paid(tx, payment_id=payment_id)
    if paid is None or paid.hold_id is None:
        raise AssertionError(f"the payment {payment_id} of a seat has its hold")
    return paid.hold_id


async def _kept(tx: Tx, before: Lesson, after: Lesson, *bound: UUID) -> str | None:
    """Take the seat; return why not, if these may not be committed to a date: what they had promised is about to be called off."""
    try:
        async with tx.savepoint():
            await keep(tx, before, after, bound=bound)
    except (AccountNotActive, AccountNotFound) as refusal:
        return refusal.code
    return None
