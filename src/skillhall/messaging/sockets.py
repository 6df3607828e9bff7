"""The socket side of conversations: who may enter, what a client says in one, and what the others get to see."""

from typing import Any, Literal, TypeVar, cast
from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.events import Hint
from skillhall.kernel.http.fields import collect
from skillhall.kernel.live import SKIP, Shown, Skip
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body
from skillhall.messaging.commands.read import read_up_to
from skillhall.messaging.commands.send import send
from skillhall.messaging.model.conversation import ReadUpTo
from skillhall.messaging.model.message import NewMessage
from skillhall.messaging.model.participation import TypingView
from skillhall.messaging.queries.conversations import takes_part
from skillhall.messaging.queries.messages import message_views
from skillhall.messaging.queries.spot import hearers
from skillhall.messaging.queries.typing import typist

B = TypeVar("B", bound=Body)
ADDRESS = ("conversationId", "room")
"""What of a client's event says where it goes; the rest is what is said."""


class Typing(Body, frozen=True, kw_only=True):
    """Whether somebody types, or types no more."""

    is_typing: bool = True


class ConversationRoom:
    """Fills the kernel's `Room`: the rooms of conversations. Who has left hears nothing any more."""

    kind: str = "conversation"

    async def may_enter(self, read: Read, actor: Actor, room_id: UUID, /) -> bool:
        """Return whether the caller takes part now."""
        return await takes_part(read, actor, room_id)

    async def heard(self, tx: Tx, actor: Actor, room_id: UUID, signal: str, data: dict[str, object], /) -> object:
        """Send a message, note how far was read, or tell that somebody types; return the view of it."""
        if signal == "message:send":
            return shaped(await send(tx, actor, room_id, taken(NewMessage, data)))
        if signal == "message:read":
            return shaped(await read_up_to(tx, actor, room_id, taken(ReadUpTo, data)))
        if signal == "conversation:typing":
            return shaped(await tell_typing(tx, actor, room_id, is_typing=taken(Typing, data).is_typing))
        raise Invalid(FieldError("", "event", "unknown_event", f"A conversation hears no {signal}."))

    async def shown(self, read: Read, hint: Hint, /) -> dict[str, object] | Shown | Literal[Skip.SKIP] | None:
        """Return the message a hint is about, for who takes part now; nothing of one that is gone.

        Of a changed one that is older than somebody's part in the conversation only its ids: who may see it asks for it.
        """
        if hint.name in {"message:new", "message:changed"}:
            message_id = UUID(hint.ids["message_id"])
            who = await hearers(read, message_id)
            if hint.name == "message:changed" and not who.see_all:
                return Shown(None, who.accounts)
            views = await message_views(read, [message_id])
            return Shown(shaped(views[0]), who.accounts) if views else SKIP
        if hint.name == "conversation:typing":
            ids = hint.ids
            return {
                "conversationId": ids["conversation_id"],
                "profileId": ids["profile_id"],
                "accountId": ids["account_id"],
                "isTyping": ids["is_typing"] == "1",
            }
        if hint.name == "message:read":
            ids = hint.ids
            return {"conversationId": ids["conversation_id"], "profileId": ids["profile_id"], "upToSequence": int(ids["up_to"])}
        return None


async def tell_typing(tx: Tx, by: Actor, conversation_id: UUID, *, is_typing: bool) -> TypingView:
    """Tell the others that the caller types, or types no more; nothing is kept."""
    profile_id = await typist(tx, by, conversation_id)
    if profile_id is not None:
        tx.hint(
            f"{ConversationRoom.kind}:{conversation_id}", "conversation:typing",
            conversation_id=conversation_id, profile_id=profile_id, account_id=by.account_id, is_typing=int(is_typing),
        )  # fmt: skip
    return TypingView(conversation_id=conversation_id, is_typing=is_typing)


def taken(kind: type[B], data: dict[str, object]) -> B:
    """Return what a client's event says as the body HTTP takes; refuse with every wrong field."""
    said = {name: value for name, value in data.items() if name not in ADDRESS}
    try:
        return msgspec.convert(said, kind)
    except msgspec.ValidationError as error:
        raise Invalid(*collect(kind, said, "event")) from error


def shaped(view: object) -> dict[str, object]:
    """Return a view as a client gets it."""
    return cast("dict[str, Any]", msgspec.to_builtins(view))
