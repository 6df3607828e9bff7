"""What a dispute does to the credits of a seat: freeze them, let them go on, divide them. Parties and cases are the dispute's affair.

What the case has to say comes as `more`, for it is said before the money is locked.
"""

from collections.abc import Sequence
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.learning.commands.record import record
from skillhall.learning.model import paying
from skillhall.learning.model.contest import Contested
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.refusals import SeatNotFound
from skillhall.learning.queries.contests import contested
from skillhall.learning.store import lessons
from skillhall.messaging.api import Say


async def freeze(tx: Tx, by: Actor, hold_id: UUID, case: Subject, problem: str = "", more: Sequence[Say] = ()) -> Contested:
    """Freeze for `case` what is held for a seat; possible for its two sides, once the lesson has begun and until `settle_at`."""
    before = await _lock(tx, hold_id)
    await record(tx, before, paying.reported(before, by.account_id, problem, tx.now, hold_id), case, more=more)
    return await _now(tx, hold_id)


async def thaw(tx: Tx, by: Actor, hold_id: UUID, case: Subject, more: Sequence[Say] = ()) -> Contested:
    """Let what `case` froze go on as before; what is overdue is settled by the next sweep."""
    before = await _lock(tx, hold_id)
    await record(tx, before, paying.thawed(before, hold_id), case, more=more)
    tx.audit("learning.thaw_seat", before.session.subject, after={"holdId": hold_id}, reason=by.reason)
    return await _now(tx, hold_id)


async def rule(tx: Tx, by: Actor, hold_id: UUID, case: Subject, payee_bp: int, more: Sequence[Say] = ()) -> Contested:
    """Divide what `case` froze: so many basis points to the host, less the fee, the rest back to the learner, in one posting."""
    before = await _lock(tx, hold_id)
    await record(tx, before, paying.ruled(before, hold_id, payee_bp), case, more=more)
    tx.audit("learning.rule_seat", before.session.subject, after={"holdId": hold_id, "payeeBasisPoints": payee_bp}, reason=by.reason)
    return await _now(tx, hold_id)


async def _lock(tx: Tx, hold_id: UUID) -> Lesson:
    return await lessons.lock_lesson(tx, await lessons.session_of_hold(tx, hold_id))


async def _now(tx: Tx, hold_id: UUID) -> Contested:
    found = await contested(tx, hold_id)
    if found is None:
        raise SeatNotFound
    return found
