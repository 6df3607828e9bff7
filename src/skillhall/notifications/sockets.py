"""The live side: the room of an account, and what a stream has missed."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.events import Hint
from skillhall.kernel.live import SKIP, Missed, Skip
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.messaging.api import online_among, presence_shown
from skillhall.notifications.queries import inbox

MOST = 200


class AccountRoom:
    """Fills `Room`: every device of an account is in its room, and nobody else."""

    kind = "user"

    async def may_enter(self, read: Read, actor: Actor, id: UUID) -> bool:  # noqa: A002, ARG002 - the port's names
        """Return whether it is the caller's own."""
        return not actor.is_stranger and actor.account_id == id

    async def heard(self, tx: Tx, actor: Actor, id: UUID, signal: str, data: dict[str, object]) -> object:  # noqa: A002, ARG002
        """Answer who of those the caller asks about is online."""
        if signal != "presence:list":
            raise Invalid(FieldError("event", "body", "notifications.unknown_signal", f"There is no event {signal[:60]} here."))
        return await online_among(tx, actor, _accounts(data.get("accountIds")))

    async def shown(self, read: Read, hint: Hint) -> dict[str, object] | Literal[Skip.SKIP] | None:
        """Return a notice as lists show it, the unread count as it is now, who is online as messaging shows it.

        Of two changes at once the hints may come in either order: the count they carry may be old, the one that is read here is not.
        """
        if hint.name == "notification:new":
            view = await inbox.find_shown(read, UUID(hint.ids["notice_id"]))
            return SKIP if view is None else msgspec.to_builtins(view)
        if hint.name == "notification:unread-count":
            return {"count": await inbox.unread(read, UUID(hint.room.removeprefix("user:")))}
        return presence_shown(hint) if hint.name == "presence" else None


class MissedNotices:
    """Fills `Backlog`: notices are numbered by account, so a stream goes on behind the last it had."""

    async def last(self, read: Read, actor: Actor) -> int:
        """Return the sequence of the latest notice."""
        return await inbox.last_number(read, actor.account_id)

    async def missed(self, read: Read, actor: Actor, after: int) -> Sequence[Missed]:
        """Return the next notices behind `after`, at most a hundred."""
        return await inbox.missed(read, actor.account_id, after)


def _accounts(sent: object) -> list[UUID] | None:
    if sent is None:
        return None
    try:
        found = msgspec.convert(sent, list[UUID])
    except msgspec.ValidationError as error:
        raise Invalid(FieldError("accountIds", "body", "not_an_id", "Must be a list of ids (UUID).")) from error
    if len(found) > MOST:
        raise Invalid(FieldError("accountIds", "body", "too_long", f"Must have at most {MOST} items."))
    return found
