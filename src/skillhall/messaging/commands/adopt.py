"""Adopt conversations that come in bulk: an import, the demo community."""

from collections.abc import Sequence

from skillhall.kernel.db.tx import Tx
from skillhall.messaging.model.adopted import AdoptedConversation, rows
from skillhall.messaging.store import adopted


async def adopt(tx: Tx, conversations: Sequence[AdoptedConversation], origin: str = "import") -> None:
    """Write them as they were held, each pair's the only one; the ids of messages follow from `origin`. Nobody is told anything."""
    await adopted.insert_all(tx, rows(conversations, origin))
