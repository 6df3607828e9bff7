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
    """What went wrong, for staff to read."""

    description: Annotated[str, Meta(min_length=1, max_length=4000)]


async def report_problem(tx: Tx, by: Actor, session_id: UUID, command: Problem) -> SessionView:
    """Freeze the credits until staff decides."""
    return await change(tx, by, session_id, lambda lesson: paying.reported(lesson, by.account_id, command.description, tx.now))
