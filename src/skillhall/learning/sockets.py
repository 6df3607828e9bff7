"""The live room of a session: who may look on, and what they see of its state."""

from typing import Literal
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.events import Hint
from skillhall.kernel.live import Skip
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.learning.model.refusals import SessionNotFound
from skillhall.learning.model.states import GONE
from skillhall.learning.store.participation import part


class SessionRoom:
    """Fills the kernel's `Room`: the host, who has a seat, waits or has yet to pay for one, and staff that may read every session."""

    kind: str = "session"

    async def may_enter(self, read: Read, actor: Actor, id: UUID) -> bool:  # noqa: A002 - as the port calls it
        """Return whether the caller takes part now, or may look on."""
        try:
            found = await part(read, id, actor)
        except SessionNotFound:
            return False
        return found.is_host or found.is_staff or (found.seat is not None and found.seat not in GONE)

    async def heard(self, tx: Tx, actor: Actor, id: UUID, signal: str, data: dict[str, object]) -> object:  # noqa: A002, ARG002
        """Refuse: a session is changed by requests alone."""
        raise Invalid(FieldError("", "event", "unknown_event", f"A session hears no {signal}."))

    async def shown(self, read: Read, hint: Hint) -> dict[str, object] | Literal[Skip.SKIP] | None:  # noqa: ARG002 - the hint has it all
        """Return state and seats as they were at the commit."""
        if hint.name != "session:status":
            return None
        ids = hint.ids
        return {"sessionId": ids["session_id"], "status": ids["status"], "taken": int(ids["taken"]), "waiting": int(ids["waiting"])}
