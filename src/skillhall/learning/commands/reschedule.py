"""Another time: propose it, accept it, decline it; a group is moved by its host."""

from typing import cast
from uuid import UUID

from skillhall.calendar.api import Busy
from skillhall.kernel import tokens
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body, Moment
from skillhall.learning.commands.change import change, changed
from skillhall.learning.commands.reason import Text
from skillhall.learning.model import moving
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.queries.views import SessionView
from skillhall.learning.store import lessons


class Reschedule(Body, frozen=True, kw_only=True):
    """The new start; the length stays."""

    starts_at: Moment
    reason: Text | None = None


async def propose(tx: Tx, by: Actor, session_id: UUID, command: Reschedule) -> SessionView:
    """Ask for another time; both calendars keep it free until the other side answers. A group moves at once."""
    before = await lessons.lock_lesson(tx, session_id)
    if before.is_group:
        return await _move(tx, by, before, command, set())
    return await changed(tx, by, before, moving.proposed(before, by.account_id, command.starts_at, command.reason, tx.now), binds=True)


async def _move(tx: Tx, by: Actor, before: Lesson, command: Reschedule, without: set[UUID]) -> SessionView:
    """Move it; learners who have something else then are found out by trying, and stay behind."""
    after = moving.moved(before, by.account_id, command.starts_at, command.reason, tokens.fresh(), without, tx.now)
    try:
        async with tx.savepoint():
            return await changed(tx, by, before, after, binds=True)
    except Busy as busy:
        found = {UUID(account_id) for account_id in cast("list[str]", busy.params["account_ids"])}
        if before.session.host_id in found:
            raise
    return await _move(tx, by, before, command, without | found)


async def accept_proposal(tx: Tx, by: Actor, session_id: UUID) -> SessionView:
    """Move the session to the proposed time, in a new room."""
    return await change(tx, by, session_id, lambda lesson: moving.agreed(lesson, by.account_id, tokens.fresh(), tx.now), binds=True)


async def decline_proposal(tx: Tx, by: Actor, session_id: UUID) -> SessionView:
    """Keep the old time."""
    return await change(tx, by, session_id, lambda lesson: moving.refused(lesson, by.account_id, tx.now))
