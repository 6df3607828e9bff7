"""One side objects before the host is paid."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body
from skillhall.learning.commands.change import change
from skillhall.learning.model import paying
from skillhall.learning.queries.views import SessionView


class Problem(Body, frozen=True, kw_only=True):
    """What went wrong, for staff to read. The host of a group names the seat, or its learner's account."""

    description: Annotated[str, Meta(min_length=1, max_length=4000)]
    seat_id: UUID | None = None
    account_id: UUID | None = None


async def report_problem(tx: Tx, by: Actor, session_id: UUID, command: Problem) -> SessionView:
    """Freeze the credits until staff decides."""
    text, named = command.description, command.seat_id or command.account_id
    return await change(tx, by, session_id, lambda lesson: paying.reported(lesson, by.account_id, text, tx.now, named))
