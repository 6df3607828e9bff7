"""How the price of seats moves through the books when a lesson changes. Pure.

Credits are the learner's until they are paid, and go back to the wallet. Money has come in from outside, and payments sends it back.
"""

from typing import Final
from uuid import UUID

from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.seat import Seat
from skillhall.learning.model.states import Settlement
from skillhall.ledger.api import Lines, Transfer, fund, hold, refund, release, settle

PURPOSE: Final = "session"
SEAT: Final = "seat"


def moved_seats(before: Lesson | None, after: Lesson) -> list[Seat]:
    """Return the seats whose price is elsewhere than before; one that is entered anew and waits has none set aside."""
    old = {seat.id: seat.settlement for seat in before.seats} if before else {}
    return [seat for seat in after.seats if seat.settlement not in {old.get(seat.id), Settlement.NONE}]


def frozen_holds(lesson: Lesson | None) -> set[UUID]:
    """Return the holds that a case keeps."""
    return {seat.hold_id for seat in lesson.seats if seat.settlement is Settlement.FROZEN} if lesson else set()


def open_holds(lesson: Lesson) -> set[UUID]:
    """Return the holds that no case keeps."""
    return {seat.hold_id for seat in lesson.seats if seat.settlement is Settlement.HELD}


def posting(
    before: Lesson | None, after: Lesson, case: Subject | None = None, *, back: Lines = (), outside: str | None = None
) -> Transfer | None:
    """Return the transfer that moves the price of all seats to where it now belongs, if any has to move.

    Money goes `back` by these lines. Of a lesson that comes in bulk it came from `outside`, and went back there at once.
    """
    thawed = frozen_holds(before) & open_holds(after)
    changed = [seat for seat in moved_seats(before, after) if seat.hold_id not in thawed]
    lines = (*(line for seat in changed for line in _lines(after, seat, outside)), *back)
    if not lines:
        return None
    kinds = {_kind(seat, outside) for seat in changed}
    return Transfer(
        id=derived(PURPOSE, after.session.id, *(f"{seat.hold_id} {seat.settlement}" for seat in changed)),
        kind="settle" if "settle" in kinds else kinds.pop(),
        subject=after.session.subject,
        lines=lines,
        freeze_key=case,
    )


def funded(lesson: Lesson, seat: Seat, provider: str, provider_fee: int = 0) -> Lines:
    """Return the lines that set aside what came in for this seat."""
    return fund(
        seat.hold_id, seat.account_id, seat.price, PURPOSE, lesson.session.id,
        asset=seat.asset, provider=provider, provider_fee=provider_fee,
    )  # fmt: skip


def _kind(seat: Seat, outside: str | None) -> str:
    match seat.settlement:
        case Settlement.SETTLED | Settlement.SPLIT:
            return "settle"
        case Settlement.REFUNDED if seat.is_paid_outside:
            return "refund_done" if outside else "refund_open"
        case Settlement.REFUNDED:
            return "release"
        case _:
            return "fund" if seat.is_paid_outside else "hold"


def _lines(lesson: Lesson, seat: Seat, outside: str | None) -> Lines:
    return _of_money(lesson, seat, outside) if seat.is_paid_outside else _of_credits(lesson, seat)


def _of_credits(lesson: Lesson, seat: Seat) -> Lines:
    match seat.settlement:
        case Settlement.HELD:
            return hold(seat.hold_id, seat.account_id, seat.price, PURPOSE, lesson.session.id)
        case Settlement.SETTLED | Settlement.SPLIT:
            return settle(seat.hold_id, lesson.session.host_id, seat.gross, fee=seat.fee, back=seat.price - seat.gross)
        case Settlement.REFUNDED:
            return release(seat.hold_id)
        case _:
            return ()


def _of_money(lesson: Lesson, seat: Seat, outside: str | None) -> Lines:
    back = seat.price - seat.gross
    match seat.settlement:
        case Settlement.HELD:
            return funded(lesson, seat, outside) if outside else ()
        case Settlement.SETTLED | Settlement.SPLIT | Settlement.REFUNDED:
            paid = settle(seat.hold_id, lesson.session.host_id, seat.gross, fee=seat.fee) if seat.gross else ()
            return (*paid, *refund(seat.hold_id, outside, back)) if outside and back else paid
        case _:
            return ()
