"""Conversations and messages for tests of what surrounds them, made by the real commands."""

from typing import Any
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.messaging.commands.open_conversation import open_conversation
from skillhall.messaging.commands.send import send
from skillhall.messaging.model.conversation import ConversationView, OpenConversation
from skillhall.messaging.model.message import MessageView, NewMessage
from tests.connections.builders import profile_of
from tests.profiles.builders import in_turn


def acting(tx: Tx, by: Actor) -> Tx:
    """Begin the next step of a test as if it were this person's next transaction."""
    tx.actor = by
    return in_turn(tx)


async def a_direct_talk(tx: Tx, one: Actor, other: Actor) -> ConversationView:
    """Return the conversation of two people."""
    return await open_conversation(acting(tx, one), one, OpenConversation(profile_id=profile_of(other)))


async def a_group(tx: Tx, owner: Actor, *others: Actor, title: str = "Quartet") -> ConversationView:
    """Return a group."""
    body = OpenConversation(type="group", title=title, profile_ids=tuple(profile_of(other) for other in others))
    return await open_conversation(acting(tx, owner), owner, body)


async def write(tx: Tx, by: Actor, conversation_id: UUID, text: str, **fields: Any) -> MessageView:
    """Send a message."""
    return await send(acting(tx, by), by, conversation_id, NewMessage(content=text, **fields))


def hinted(tx: Tx, name: str) -> list[tuple[str, dict[str, str]]]:
    """Return the hints of this name since this was last asked."""
    found = [(hint.room, hint.ids) for hint in tx.hints if hint.name == name]
    tx.hints.clear()
    return found
