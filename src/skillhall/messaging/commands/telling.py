"""Live hints of messaging: lost without harm, since clients catch up by sequence and revision."""

from collections.abc import Iterable
from uuid import UUID

from skillhall.kernel.db.tx import Tx


def tell_new(tx: Tx, conversation_id: UUID, message_id: UUID, sequence: int, account_ids: Iterable[UUID]) -> None:
    """Hint a new message: to who looks at the conversation, and to these people wherever they are."""
    tx.hint(f"conversation:{conversation_id}", "message:new", conversation_id=conversation_id, message_id=message_id, sequence=sequence)
    for account_id in account_ids:
        tx.hint(f"user:{account_id}", "conversation:updated", conversation_id=conversation_id, sequence=sequence)


def tell_changed(tx: Tx, conversation_id: UUID, message_id: UUID, revision: int) -> None:
    """Hint that a message was edited, deleted or reacted to."""
    tx.hint(f"conversation:{conversation_id}", "message:changed", conversation_id=conversation_id, message_id=message_id, revision=revision)


def tell_conversation(tx: Tx, conversation_id: UUID, sequence: int, account_ids: Iterable[UUID], *, change: str = "") -> None:
    """Hint to these people that something about the conversation itself is different; `change` says what, where a source names it."""
    more: dict[str, UUID | str | int] = {"change": change} if change else {}
    for account_id in account_ids:
        tx.hint(f"user:{account_id}", "conversation:updated", conversation_id=conversation_id, sequence=sequence, **more)


def expel(tx: Tx, conversation_id: UUID, account_id: UUID) -> None:
    """Put somebody's sockets out of the conversation's room."""
    tx.hint(f"conversation:{conversation_id}", "room:expel", account_id=account_id)
