"""The live room of a project: who hears where its agreement and its tasks stand."""

from typing import Literal
from uuid import UUID

from skillhall.gigs.model.refusals import ProjectNotFound
from skillhall.gigs.store.team import part
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.events import Hint
from skillhall.kernel.live import Skip
from skillhall.kernel.refusals import FieldError, Invalid


class ProjectRoom:
    """Fills the kernel's `Room`: the owner, the worker with an agreement, and the team."""

    kind: str = "project"

    async def may_enter(self, read: Read, actor: Actor, id: UUID) -> bool:  # noqa: A002 - as the port calls it
        """Return whether the caller has a part in the project now."""
        try:
            return (await part(read, id, actor.account_id)).role is not None
        except ProjectNotFound:
            return False

    async def heard(self, tx: Tx, actor: Actor, id: UUID, signal: str, data: dict[str, object]) -> object:  # noqa: A002, ARG002
        """Refuse: a project is changed by requests alone."""
        raise Invalid(FieldError("", "event", "unknown_event", f"A project hears no {signal}."))

    async def shown(self, read: Read, hint: Hint) -> dict[str, object] | Literal[Skip.SKIP] | None:  # noqa: ARG002 - ids say it all
        """Return nothing of our own: the ids of a hint are what clients get."""
        return None
