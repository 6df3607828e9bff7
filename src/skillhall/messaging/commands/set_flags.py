"""How one keeps a conversation for oneself: archived, favorite, muted."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.messaging.commands.telling import tell_conversation
from skillhall.messaging.model.conversation import ConversationView
from skillhall.messaging.model.participation import OwnFlags
from skillhall.messaging.model.refusals import ConversationNotFound
from skillhall.messaging.queries.conversations import conversation_view
from skillhall.messaging.store import joining


async def set_flags(tx: Tx, by: Actor, conversation_id: UUID, command: OwnFlags) -> ConversationView:
    """Change one's own flags; the own other devices hear of it, nobody else does. Who has left may still put it away."""
    own = await joining.lock_own(tx, conversation_id, by.account_id)
    if own is None:
        raise ConversationNotFound(conversation_id=conversation_id)
    await joining.keep_own(
        tx, conversation_id, by.account_id,
        is_archived=_given(command.is_archived), is_favorite=_given(command.is_favorite), muted_until=command.silence(own["muted_until"]),
    )  # fmt: skip
    view = await conversation_view(tx, by, conversation_id)
    tell_conversation(tx, conversation_id, view.last_sequence, [by.account_id])
    return view


def _given(value: bool | UnsetType) -> bool | None:  # noqa: FBT001 - a field as it was sent
    return None if value is UNSET else value
